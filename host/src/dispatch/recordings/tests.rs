//! Recording by hand.

use super::*;

fn call(plugin: &str, micros: u64) -> RecordedCall {
    RecordedCall {
        format: FORMAT,
        date: 0,
        plugin: plugin.into(),
        version: "1".into(),
        hook: "message.persisted".into(),
        arguments: serde_json::Map::new(),
        answer: Some("continue".into()),
        fault: None,
        micros,
    }
}

const HOOK: Hook = Hook::MessagePersisted;

#[tokio::test]
async fn who_records_gets_the_calls_of_the_plugin_and_hooks() {
    let recordings = Arc::<Recordings>::default();
    assert!(!recordings.want("a", HOOK), "nobody records");
    let mut all = recordings.open("a", Vec::new());
    let mut edits = recordings.open("a", vec![Hook::MessageEdited]);
    assert!(recordings.want("a", HOOK) && !recordings.want("b", HOOK));
    recordings.enter(HOOK, &call("a", 1));
    recordings.enter(Hook::MessageEdited, &call("a", 2));
    recordings.enter(HOOK, &call("b", 3));
    assert_eq!(all.follow().await.map(|batch| batch.lines.len()), Some(2));
    let batch = edits.follow().await.unwrap();
    assert!(batch.lines.len() == 1 && batch.lines[0].contains("\"micros\":2"), "{batch:?}");
    drop(all);
    assert!(!recordings.want("a", HOOK) && recordings.want("a", Hook::MessageEdited));
    recordings.forget("a");
    assert_eq!(edits.follow().await, None);
    drop(edits);
    assert!(!recordings.want("a", Hook::MessageEdited), "those who go leave nothing behind");
}

#[tokio::test]
async fn a_call_that_is_not_told_of_is_a_gap_in_its_place() {
    let recordings = Arc::<Recordings>::default();
    let mut recorder = recordings.open("a", Vec::new());
    recordings.enter(HOOK, &call("a", 1));
    recordings.miss("a", HOOK);
    recordings.miss("b", HOOK);
    recordings.enter(HOOK, &call("a", 2));
    let batch = recorder.follow().await.unwrap();
    assert_eq!((batch.lines.len(), batch.missed), (3, 0));
    let recording = Recording::read(&batch.lines.join("\n")).unwrap();
    assert_eq!(recording.missed, 1);
    assert_eq!(recording.calls.iter().map(|(line, call)| (*line, call.micros)).collect::<Vec<_>>(), [(1, 1), (3, 2)]);
}

#[tokio::test]
async fn who_is_too_slow_loses_the_last_calls_and_is_told_how_many() {
    let recordings = Arc::<Recordings>::default();
    let mut recorder = recordings.open("a", Vec::new());
    for micros in 0..LINES as u64 + 5 {
        recordings.enter(HOOK, &call("a", micros));
    }
    let batch = recorder.follow().await.unwrap();
    assert_eq!((batch.lines.len(), batch.missed), (LINES, 5));
    recordings.enter(HOOK, &call("a", 7));
    let batch = recorder.follow().await.unwrap();
    assert_eq!((batch.lines.len(), batch.missed), (1, 0), "it goes on");
    let mut large = call("a", 8);
    large.answer = Some("x".repeat(BYTES).into());
    recordings.enter(HOOK, &large);
    assert_eq!(recorder.follow().await, Some(RecorderBatch { lines: Vec::new(), missed: 1 }));
}
