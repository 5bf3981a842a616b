//! Settings of users, and what profiles hold beside the rest.

use std::collections::BTreeMap;

use talaria::config::{AllowedSetting, SettingType};
use talaria_client::proto::{
    DeleteUserSettingsRequest, DeviceType, QueryUserProfilesRequest, QueryUserSettingsRequest, UpdateUserRequest,
    UpdateUserSettingsRequest, UserSettings, Value, turms_notification::data, turms_request::Kind, value,
};

use crate::support::{TestServer, Transport, User};

fn text(text: &str) -> Value {
    Value { kind: Some(value::Kind::StringValue(text.into())), list_value: Vec::new() }
}

pub(crate) fn texts(values: &[(&str, &str)]) -> BTreeMap<String, Value> {
    values.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect()
}

fn set(values: &[(&str, &str)]) -> Kind {
    Kind::UpdateUserSettingsRequest(UpdateUserSettingsRequest { settings: texts(values), ..Default::default() })
}

async fn settings(user: &User, names: &[&str]) -> UserSettings {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    let query = QueryUserSettingsRequest { names, ..Default::default() };
    match user.request(Kind::QueryUserSettingsRequest(query)).await.data {
        Some(data::Kind::UserSettings(found)) => found,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_kept_and_other_devices_hear_of_them() {
    let server = TestServer::builder()
        .config(|config| {
            config.users.settings =
                vec![AllowedSetting::new("theme", SettingType::String), AllowedSetting::new("size", SettingType::Int)];
        })
        .start()
        .await;
    let (one, mut phone) = (server.ws(1).await, server.user(Transport::Tcp, 1, DeviceType::Ios).await);
    let query = Kind::QueryUserSettingsRequest(QueryUserSettingsRequest::default());
    assert_eq!(one.code(query).await, 1001);
    assert_eq!(one.code(set(&[("theme", "dark"), ("size", "12")])).await, 1000);
    let told = phone.next_notification().await.relayed_request.and_then(|relayed| relayed.kind);
    assert_eq!(told, Some(set(&[("theme", "dark"), ("size", "12")])));
    for refused in [set(&[("colour", "red")]), set(&[("size", "large")])] {
        assert_eq!(one.code(refused).await, 1102);
    }
    let number = Value { kind: Some(value::Kind::Int32Value(12)), list_value: Vec::new() };
    assert_eq!(settings(&phone, &["size"]).await.settings, [("size".into(), number)].into());

    let delete = DeleteUserSettingsRequest { names: vec!["size".into()], ..Default::default() };
    assert_eq!(one.code(Kind::DeleteUserSettingsRequest(delete.clone())).await, 1000);
    let told = phone.next_notification().await.relayed_request.and_then(|relayed| relayed.kind);
    assert_eq!(told, Some(Kind::DeleteUserSettingsRequest(delete.clone())));
    assert_eq!(one.code(Kind::DeleteUserSettingsRequest(delete)).await, 1000);
    phone.hears_nothing().await;
    let left = settings(&one, &[]).await;
    assert_eq!(left.settings, texts(&[("theme", "dark")]));
    assert!(left.last_updated_date.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_hold_attributes_that_others_read() {
    let mut server = TestServer::builder()
        .config(|config| config.users.attributes = vec![AllowedSetting::new("city", SettingType::String)])
        .start()
        .await;
    let one = server.ws(1).await;
    let update = |values: &[(&str, &str)]| {
        let user_defined_attributes = texts(values);
        Kind::UpdateUserRequest(UpdateUserRequest { user_defined_attributes, ..Default::default() })
    };
    assert_eq!(one.code(update(&[("city", "Rome")])).await, 1000);
    assert_eq!(one.code(update(&[("town", "Rome")])).await, 1102);
    one.hang_up().await;
    server.restart().await;
    let query = QueryUserProfilesRequest { user_ids: vec![1], ..Default::default() };
    let answer = server.tcp(2).await.request(Kind::QueryUserProfilesRequest(query)).await;
    let Some(data::Kind::UserInfosWithVersion(found)) = answer.data else { panic!("{answer:?}") };
    assert_eq!(found.user_infos[0].user_defined_attributes, texts(&[("city", "Rome")]));
}
