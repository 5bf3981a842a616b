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
/// Even empty ones cost each user something.
const NEWS_RECORDS: usize = 64;

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
        check_news(&news)?;
        self.take_turn()?;
        let bus = self.services.deeds.bus().ok_or(sessions::Error::Unavailable)?;
        let news = News { text: news.text, records: news.records.into_iter().map(Bytes::from).collect() };
        bus.push(&users.into_iter().map(UserId).collect(), news);
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

fn check_news(news: &sessions::News) -> Result<(), sessions::Error> {
    let size = news.text.as_ref().map_or(0, String::len) + news.records.iter().map(Vec::len).sum::<usize>();
    if news.records.len() <= NEWS_RECORDS && size <= NEWS_BYTES { Ok(()) } else { Err(sessions::Error::TooLarge) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_bounded_in_bytes_and_in_records() {
        let check = |text: usize, records: &[usize]| {
            let records = records.iter().map(|size| vec![0; *size]).collect();
            check_news(&sessions::News { text: Some("x".repeat(text)), records }).is_ok()
        };
        assert!(check(NEWS_BYTES - 10, &[4, 6]) && !check(NEWS_BYTES - 10, &[4, 7]));
        assert!(check(0, &[0; NEWS_RECORDS]) && !check(0, &[0; NEWS_RECORDS + 1]));
    }
}
