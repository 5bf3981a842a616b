//! The plugin as the server calls it: settings in, verdicts out.

use proptest::prelude::any;
use proptest::proptest;
use talaria_sdk::message_before_send::{Draft, Verdict};
use talaria_sdk::{Config, Context, group_before_update};

use super::Antispam;
use crate::lists::mask;

fn start(config: &str) -> Antispam {
    Antispam::start(Config::new(config)).expect("the configuration is accepted")
}

fn send(config: &str, text: &str) -> Verdict {
    start(config).message_before_send(&Context::default(), &Draft::from_text(text))
}

#[test]
fn rejects_with_the_reason() {
    let verdict = send("{}", "buy SPAMWORD");
    assert_eq!(verdict, Verdict::deny(5010, "The message contains a forbidden word"));
    let verdict = send(r#"{"words": ["lottery"], "reason": "No gambling"}"#, "l o t t e r y");
    assert_eq!(verdict, Verdict::deny(5010, "No gambling"));
}

#[test]
fn lets_other_messages_pass() {
    assert_eq!(send("{}", "good morning"), Verdict::Continue);
    assert_eq!(send("{}", ""), Verdict::Continue);
    let without_text = Draft { text: None, ..Draft::from_text("") };
    let verdict = start("{}").message_before_send(&Context::default(), &without_text);
    assert_eq!(verdict, Verdict::Continue);
}

#[test]
fn masks_the_original_characters() {
    let config = r#"{"words": ["bad", "ad lib"], "action": "mask"}"#;
    assert_eq!(send(config, "so B.A.D!"), Verdict::replace_text("so *****!"));
    assert_eq!(send(config, "ｂａｄ，bad"), Verdict::replace_text("***，***"));
    let config = r#"{"words": ["bad", "ad lib"], "action": "mask", "mask": "█", "whole_word": false}"#;
    assert_eq!(send(config, "a badly bad lib"), Verdict::replace_text("a ███ly ███████"));
}

#[test]
fn drops_silently() {
    assert_eq!(send(r#"{"action": "drop"}"#, "spamword"), Verdict::Drop);
}

#[test]
fn holds_messages_and_rejects_what_else_would_be_held() {
    let config = r#"{"action": "hold", "reason": "rude", "hold_hours": 2}"#;
    assert_eq!(send(config, "spamword"), Verdict::hold(7200, "rude"));
    let group = group_before_update::Change {
        group_id: 1,
        name: Some("spamword".into()),
        intro: None,
        announcement: None,
        mute_end_date: None,
        type_id: None,
    };
    let verdict = start(config).group_before_update(&Context::default(), &group);
    assert_eq!(verdict, group_before_update::Verdict::deny(1102, "rude"));
    let both = r#"{"words": ["bad"], "action": "hold", "lists": {"worse": {"words": ["worse"], "action": "reject"}}}"#;
    assert!(matches!(send(both, "bad, worse"), Verdict::Deny(_)), "the worst counts");
}

#[test]
fn refuses_a_configuration_that_does_not_fit() {
    for (config, message) in [
        (r#"{"action": "delete"}"#, "action: unknown variant `delete`"),
        (r#"{"mask": "**"}"#, "mask: invalid value"),
        (r#"{"hold_hours": 0}"#, "hold_hours is 1 to 720"),
        (r#"{"wrods": []}"#, "unknown field `wrods`"),
        (r#"{"words": ["--"]}"#, "neither a letter nor a digit"),
        (r#"{"lists": {"default": {}}}"#, "is the name of the list `words`"),
        (r#"{"lists": {"A b": {}}}"#, "is not 1 to 64 of a-z"),
        (r#"{"lists": {"a": {"action": "mask", "mask": "x"}}}"#, "lists.a.mask: unknown field `mask`"),
    ] {
        let error = Antispam::start(Config::new(config)).err().expect("refused");
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn describes_the_defaults_that_it_has() {
    let schema = Antispam::describe().config_schema;
    let defaults = crate::Settings::default();
    assert!(schema.contains(&format!("\"default\": {:?}", defaults.words)));
    assert!(schema.contains(&format!("\"default\": {:?}", defaults.reason)));
}

proptest! {
    #[test]
    fn masking_keeps_the_number_of_characters(text in any::<String>(), spam in "[Bb][ .*\u{338}]{0,2}[Aa]\u{200b}?[Dd]") {
        let text = format!("{text} {spam} {text}");
        let config = r#"{"words": ["bad"], "action": "mask", "mask": "█"}"#;
        let mut plugin = start(config);
        let verdict = plugin.message_before_send(&Context::default(), &Draft::from_text(&text));
        let Verdict::Patch(patch) = verdict else { panic!("{verdict:?}") };
        let masked = patch.text.expect("a text");
        assert_eq!(masked.chars().count(), text.chars().count());
        assert_eq!(plugin.message_before_send(&Context::default(), &Draft::from_text(&masked)), Verdict::Continue);
    }

    #[test]
    fn never_panics(text in any::<String>()) {
        let _ = send(r#"{"words": ["a", "e", "彩"], "action": "mask", "whole_word": false}"#, &text);
    }
}

#[test]
fn masks_overlapping_ranges_once() {
    assert_eq!(mask("abcdef", vec![2..4, 0..3, 1..2], '*'), "****ef");
    assert_eq!(mask("abc", Vec::new(), '*'), "abc");
}
