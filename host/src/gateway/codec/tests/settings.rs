//! What is relayed of settings.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::values;
use crate::model::{
    Value,
    command::{Command, DeleteUserSettings, UpdateUserSettings},
};

pub(super) fn command() -> impl Strategy<Value = Command> {
    prop_oneof![update_user_settings(), delete_user_settings()]
}

pub(super) fn map() -> impl Strategy<Value = BTreeMap<String, Value>> {
    prop::collection::vec(".{0,6}", 3)
        .prop_flat_map(|names| values().prop_map(move |values| names.clone().into_iter().zip(values).collect()))
}

pub(super) fn names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(".{0,6}", 0..3)
}

fn update_user_settings() -> impl Strategy<Value = Command> {
    (map(), values()).prop_map(|(settings, attributes)| {
        Command::UpdateUserSettings(Box::new(UpdateUserSettings { settings, attributes }))
    })
}

fn delete_user_settings() -> impl Strategy<Value = Command> {
    (names(), values())
        .prop_map(|(names, attributes)| Command::DeleteUserSettings(Box::new(DeleteUserSettings { names, attributes })))
}
