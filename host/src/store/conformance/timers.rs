//! Timers of plugins.

use super::NOW;
use crate::{model::job::TimerMark, store::Store};

fn mark(cron: &str, seconds: i64) -> TimerMark {
    TimerMark { cron: cron.into(), fired: NOW.plus_millis(seconds * 1000) }
}

pub(in crate::store) async fn one_of_those_who_try_advances_a_timer(store: &dyn Store) {
    assert_eq!(store.find_timer("p", "t").await.unwrap(), None);
    assert!(store.advance_timer("p", "t", None, mark("* * * * *", 0)).await.unwrap());
    assert!(!store.advance_timer("p", "t", None, mark("* * * * *", 60)).await.unwrap());
    let first = || Some(mark("* * * * *", 0));
    assert_eq!(store.find_timer("p", "t").await.unwrap(), first());
    assert!(store.advance_timer("p", "t", first(), mark("* * * * *", 60)).await.unwrap());
    assert!(!store.advance_timer("p", "t", first(), mark("* * * * *", 60)).await.unwrap());
    assert!(!store.advance_timer("p", "t", Some(mark("0 * * * *", 60)), mark("* * * * *", 90)).await.unwrap());
    assert_eq!(store.find_timer("p", "t").await.unwrap(), Some(mark("* * * * *", 60)));
}

pub(in crate::store) async fn timers_of_a_plugin_are_forgotten(store: &dyn Store) {
    for (plugin, name) in [("p", "t"), ("p", "u"), ("q", "t")] {
        assert!(store.advance_timer(plugin, name, None, mark("* * * * *", 0)).await.unwrap());
    }
    store.delete_timers("p").await.unwrap();
    assert_eq!(store.find_timer("p", "t").await.unwrap(), None);
    assert_eq!(store.find_timer("p", "u").await.unwrap(), None);
    assert!(store.find_timer("q", "t").await.unwrap().is_some());
}
