//! What the attribute makes of an `impl` block, called as a server calls it.

use std::time::Duration;

use talaria_sdk::bindings::lifecycle::Guest as Lifecycle;
use talaria_sdk::message_before_send::bindings::Guest as BeforeSend;
use talaria_sdk::message_before_send::{self, Draft, Verdict};
use talaria_sdk::session_opened::Session;
use talaria_sdk::session_opened::bindings::Guest as Opened;
use talaria_sdk::{Config, Context, Description, DeviceType, FailurePolicy, HookSettings, IpAddress, StartError};

struct Counter {
    sessions: usize,
}

#[talaria_sdk::plugin]
impl Counter {
    fn describe() -> Description {
        let settings = HookSettings::new(message_before_send::HOOK).priority(10).deadline(Duration::from_millis(20));
        Description::default().hook(settings.on_failure(FailurePolicy::Closed))
    }

    fn start(config: &Config) -> Result<Self, StartError> {
        if config.as_str() != "{}" {
            return Err("nothing can be configured".into());
        }
        Ok(Self { sessions: 0 })
    }

    fn health(&self) -> Result<(), String> {
        if self.sessions > 1 {
            return Err("too many sessions".into());
        }
        Ok(())
    }

    fn stop(&mut self) {
        self.sessions = 0;
    }

    fn message_before_send(&self, _ctx: &Context, mut draft: Draft) -> Verdict {
        let text = draft.text.take().unwrap_or_default();
        Verdict::replace_text(format!("{text} {}", self.sessions))
    }

    fn session_opened(&mut self, _: Context, sessions: &[Session]) -> Result<(), String> {
        self.sessions += sessions.len();
        Ok(())
    }
}

fn session() -> Session {
    Session { session_id: 1, user_id: 2, device: DeviceType::Browser, ip: IpAddress::Ipv6((0, 1)), date: 0 }
}

#[test]
fn lives_from_start_to_stop() {
    let refused = <Counter as Lifecycle>::start(r#"{"a": 1}"#.into());
    assert_eq!(refused, Err("nothing can be configured".into()));

    <Counter as Lifecycle>::start("{}".into()).unwrap();
    <Counter as Opened>::opened(Context::default(), vec![session()]).unwrap();
    let verdict = <Counter as BeforeSend>::before_send(Context::default(), Draft::from_text("hello"));
    assert_eq!(verdict, Verdict::replace_text("hello 1"));

    assert_eq!(<Counter as Lifecycle>::health(), Ok(()));
    <Counter as Opened>::opened(Context::default(), vec![session()]).unwrap();
    assert_eq!(<Counter as Lifecycle>::health(), Err("too many sessions".into()));
    <Counter as Lifecycle>::stop();

    <Counter as Lifecycle>::start("{}".into()).unwrap();
    assert_eq!(<Counter as Lifecycle>::health(), Ok(()));
}

#[test]
#[should_panic(expected = "the server calls `start` before")]
fn has_no_instance_before_start() {
    let _ = <Counter as BeforeSend>::before_send(Context::default(), Draft::from_text("hello"));
}

#[test]
fn describes_its_hooks() {
    let description = <Counter as Lifecycle>::describe();
    let [hook] = &description.hooks[..] else { panic!("{description:?}") };
    assert_eq!((hook.hook.as_str(), hook.priority, hook.deadline_ms), ("message.before-send", 10, Some(20)));
    assert_eq!(hook.on_failure, Some(FailurePolicy::Closed));
}
