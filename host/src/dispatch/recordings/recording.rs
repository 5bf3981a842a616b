//! Reading a recording back.

use serde::Deserialize;
use serde_json::Value;

use super::{FORMAT, RecordedCall};

/// What was recorded, in its order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Recording {
    /// With the numbers of their lines.
    pub calls: Vec<(usize, RecordedCall)>,
    /// Calls that were made and are not in it, because they were too large or whoever recorded was too slow.
    pub missed: u64,
}

/// Why a text is no recording.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RecordingError {
    #[error("line {line}: {cause}")]
    Malformed { line: usize, cause: String },
    #[error("line {line} is of format {found}; this program reads format {FORMAT}")]
    Format { line: usize, found: String },
    #[error("there is no call in the recording")]
    Empty,
}

impl Recording {
    /// Reads lines as `talaria plugin record` writes them.
    ///
    /// # Errors
    ///
    /// When a line is something else, or there is none.
    pub fn read(text: &str) -> Result<Self, RecordingError> {
        let mut recording = Self::default();
        for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
            let malformed = |error: serde_json::Error| RecordingError::Malformed { line, cause: error.to_string() };
            let value: Value = serde_json::from_str(text).map_err(malformed)?;
            if let (Some(missed), None) = (value["missed"].as_u64(), value.get("format")) {
                recording.missed += missed;
                continue;
            }
            // First, because what another format has is not known.
            match &value["format"] {
                format if *format == FORMAT => {}
                Value::Null => {
                    return Err(RecordingError::Malformed { line, cause: "it does not say its format".into() });
                }
                other => return Err(RecordingError::Format { line, found: other.to_string() }),
            }
            recording.calls.push((line, RecordedCall::deserialize(value).map_err(malformed)?));
        }
        if recording.calls.is_empty() { Err(RecordingError::Empty) } else { Ok(recording) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: &str = r#"{"format":1,"date":5,"plugin":"a","version":"1","hook":"message.persisted","arguments":{"ctx":{}},"answer":{"ok":null},"micros":7}"#;

    #[test]
    fn lines_are_calls_and_gaps() {
        let recording = Recording::read(&format!("{CALL}\n{{\"missed\":3}}\n\n{CALL}\n")).unwrap();
        assert_eq!(recording.calls.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 4]);
        assert_eq!((recording.missed, recording.calls[0].1.micros), (3, 7));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let refused = |text: &str| Recording::read(text).unwrap_err().to_string();
        for (wrong, says) in [
            (&CALL[..40], "EOF"),
            ("hello", "expected value"),
            ("[]", "does not say its format"),
            (r#"{"format":1}"#, "missing field `date`"),
        ] {
            let refused = refused(&format!("{CALL}\n{wrong}\n"));
            assert!(refused.starts_with("line 2: ") && refused.contains(says), "{refused}");
        }
        let unknown = CALL.replace("micros", "nanos");
        assert!(refused(&unknown).contains("unknown field `nanos`"), "{}", refused(&unknown));
        assert_eq!(
            refused(&format!("{CALL}\n{}", CALL.replace("\"format\":1", "\"format\":2"))),
            "line 2 is of format 2; this program reads format 1"
        );
        assert_eq!(Recording::read("{\"missed\":3}"), Err(RecordingError::Empty));
    }
}
