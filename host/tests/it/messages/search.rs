//! What goes beyond the published protocol: searching messages for words.

use talaria_client::{
    Target,
    proto::{
        FoundMessages, SearchMessagesRequest, UpdateMessageRequest, turms_notification::data, turms_request::Kind,
    },
};

use crate::support::{TestServer, User};

fn words(text: &str) -> SearchMessagesRequest {
    SearchMessagesRequest { text: text.into(), ..Default::default() }
}

async fn search(user: &User, request: SearchMessagesRequest) -> FoundMessages {
    match user.request(Kind::SearchMessagesRequest(request)).await.data {
        Some(data::Kind::FoundMessages(found)) => found,
        None => FoundMessages::default(),
        other => panic!("{other:?}"),
    }
}

async fn texts(user: &User, request: SearchMessagesRequest) -> Vec<String> {
    search(user, request).await.messages.iter().map(|message| message.text().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn users_search_their_conversations() {
    let mut server = TestServer::start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    one.send(Target::User(2), "Lunch at noon?").await;
    let typo = two.send(Target::User(1), "noon luch").await;
    one.send(Target::Group(1), "午餐 lunch for all").await;
    one.send(Target::User(3), "lunch without two").await;
    let edit = UpdateMessageRequest { message_id: typo, text: Some("noon lunch".into()), ..Default::default() };
    assert_eq!(two.code(Kind::UpdateMessageRequest(edit)).await, 1000);
    drop((one, two));
    server.restart().await;
    let two = server.ws(2).await;
    assert_eq!(texts(&two, words("LUNCH")).await, ["午餐 lunch for all", "noon lunch", "Lunch at noon?"]);
    assert_eq!(texts(&two, words("餐")).await, ["午餐 lunch for all"]);
    let private = SearchMessagesRequest { user_id: Some(1), max_count: Some(1), ..words("noon") };
    let page = search(&two, private.clone()).await;
    assert_eq!(page.messages[0].text(), "noon lunch");
    let rest = SearchMessagesRequest { before_message_id: page.next_before_message_id, ..private };
    assert_eq!(texts(&two, rest).await, ["Lunch at noon?"]);
    assert_eq!(two.code(Kind::SearchMessagesRequest(words("luch"))).await, 1001);
    assert_eq!(two.code(Kind::SearchMessagesRequest(words(" "))).await, 1102);
    let of_others = SearchMessagesRequest { group_id: Some(2), ..words("lunch") };
    assert_eq!(two.code(Kind::SearchMessagesRequest(of_others)).await, 5300);
}
