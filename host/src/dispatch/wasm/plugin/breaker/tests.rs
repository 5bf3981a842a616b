//! Its rules, with a time that only moves when told to.

use super::*;

const SETTINGS: BreakerSettings = BreakerSettings {
    failures: 3,
    window: Duration::from_secs(10),
    pause: Duration::from_secs(5),
    max_pause: Duration::from_secs(30),
};

/// A breaker and the time, which only moves when told to.
struct Bench {
    breaker: Breaker,
    now: Instant,
}

impl Bench {
    fn new() -> Self {
        let now = Instant::now();
        Self { breaker: Breaker::new(SETTINGS, now), now }
    }

    fn open() -> Self {
        let bench = Self::new();
        let opened = [(); 3].map(|()| bench.fail());
        assert_eq!(opened, [None, None, Some(SETTINGS.pause)]);
        bench
    }

    fn after(&mut self, seconds: u64) -> &mut Self {
        self.now += Duration::from_secs(seconds);
        self
    }

    fn fail(&self) -> Option<Duration> {
        self.breaker.fail("boom", self.now)
    }

    fn pass(&self) -> Pass<'_> {
        self.breaker.pass(|| self.now)
    }

    fn trial(&self) -> Trial<'_> {
        match self.pass() {
            Pass::OnTrial(trial) => trial,
            other => panic!("{other:?}"),
        }
    }

    fn state(&self) -> BreakerState {
        self.breaker.snapshot().state
    }
}

#[test]
fn failures_in_the_window_open_it_and_those_apart_do_not() {
    let mut bench = Bench::new();
    for _ in 0..20 {
        assert_eq!(bench.after(6).fail(), None, "two in any ten seconds");
        assert!(matches!(bench.pass(), Pass::Freely));
    }
    assert_eq!(bench.after(1).fail(), Some(SETTINGS.pause), "three");
    assert_eq!(bench.state(), BreakerState::Open);
    assert!(matches!(bench.after(2).pass(), Pass::Refused(left) if left == Duration::from_secs(3)));
}

#[test]
fn without_trouble_nobody_looks_at_the_clock() {
    let bench = Bench::new();
    assert!(matches!(bench.breaker.pass(|| unreachable!("the clock")), Pass::Freely));
}

#[test]
fn one_call_is_tried_and_its_success_closes() {
    let mut bench = Bench::open();
    bench.after(5);
    let trial = bench.trial();
    assert!(matches!(bench.pass(), Pass::Refused(_)), "only one");
    assert_eq!(bench.state(), BreakerState::HalfOpen);
    trial.succeed(bench.now);
    let snapshot = bench.breaker.snapshot();
    assert_eq!((snapshot.state, snapshot.since), (BreakerState::Closed, bench.now));
    assert_eq!(snapshot.last_fault.as_deref(), Some("boom"), "the reason stays known");
    assert!(matches!(bench.pass(), Pass::Freely));
    assert_eq!(bench.fail(), None, "it begins to count anew");
}

#[test]
fn the_pause_doubles_up_to_its_limit_and_starts_anew_after_a_success() {
    let mut bench = Bench::open();
    let opened = bench.breaker.snapshot().since;
    bench.after(5);
    for pause in [10, 20, 30, 30] {
        let paused = bench.trial().fail("still", bench.now);
        assert_eq!(paused.as_secs(), pause);
        bench.after(pause - 1);
        assert!(matches!(bench.pass(), Pass::Refused(_)), "before {pause} s");
        bench.after(1);
    }
    assert_eq!(bench.breaker.snapshot().since, opened, "it has been out of order since then");
    bench.trial().succeed(bench.now);
    let opened = [(); 3].map(|()| bench.fail());
    assert_eq!(opened[2], Some(SETTINGS.pause));
}

#[test]
fn a_trial_that_is_dropped_leaves_it_to_the_next_call() {
    let mut bench = Bench::open();
    bench.after(5);
    drop(bench.trial());
    assert_eq!(bench.state(), BreakerState::Open);
    bench.trial().succeed(bench.now);
}

#[test]
fn calls_that_began_before_it_opened_change_nothing() {
    let mut bench = Bench::open();
    assert_eq!(bench.after(1).fail(), None);
    let next = bench.breaker.snapshot().next_trial;
    assert_eq!(next, Some(bench.now + Duration::from_secs(4)));
}

#[test]
fn a_long_text_is_cut_between_characters() {
    let bench = Bench::new();
    bench.breaker.fail(&"é".repeat(KEPT_TEXT), bench.now);
    assert_eq!(bench.breaker.snapshot().last_fault.unwrap().len(), KEPT_TEXT);
}
