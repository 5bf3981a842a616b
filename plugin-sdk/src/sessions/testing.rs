//! Sessions in the memory of the test's thread, which a test opens.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{Error, News, Presence, UserStatus};
use crate::types::DeviceType;

#[derive(Default)]
struct State {
    online: BTreeMap<i64, Vec<DeviceType>>,
    pushed: Vec<(Vec<i64>, News)>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Opens a session of a user.
pub fn open(user: i64, device: DeviceType) {
    STATE.with_borrow_mut(|state| state.online.entry(user).or_default().push(device));
}

/// What was pushed to whom since the last call.
pub fn take_pushed() -> Vec<(Vec<i64>, News)> {
    STATE.with_borrow_mut(|state| std::mem::take(&mut state.pushed))
}

pub(super) fn presences(users: &[i64]) -> Result<Vec<Presence>, Error> {
    check_count(users)?;
    Ok(STATE.with_borrow(|state| {
        let presence = |user: &i64| {
            let devices = state.online.get(user).cloned().unwrap_or_default();
            let status = if devices.is_empty() { UserStatus::Offline } else { UserStatus::Available };
            Presence { user_id: *user, status, devices }
        };
        users.iter().map(presence).collect()
    }))
}

pub(super) fn kick(user: i64, devices: &[DeviceType]) -> Result<u32, Error> {
    STATE.with_borrow_mut(|state| {
        let open = state.online.entry(user).or_default();
        let before = open.len();
        open.retain(|device| !devices.is_empty() && !devices.contains(device));
        Ok(u32::try_from(before - open.len()).unwrap_or(u32::MAX))
    })
}

pub(super) fn push(users: &[i64], news: &News) -> Result<(), Error> {
    check_count(users)?;
    let size = news.text.as_ref().map_or(0, String::len) + news.records.iter().map(Vec::len).sum::<usize>();
    if size > 16 * 1024 || news.records.len() > 64 {
        return Err(Error::TooLarge);
    }
    STATE.with_borrow_mut(|state| state.pushed.push((users.to_vec(), news.clone())));
    Ok(())
}

fn check_count(users: &[i64]) -> Result<(), Error> {
    if users.len() > 1000 { Err(Error::TooManyUsers) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::super::is_online;
    use super::*;

    #[test]
    fn the_double_has_the_sessions_that_a_test_has_opened() {
        open(1, DeviceType::Browser);
        open(1, DeviceType::Ios);
        assert!(is_online(1).unwrap() && !is_online(2).unwrap());
        assert_eq!(kick(1, &[DeviceType::Ios]), Ok(1));
        assert_eq!(presences(&[1]).unwrap()[0].devices, [DeviceType::Browser]);
        assert_eq!(kick(1, &[]), Ok(1));
        push(&[1, 2], &News::from_text("news")).unwrap();
        assert_eq!(push(&[1], &News { text: None, records: vec![Vec::new(); 65] }), Err(Error::TooLarge));
        assert_eq!(take_pushed(), [(vec![1, 2], News::from_text("news"))]);
    }
}
