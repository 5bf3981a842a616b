//! What clients may keep for their users, and in profiles.

use std::collections::BTreeMap;

use super::{ALICE, update};
use crate::{
    config::{AllowedSetting, SettingType},
    model::{
        Reply, Timestamp, UserId, Value,
        command::{DeleteUserSettings, QueryUserSettings, UpdateUser, UpdateUserSettings},
        notification::Recipients,
        settings::{SettingValue, Settings},
        value::Scalar,
    },
    services::{
        settings::Error as SettingError,
        testing::{NOW, World, assert_refused},
        users::Error,
    },
};

fn given(values: &[(&str, &str)]) -> BTreeMap<String, Value> {
    let value = |text: &str| Value { scalar: Some(Scalar::String(text.into())), list: Vec::new() };
    values.iter().map(|(name, text)| ((*name).into(), value(text))).collect()
}

fn set(values: &[(&str, &str)]) -> UpdateUserSettings {
    UpdateUserSettings { settings: given(values), attributes: Vec::new() }
}

fn delete(names: &[&str]) -> DeleteUserSettings {
    DeleteUserSettings { names: names.iter().map(|name| (*name).into()).collect(), attributes: Vec::new() }
}

fn allowed() -> Vec<AllowedSetting> {
    vec![
        AllowedSetting::new("theme", SettingType::String),
        AllowedSetting { deletable: false, ..AllowedSetting::new("size", SettingType::Int) },
        AllowedSetting { immutable: true, ..AllowedSetting::new("origin", SettingType::String) },
    ]
}

async fn world() -> World {
    World::with(|config| config.users.settings = allowed()).await
}

async fn found(world: &World, names: &[&str]) -> Option<Settings> {
    let names = names.iter().map(|name| (*name).into()).collect();
    let query = QueryUserSettings { names, changed_since: None };
    match world.services.users.query_settings(ALICE, &query).await.unwrap() {
        Reply::Settings(settings) => Some(settings),
        Reply::NoContent => None,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nothing_is_allowed_unless_the_operator_says_so() {
    let world = World::new().await;
    let users = &world.services.users;
    assert_eq!(users.update_settings(ALICE, &set(&[])).await.unwrap(), None);
    let refused = users.update_settings(ALICE, &set(&[("theme", "dark")])).await;
    assert_refused!(refused, Error::Setting(SettingError::Unknown(_)));
    assert_eq!(found(&world, &[]).await, None);

    let world = World::with(|config| config.users.ignore_unknown_settings = true).await;
    let users = &world.services.users;
    assert_eq!(users.update_settings(ALICE, &set(&[("theme", "dark")])).await.unwrap(), None);
    assert_eq!(users.delete_settings(ALICE, &delete(&["theme"])).await.unwrap(), None);
    assert_eq!(found(&world, &[]).await, None);
}

#[tokio::test]
async fn settings_are_set_read_and_deleted() {
    let world = world().await;
    let users = &world.services.users;
    let told = users.update_settings(ALICE, &set(&[("theme", "dark"), ("size", "12")])).await.unwrap();
    assert_eq!(told, Some(Recipients::Own));
    let same = users.update_settings(ALICE, &set(&[("size", "12")])).await.unwrap();
    assert_eq!(same, None, "nothing changed, so nobody is told");
    let all = found(&world, &[]).await.unwrap();
    assert_eq!((all.values.len(), all.last_updated_date), (2, NOW));
    let named = found(&world, &["size", "other"]).await.unwrap();
    assert_eq!(named.values, [("size".into(), SettingValue::Int(12))].into());
    let since = |date| QueryUserSettings { names: Vec::new(), changed_since: Some(date) };
    assert!(matches!(users.query_settings(ALICE, &since(NOW)).await, Ok(Reply::Settings(_))));
    let later = Timestamp(NOW.0 + 1);
    assert_eq!(users.query_settings(ALICE, &since(later)).await.unwrap(), Reply::NoContent);
    let others = QueryUserSettings { names: Vec::new(), changed_since: None };
    assert_eq!(users.query_settings(UserId(2), &others).await.unwrap(), Reply::NoContent);

    let refused = users.delete_settings(ALICE, &delete(&["theme", "size"])).await;
    assert_refused!(refused, Error::Setting(SettingError::NotDeletable(_)));
    let refused = users.delete_settings(ALICE, &delete(&["theme", "other"])).await;
    assert_refused!(refused, Error::Setting(SettingError::Unknown(_)));
    assert_eq!(users.delete_settings(ALICE, &delete(&[])).await.unwrap(), Some(Recipients::Own));
    assert_eq!(users.delete_settings(ALICE, &delete(&["theme"])).await.unwrap(), None);
    let kept = found(&world, &[]).await.unwrap().values;
    assert_eq!(kept, [("size".into(), SettingValue::Int(12))].into());
}

#[tokio::test]
async fn what_is_immutable_is_set_once_and_a_refusal_changes_nothing() {
    let world = world().await;
    let users = &world.services.users;
    users.update_settings(ALICE, &set(&[("origin", "Rome")])).await.unwrap();
    let again = users.update_settings(ALICE, &set(&[("origin", "Oslo"), ("theme", "dark")])).await;
    assert_refused!(again, Error::Setting(SettingError::Immutable(_)));
    let wrong = users.update_settings(ALICE, &set(&[("size", "large"), ("theme", "dark")])).await;
    assert_refused!(wrong, Error::Setting(SettingError::WrongType(_)));
    let kept = found(&world, &[]).await.unwrap().values;
    assert_eq!(kept, [("origin".into(), SettingValue::Text("Rome".into()))].into());
}

#[tokio::test]
async fn profiles_hold_what_the_operator_defines() {
    let world = World::with(|config| config.users.attributes = allowed()).await;
    let users = &world.services.users;
    let change = |values: &[(&str, &str)]| UpdateUser { user_defined_attributes: given(values), ..update() };
    let told = users.update(ALICE, &change(&[("theme", "dark"), ("origin", "Rome")])).await.unwrap();
    assert_eq!(told, Some(Recipients::Own));
    users.update(ALICE, &change(&[("theme", "light")])).await.unwrap();
    let refused = users.update(ALICE, &change(&[("origin", "Oslo")])).await;
    assert_refused!(refused, Error::Setting(SettingError::Immutable(_)));
    let refused = users.update(ALICE, &change(&[("other", "x")])).await;
    assert_refused!(refused, Error::Setting(SettingError::Unknown(_)));
    let expected = [("origin", "Rome"), ("theme", "light")];
    let expected = expected.map(|(name, text)| (name.to_owned(), SettingValue::Text(text.into())));
    assert_eq!(users.find_active(ALICE).await.unwrap().unwrap().attributes, expected.into());
}
