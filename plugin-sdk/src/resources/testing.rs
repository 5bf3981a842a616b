//! What a plugin tells of resources, kept by the test's thread.

use std::cell::RefCell;

use super::{Error, Resource};

/// Something that the plugin told.
#[derive(Clone, PartialEq, Debug)]
pub enum Told {
    Uploaded(Resource),
    Deleted(Resource),
}

#[derive(Default)]
struct State {
    told: Vec<Told>,
    is_unavailable: bool,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// What was told since the last call.
pub fn take_told() -> Vec<Told> {
    STATE.with_borrow_mut(|state| std::mem::take(&mut state.told))
}

/// From now on the plugin can tell nothing, as in shadow; or it can again.
pub fn set_unavailable(is_unavailable: bool) {
    STATE.with_borrow_mut(|state| state.is_unavailable = is_unavailable);
}

pub(super) fn uploaded(resource: &Resource) -> Result<(), Error> {
    tell(Told::Uploaded(resource.clone()))
}

pub(super) fn deleted(resource: &Resource) -> Result<(), Error> {
    tell(Told::Deleted(resource.clone()))
}

fn tell(told: Told) -> Result<(), Error> {
    STATE.with_borrow_mut(|state| {
        if state.is_unavailable {
            return Err(Error::Unavailable);
        }
        state.told.push(told);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::{self, Kind};

    #[test]
    fn what_is_told_is_kept_until_it_is_taken() {
        let resource = Resource {
            kind: Kind::Attachment,
            id: 7.into(),
            uploader: 1,
            name: Some("notes.txt".into()),
            media_type: None,
            size: 3,
            creation_date: 5,
        };
        resources::uploaded(&resource).unwrap();
        resources::deleted(&resource).unwrap();
        assert_eq!(take_told(), [Told::Uploaded(resource.clone()), Told::Deleted(resource.clone())]);
        set_unavailable(true);
        assert_eq!(resources::uploaded(&resource), Err(Error::Unavailable));
        assert_eq!(take_told(), []);
    }
}
