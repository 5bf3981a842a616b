//! What is kept, what a slow reader misses, and how following ends.

use super::*;

fn logs() -> Logs {
    Logs::new(Clock::fake(Timestamp(5)))
}

fn texts(batch: &LogBatch) -> Vec<&str> {
    batch.lines.iter().map(|line| line.text.as_str()).collect()
}

fn say(writer: &LogWriter, level: LogLevel, text: &str) {
    writer.enter(level, LogSource::Log, Some("message.before-send"), text);
}

#[test]
fn the_last_lines_of_a_level_come_in_their_order_from_all_versions() {
    let logs = logs();
    assert!(logs.read("calm", LogLevel::Trace, 9).is_none());
    let (old, new) = (logs.writer("calm", "1.0.0"), logs.writer("calm", "1.1.0"));
    say(&old, LogLevel::Info, "one");
    say(&old, LogLevel::Debug, "two");
    say(&new, LogLevel::Error, "three");
    say(&logs.writer("other", "1.0.0"), LogLevel::Error, "not mine");
    let mut reader = logs.read("calm", LogLevel::Info, 2).unwrap();
    let batch = reader.take();
    assert_eq!(texts(&batch), ["one", "three"]);
    assert_eq!((&*batch.lines[1].version, batch.lines[1].number, batch.lines[1].date), ("1.1.0", 2, Timestamp(5)));
    assert_eq!(reader.take(), LogBatch::default());
    assert_eq!(texts(&logs.read("calm", LogLevel::Trace, 1).unwrap().take()), ["three"]);
    assert_eq!(texts(&logs.read("calm", LogLevel::Trace, 0).unwrap().take()), Vec::<&str>::new());
}

#[test]
fn a_slow_reader_misses_lines_and_is_told_how_many() {
    let logs = logs();
    let writer = logs.writer("calm", "1.0.0");
    let mut reader = logs.read("calm", LogLevel::Trace, 0).unwrap();
    for number in 0..LINES + 30 {
        say(&writer, LogLevel::Info, &number.to_string());
    }
    let (mut lines, mut missed) = (Vec::new(), 0);
    loop {
        let batch = reader.take();
        missed += batch.missed;
        if batch.lines.is_empty() {
            break;
        }
        lines.extend(batch.lines.iter().map(|line| line.text.clone()));
    }
    let expected: Vec<_> = (30..LINES + 30).map(|number| number.to_string()).collect();
    assert_eq!((missed, lines), (30, expected));
    for _ in 0..5 {
        say(&writer, LogLevel::Info, &"x".repeat(BYTES / 2));
    }
    assert_eq!(logs.read("calm", LogLevel::Trace, 9).unwrap().take().lines.len(), 2, "long lines are fewer");
}

#[tokio::test]
async fn following_waits_and_ends_with_the_plugin() {
    let logs = logs();
    let writer = logs.writer("calm", "1.0.0");
    let mut reader = logs.read("calm", LogLevel::Warn, 0).unwrap();
    say(&writer, LogLevel::Info, "too little");
    let (batch, ()) = tokio::join!(reader.follow(), async {
        tokio::task::yield_now().await;
        say(&writer, LogLevel::Warn, "enough");
    });
    assert_eq!(texts(&batch.unwrap()), ["enough"]);
    logs.forget("calm");
    say(&writer, LogLevel::Warn, "after the end");
    assert_eq!(texts(&reader.follow().await.unwrap()), ["after the end"]);
    assert_eq!(reader.follow().await, None);
}
