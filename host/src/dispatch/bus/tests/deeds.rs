//! What plugins do, and what is measured of it.

use super::{
    super::{Envelope, News},
    ALICE, BOB, Hall,
};
use crate::{
    dispatch::{Error, MessagesError, UsersError, deeds::Deed},
    model::{
        Context, MessageId, Origin, UserId,
        command::{Command, CreateMessage, UpdateMessage},
        message::{Draft, Target},
        notification::Recipients,
    },
    services::testing::{assert_refused, draft},
};

#[tokio::test]
async fn what_plugins_do_is_counted_on_the_message() {
    let hall = Hall::new().await;
    let by_plugin = |hop| Context { origin: Origin::Plugin, actor: ALICE, hop, ..Context::admin() };
    let sent = hall.bus.carry_out(&by_plugin(1), "p", Deed::Send(draft(Target::User(BOB), "hi"))).await.unwrap();
    let id = sent.expect("it has an id");
    let hop = async || hall.world.store.find_message(id).await.unwrap().map(|message| message.hop);
    assert_eq!(hop().await, Some(1));
    let text = Some("good day".to_owned());
    let edit = UpdateMessage { message: id, text, records: Vec::new(), recall_date: None, attributes: Vec::new() };
    let edited = hall.bus.carry_out(&by_plugin(3), "p", Deed::Update(Box::new(edit.clone()))).await;
    assert_eq!((edited.unwrap(), hop().await), (None, Some(3)), "or an edit could answer an edit for ever");
    let stranger = Context { actor: UserId(404), ..by_plugin(1) };
    let refused = hall.bus.carry_out(&stranger, "p", Deed::Update(Box::new(edit))).await;
    assert_refused!(refused, Error::Users(UsersError::Unknown(UserId(404))));
}

/// With a text and empty records.
fn content(text: usize, records: usize) -> Draft {
    let records = vec![bytes::Bytes::new(); records];
    Draft { text: Some("x".repeat(text)), records, ..draft(Target::User(BOB), "") }
}

#[tokio::test]
async fn what_plugins_make_is_measured_before_all_else() {
    let hall = Hall::with(|config| config.messages.max_text_length = 0).await;
    // Nobody, who has no messages either: that is found out later, and so is what other plugins say.
    let nobody = Context { origin: Origin::Plugin, actor: UserId(404), hop: 1, ..Context::admin() };
    for (text, records, is_taken) in [(64 << 10, 64, true), ((64 << 10) + 1, 0, false), (0, 65, false)] {
        let draft = content(text, records);
        assert!(hall.bus.check_size(Origin::Client, draft.text.as_deref(), &draft.records).is_ok());
        assert_eq!(hall.bus.check_size(Origin::Plugin, draft.text.as_deref(), &draft.records).is_ok(), is_taken);
        let Draft { text, records, .. } = draft.clone();
        let message = MessageId(1);
        let edit = UpdateMessage { message, text, records, recall_date: None, attributes: Vec::new() };
        let edited = hall.bus.update_message(&nobody, Envelope { id: 0, attributes: Vec::new() }, Box::new(edit)).await;
        let sent = hall.bus.carry_out(&nobody, "p", Deed::Send(draft)).await;
        if is_taken {
            assert_refused!(edited, Error::Messages(MessagesError::NotSenderToEdit));
            assert_refused!(sent, Error::Users(UsersError::Unknown(UserId(404))));
        } else {
            assert_refused!(edited, Error::Invalid(_));
            assert_refused!(sent, Error::Invalid(_));
        }
    }
    let hall = Hall::with(|config| config.messages.max_text_length = 3).await;
    let sent = hall.bus.carry_out(&nobody, "p", Deed::Send(content(4, 0))).await;
    assert_refused!(sent, Error::Messages(MessagesError::TextTooLong { max: 3 }));
}

#[tokio::test]
async fn each_user_is_told_of_news_once() {
    let hall = Hall::new().await;
    hall.bus.push(&[BOB, ALICE, BOB].into(), News { text: Some("news".into()), records: Vec::new() });
    let told = std::mem::take(&mut *hall.recorder.notifications.lock());
    let told: Vec<_> = told.into_iter().map(|told| (told.recipients, told.relayed.command)).collect();
    let [(first, Command::CreateMessage(to_alice)), (second, Command::CreateMessage(to_bob))] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(*first, Recipients::Others([ALICE].into()));
    assert_eq!(*second, Recipients::Others([BOB].into()));
    let target = |message: &CreateMessage| message.draft.as_ref().map(|draft| draft.target);
    assert_eq!((target(to_alice), target(to_bob)), (Some(Target::User(ALICE)), Some(Target::User(BOB))));
}
