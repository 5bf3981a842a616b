//! A replay for people: each call that came out otherwise, and the sum.

use std::fmt;

use serde_json::Value;

use super::{Comparison, Replay, Tried};

/// Letters of a value that are shown.
const SHOWN: usize = 300;

impl fmt::Display for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for tried in &self.tried {
            write_tried(f, tried)?;
        }
        let (same, different, failed) = self.counts();
        let (then, now) = &self.versions;
        let median = |of: fn(&Tried) -> u64| median(self.tried.iter().map(of).collect());
        writeln!(
            f,
            "{} calls of {then}, tried on {now}: {same} same, {different} different, {failed} failed; median {} µs then, {} µs now",
            self.tried.len(),
            median(|tried| tried.recorded.micros),
            median(|tried| tried.micros),
        )?;
        for (hook, calls) in &self.unhandled {
            writeln!(f, "{calls} calls of {hook} were not made: the component does not handle it")?;
        }
        if self.missed > 0 {
            writeln!(
                f,
                "{} calls are not in the recording: they were too large, or whoever recorded was too slow",
                self.missed
            )?;
        }
        Ok(())
    }
}

fn write_tried(f: &mut fmt::Formatter<'_>, tried: &Tried) -> fmt::Result {
    let head = |f: &mut fmt::Formatter<'_>| {
        writeln!(f, "line {}, {}", tried.line, tried.recorded.hook)?;
        for (name, argument) in tried.recorded.arguments.iter().filter(|(name, _)| *name != "ctx") {
            writeln!(f, "    {name}: {}", shown(argument))?;
        }
        Ok(())
    };
    match &tried.comparison {
        Comparison::Same => Ok(()),
        Comparison::Failed(cause) => {
            head(f)?;
            writeln!(f, "    failed: {cause}")
        }
        Comparison::Different { then: None, now } => {
            head(f)?;
            let fault = tried.recorded.fault.as_ref();
            let then =
                fault.map_or_else(|| "nothing".into(), |fault| format!("failed, {}: {}", fault.kind, fault.text));
            writeln!(f, "  - {then}\n  + {}", shown(now))
        }
        Comparison::Different { then: Some(then), now } => {
            head(f)?;
            write_difference(f, "", then, now)
        }
    }
}

/// Goes down to where they differ, as long as both are made alike.
fn write_difference(f: &mut fmt::Formatter<'_>, at: &str, then: &Value, now: &Value) -> fmt::Result {
    match (then, now) {
        (Value::Object(one), Value::Object(two)) if one.keys().eq(two.keys()) => {
            for ((name, then), now) in one.iter().zip(two.values()).filter(|((_, then), now)| then != now) {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                write_difference(f, &at, then, now)?;
            }
            Ok(())
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => {
            for (index, (then, now)) in one.iter().zip(two).enumerate().filter(|(_, (then, now))| then != now) {
                write_difference(f, &format!("{at}[{index}]"), then, now)?;
            }
            Ok(())
        }
        _ => {
            let at = if at.is_empty() { String::new() } else { format!("{at}: ") };
            writeln!(f, "  - {at}{}\n  + {at}{}", shown(then), shown(now))
        }
    }
}

/// On one line, and not all of what is long.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn median(mut micros: Vec<u64>) -> u64 {
    micros.sort_unstable();
    micros.get(micros.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::desk::RecordedCall;

    fn tried(line: usize, comparison: Comparison) -> Tried {
        let recorded: RecordedCall = serde_json::from_value(json!({
            "format": 1, "date": 0, "plugin": "a", "version": "1", "hook": "message.before-send",
            "arguments": {"ctx": {"actor": 1}, "draft": {"text": "GOOD"}}, "micros": 3,
        }))
        .unwrap();
        Tried { line, recorded, comparison, micros: 5 }
    }

    #[test]
    fn what_differs_is_told_where_it_differs() {
        let patch = |text: &str| json!({"patch": {"text": text, "records": null}});
        let different = |then: Value, now: Value| Comparison::Different { then: Some(then), now };
        let replay = Replay {
            versions: ("0.1.0".into(), "0.2.0".into()),
            tried: vec![
                tried(1, Comparison::Same),
                tried(2, different(patch("good"), patch("Good"))),
                tried(3, different("continue".into(), patch("good"))),
                tried(4, Comparison::Failed("trap: oh no".into())),
            ],
            unhandled: [("message.edited".to_owned(), 2)].into(),
            missed: 7,
        };
        let expected = r#"line 2, message.before-send
    draft: {"text":"GOOD"}
  - patch.text: "good"
  + patch.text: "Good"
line 3, message.before-send
    draft: {"text":"GOOD"}
  - "continue"
  + {"patch":{"text":"good","records":null}}
line 4, message.before-send
    draft: {"text":"GOOD"}
    failed: trap: oh no
4 calls of 0.1.0, tried on 0.2.0: 1 same, 2 different, 1 failed; median 3 µs then, 5 µs now
2 calls of message.edited were not made: the component does not handle it
7 calls are not in the recording: they were too large, or whoever recorded was too slow
"#;
        assert_eq!(replay.to_string(), expected);
        assert!(!replay.is_same() && !Replay::default().is_same());
    }
}
