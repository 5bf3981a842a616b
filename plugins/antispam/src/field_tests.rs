//! Texts that are no messages, and lists that come at runtime.

use talaria_sdk::http_handle::{Request, Response};
use talaria_sdk::message_before_send::{self, Draft};
use talaria_sdk::resources::Kind;
use talaria_sdk::{
    Config, Context, Role, group_before_create, group_before_question, group_before_update, member_before_answer,
    member_before_apply, member_before_invite, member_before_join, member_before_profile, relation_before_answer,
    relation_before_create, relation_before_group, relation_before_request, relation_before_update,
    resource_before_upload, user_before_create, user_before_update,
};

use super::Antispam;

fn start(config: &str) -> Antispam {
    Antispam::start(Config::new(config)).expect("the configuration is accepted")
}

fn ctx() -> Context {
    Context::default()
}

fn bad() -> String {
    "B.A.D".to_owned()
}

/// Asserts that a verdict is a denial with the code of texts that are not allowed.
macro_rules! denied {
    ($hook:ident, $verdict:expr) => {
        assert_eq!($verdict, $hook::Verdict::deny(1102, "No"), stringify!($hook));
    };
}

#[test]
fn every_text_is_judged() {
    let mut plugin = start(r#"{"words": ["bad"], "reason": "No"}"#);
    let group = 7;
    let response = talaria_sdk::Response::Decline;
    let user = user_before_create::NewUser {
        user_id: 1,
        name: "fine".into(),
        intro: bad(),
        profile_picture: String::new(),
        has_password: false,
        role: 0,
    };
    denied!(user_before_create, plugin.user_before_create(&ctx(), &user));
    let change = user_before_update::Change {
        user_id: 1,
        name: Some(bad()),
        intro: None,
        profile_picture: None,
        has_password: false,
        active: None,
        role: None,
    };
    denied!(user_before_update, plugin.user_before_update(&ctx(), &change));
    let request = relation_before_request::FriendRequest { recipient: 2, content: bad() };
    denied!(relation_before_request, plugin.relation_before_request(&ctx(), &request));
    let answer = relation_before_answer::Answer { request_id: 1, response, reason: Some(bad()) };
    denied!(relation_before_answer, plugin.relation_before_answer(&ctx(), &answer));
    let relationship = relation_before_create::Relationship { user_id: 2, blocked: false, name: Some(bad()) };
    denied!(relation_before_create, plugin.relation_before_create(&ctx(), &relationship));
    let change = relation_before_update::Change { user_id: 2, blocked: None, name: Some(bad()) };
    denied!(relation_before_update, plugin.relation_before_update(&ctx(), &change));
    let named = relation_before_group::RelationshipGroup { index: None, name: bad() };
    denied!(relation_before_group, plugin.relation_before_group(&ctx(), &named));
    for (text, answers) in [(Some(bad()), vec![]), (None, vec!["fine".into(), bad()])] {
        let question = group_before_question::Question { group_id: group, id: None, text, answers };
        denied!(group_before_question, plugin.group_before_question(&ctx(), &question));
    }
    let new = group_before_create::NewGroup {
        owner: 1,
        name: "fine".into(),
        intro: None,
        announcement: Some(bad()),
        type_id: None,
    };
    denied!(group_before_create, plugin.group_before_create(&ctx(), &new));
    let application = member_before_apply::Application { group_id: group, content: bad() };
    denied!(member_before_apply, plugin.member_before_apply(&ctx(), &application));
    let invitation = member_before_invite::Invitation { group_id: group, invitee: 2, content: bad() };
    denied!(member_before_invite, plugin.member_before_invite(&ctx(), &invitation));
    let subject = member_before_answer::Subject::Invitation;
    let answer = member_before_answer::Answer { subject, id: 1, response, reason: Some(bad()) };
    denied!(member_before_answer, plugin.member_before_answer(&ctx(), &answer));
    let joining =
        member_before_join::Joining { group_id: group, users: vec![1], role: Role::Member, name: Some(bad()) };
    denied!(member_before_join, plugin.member_before_join(&ctx(), &joining));
    let change = member_before_profile::Change { group_id: group, user_id: 1, name: bad() };
    denied!(member_before_profile, plugin.member_before_profile(&ctx(), &change));
}

fn group(name: Option<&str>, intro: Option<&str>, announcement: Option<&str>) -> group_before_update::Change {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let (name, intro, announcement) = (owned(name), owned(intro), owned(announcement));
    group_before_update::Change { group_id: 7, name, intro, announcement, type_id: None, mute_end_date: None }
}

#[test]
fn lists_have_actions_of_their_own_and_the_worst_counts() {
    let mut plugin = start(
        r#"{"words": ["mild"], "action": "mask",
            "lists": {"rude": {"words": ["rude"], "action": "reject", "reason": "Be polite"},
                      "scam": {"words": ["scam"], "action": "drop"}}}"#,
    );
    use group_before_update::{Patch, Verdict};
    let mut judge = |name, intro, announcement| plugin.group_before_update(&ctx(), &group(name, intro, announcement));
    assert_eq!(judge(None, None, None), Verdict::Continue);
    assert_eq!(judge(Some("fine"), Some("fine"), None), Verdict::Continue);
    let masked = Patch { name: None, intro: Some("so ****".into()), announcement: Some("****".into()) };
    assert_eq!(judge(Some("fine"), Some("so mild"), Some("mild")), Verdict::Patch(masked));
    assert_eq!(judge(Some("mild"), Some("rude"), None), Verdict::deny(1102, "Be polite"));
    assert_eq!(judge(Some("mild scam"), Some("rude"), None), Verdict::Drop);
}

#[test]
fn the_name_of_a_file_is_looked_at() {
    use resource_before_upload::{Patch, Upload, Verdict};
    let judge = |action: &str, name: Option<&str>| {
        let mut plugin = start(&format!(r#"{{"words": ["carrot"], "action": "{action}", "reason": "no"}}"#));
        let upload =
            Upload { kind: Kind::Attachment, id: Some(2.into()), name: name.map(Into::into), media_type: None };
        plugin.resource_before_upload(&ctx(), &upload)
    };
    assert_eq!(judge("reject", None), Verdict::Continue);
    assert_eq!(judge("reject", Some("potato.png")), Verdict::Continue);
    assert_eq!(judge("mask", Some("carrot.png")), Verdict::Patch(Patch { name: Some("******.png".into()) }));
    assert_eq!(judge("reject", Some("carrot.png")), Verdict::deny(1102, "no"));
    assert_eq!(judge("drop", Some("carrot.png")), Verdict::deny(1102, "no"), "there is nothing to pretend");
}

fn ask(plugin: &mut Antispam, method: &str, path: &str, body: &str) -> Response {
    plugin.http_handle(&ctx(), &Request { body: body.into(), ..Request::new(method, path) })
}

fn send(plugin: &mut Antispam, text: &str) -> message_before_send::Verdict {
    plugin.message_before_send(&ctx(), &Draft::from_text(text))
}

fn text(answer: &Response) -> &str {
    std::str::from_utf8(&answer.body).expect("it is text")
}

#[test]
fn lists_are_put_in_and_taken_out_at_runtime() {
    let config = r#"{"lists": {"scam": {"words": ["old"], "action": "drop"}}}"#;
    let (mut plugin, mut other) = (start(config), start(config));
    assert_eq!(send(&mut other, "old"), message_before_send::Verdict::Drop);
    let put = ask(&mut plugin, "PUT", "/lists/scam", "new\n\n  two words  \r\n");
    assert_eq!((put.status, text(&put)), (200, r#"{"name":"scam","words":2}"#));
    assert_eq!(text(&ask(&mut plugin, "GET", "/lists/scam", "")), "new\ntwo words\n");
    assert_eq!(send(&mut other, "old"), message_before_send::Verdict::Continue);
    assert_eq!(send(&mut other, "TWO-WORDS"), message_before_send::Verdict::Drop);
    assert_eq!(send(&mut start(config), "new"), message_before_send::Verdict::Drop, "another instance, later");
    ask(&mut plugin, "PUT", "/lists/more", "carrot");
    assert_eq!(
        send(&mut other, "carrot"),
        message_before_send::Verdict::deny(5010, "The message contains a forbidden word")
    );
    let all = ask(&mut plugin, "GET", "/lists", "");
    let expected = r#"{"lists":[{"action":"reject","name":"default","stored":false,"words":1},{"action":"reject","name":"more","stored":true,"words":1},{"action":"drop","name":"scam","stored":true,"words":2}]}"#;
    // The order of the fields is not said.
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("it is JSON");
    assert_eq!(json(text(&all)), json(expected));
    assert_eq!(ask(&mut plugin, "DELETE", "/lists/scam", "").status, 204);
    assert_eq!(ask(&mut plugin, "DELETE", "/lists/scam", "").status, 404);
    assert_eq!(send(&mut other, "old"), message_before_send::Verdict::Drop, "as it is configured");
}

#[test]
fn what_is_no_list_is_refused_and_changes_nothing() {
    let mut plugin = start("{}");
    for (method, path, body, status, message) in [
        ("PUT", "/lists/a", "fine\n--\n", 400, r#"the word "--" has neither a letter nor a digit"#),
        ("PUT", "/lists/a", &"word\n".repeat(70_000), 400, "too many words"),
        ("PUT", "/lists/A", "word", 404, "with a NAME of"),
        ("GET", "/lists/none", "", 404, "no such list"),
        ("POST", "/lists/a", "word", 405, "PUT"),
        ("GET", "/", "", 404, "there is /lists"),
    ] {
        let answer = ask(&mut plugin, method, path, body);
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(text(&answer).contains(message), "{}", text(&answer));
    }
    assert_eq!(send(&mut plugin, "word"), message_before_send::Verdict::Continue);
    let in_utf16 = Request { body: vec![0xff, 0xfe], ..Request::new("PUT", "/lists/a") };
    assert_eq!(plugin.http_handle(&ctx(), &in_utf16).status, 400);
}

#[test]
fn ten_thousand_words_are_found() {
    let mut plugin = start("{}");
    let words: String = (0..10_000).map(|n| format!("forbidden{n}\n")).collect();
    assert_eq!(ask(&mut plugin, "PUT", "/lists/many", &words).status, 200);
    assert_ne!(send(&mut plugin, "this is For-Bidden 9999"), message_before_send::Verdict::Continue);
    assert_eq!(send(&mut plugin, "this is forbidden"), message_before_send::Verdict::Continue);
}
