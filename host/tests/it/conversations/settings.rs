//! Settings of conversations.

use talaria::config::{AllowedSetting, SettingType};
use talaria_client::proto::{
    ConversationSettings, DeleteConversationSettingsRequest, DeviceType, QueryConversationSettingsRequest,
    UpdateConversationSettingsRequest, turms_notification::data, turms_request::Kind,
};

use crate::{
    support::{TestServer, Transport, User},
    users::texts,
};

fn set(user_id: Option<i64>, group_id: Option<i64>, values: &[(&str, &str)]) -> Kind {
    let settings = texts(values);
    let request = UpdateConversationSettingsRequest { user_id, group_id, settings, ..Default::default() };
    Kind::UpdateConversationSettingsRequest(request)
}

async fn kept(user: &User, query: QueryConversationSettingsRequest) -> Vec<ConversationSettings> {
    match user.request(Kind::QueryConversationSettingsRequest(query)).await.data {
        Some(data::Kind::ConversationSettingsList(found)) => found.conversation_settings_list,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_belong_to_a_conversation_of_a_user() {
    let server = TestServer::builder()
        .config(|config| config.conversations.settings = vec![AllowedSetting::new("alias", SettingType::String)])
        .start()
        .await;
    let (one, mut phone) = (server.ws(1).await, server.user(Transport::Tcp, 1, DeviceType::Ios).await);
    assert_eq!(one.code(set(None, None, &[("alias", "x")])).await, 1102);
    assert_eq!(one.code(set(Some(1), None, &[("alias", "x")])).await, 1102);
    assert_eq!(one.code(set(Some(9), None, &[("alias", "x")])).await, 4200);
    assert_eq!(one.code(set(None, Some(404), &[("alias", "x")])).await, 4201);
    assert_eq!(one.code(set(Some(2), None, &[("other", "x")])).await, 1102);
    for request in [set(Some(2), None, &[("alias", "Bob")]), set(None, Some(1), &[("alias", "Us")])] {
        assert_eq!(one.code(request.clone()).await, 1000);
        let told = phone.next_notification().await.relayed_request.and_then(|relayed| relayed.kind);
        assert_eq!(told, Some(request));
    }
    let of_group = QueryConversationSettingsRequest { group_ids: vec![1], ..Default::default() };
    let found = kept(&phone, of_group.clone()).await;
    let [settings] = &found[..] else { panic!("{found:?}") };
    assert_eq!((settings.user_id, settings.group_id), (None, Some(1)));
    assert_eq!(settings.settings, texts(&[("alias", "Us")]));
    assert_eq!(kept(&one, QueryConversationSettingsRequest::default()).await.len(), 2);
    assert_eq!(kept(&server.ws(2).await, QueryConversationSettingsRequest::default()).await, []);

    let delete = DeleteConversationSettingsRequest { group_ids: vec![1], ..Default::default() };
    assert_eq!(one.code(Kind::DeleteConversationSettingsRequest(delete.clone())).await, 1000);
    let told = phone.next_notification().await.relayed_request.and_then(|relayed| relayed.kind);
    assert_eq!(told, Some(Kind::DeleteConversationSettingsRequest(delete)));
    assert_eq!(kept(&one, of_group).await[0].settings, texts(&[]));
    let of_contact = QueryConversationSettingsRequest { user_ids: vec![2], ..Default::default() };
    assert_eq!(kept(&one, of_contact).await[0].settings, texts(&[("alias", "Bob")]));
}
