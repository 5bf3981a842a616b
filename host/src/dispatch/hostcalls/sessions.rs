//! `sessions`: who is online, ending sessions, and news that nobody keeps.

use bytes::Bytes;

use crate::{
    dispatch::{
        bus::News,
        wasm::{GuestState, convert, wit::sessions, wit::types},
    },
    model::{
        UserId,
        session::{DeviceType, Presence, UserStatus},
    },
};

/// Users that one call may name.
const USERS: usize = 1_000;
/// Text and records of news together.
const NEWS_BYTES: usize = 16 << 10;

impl sessions::Host for GuestState {
    fn presences(&mut self, users: Vec<i64>) -> Result<Vec<sessions::Presence>, sessions::Error> {
        check_count(&users)?;
        let bus = self.services.deeds.bus().ok_or(sessions::Error::Unavailable)?;
        Ok(users.into_iter().map(|user| presence(&bus.true_presence(UserId(user)))).collect())
    }

    fn kick(&mut self, user: i64, devices: Vec<types::DeviceType>) -> Result<u32, sessions::Error> {
        self.take_turn()?;
        let bus = self.services.deeds.bus().ok_or(sessions::Error::Unavailable)?;
        let devices: Vec<_> = devices.into_iter().map(device_type).collect();
        let closed = bus.kick(UserId(user), (!devices.is_empty()).then_some(&devices));
        tracing::info!(plugin = &*self.plugin, user, closed, "the plugin ended sessions");
        Ok(u32::try_from(closed).unwrap_or(u32::MAX))
    }

    fn push(&mut self, users: Vec<i64>, news: sessions::News) -> Result<(), sessions::Error> {
        check_count(&users)?;
        let size = news.text.as_ref().map_or(0, String::len) + news.records.iter().map(Vec::len).sum::<usize>();
        if size > NEWS_BYTES {
            return Err(sessions::Error::TooLarge);
        }
        self.take_turn()?;
        let bus = self.services.deeds.bus().ok_or(sessions::Error::Unavailable)?;
        let news = News { text: news.text, records: news.records.into_iter().map(Bytes::from).collect() };
        for user in users {
            bus.push(UserId(user), &news);
        }
        Ok(())
    }
}

impl GuestState {
    fn take_turn(&self) -> Result<(), sessions::Error> {
        // What is started may be in shadow, which it is told afterwards.
        if self.is_in_shadow || self.hook.is_none() {
            return Err(sessions::Error::Unavailable);
        }
        if self.account.take_deed() { Ok(()) } else { Err(sessions::Error::TooOften) }
    }
}

fn check_count(users: &[i64]) -> Result<(), sessions::Error> {
    if users.len() <= USERS { Ok(()) } else { Err(sessions::Error::TooManyUsers) }
}

fn presence(presence: &Presence) -> sessions::Presence {
    sessions::Presence {
        user_id: presence.user.0,
        status: match presence.status {
            UserStatus::Available => sessions::UserStatus::Available,
            UserStatus::Offline => sessions::UserStatus::Offline,
            UserStatus::Invisible => sessions::UserStatus::Invisible,
            UserStatus::Busy => sessions::UserStatus::Busy,
            UserStatus::DoNotDisturb => sessions::UserStatus::DoNotDisturb,
            UserStatus::Away => sessions::UserStatus::Away,
            UserStatus::BeRightBack => sessions::UserStatus::BeRightBack,
        },
        devices: presence.devices.iter().copied().map(convert::device_type).collect(),
    }
}

fn device_type(device: types::DeviceType) -> DeviceType {
    match device {
        types::DeviceType::Desktop => DeviceType::Desktop,
        types::DeviceType::Browser => DeviceType::Browser,
        types::DeviceType::Ios => DeviceType::Ios,
        types::DeviceType::Android => DeviceType::Android,
        types::DeviceType::Others => DeviceType::Others,
        types::DeviceType::Unknown => DeviceType::Unknown,
    }
}
