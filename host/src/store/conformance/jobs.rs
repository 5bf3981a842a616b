//! Jobs of plugins.

use bytes::Bytes;

use super::NOW;
use crate::{
    model::{
        Timestamp,
        job::{DeadJobs, Enqueued, Job, JobCounts, JobFailure, JobPage, JobQuota, JobRecord, JobState, NewJob},
    },
    store::Store,
};

const QUOTA: JobQuota = JobQuota { jobs: 3, bytes: 100 };
const NODE: u16 = 7;

fn at(seconds: i64) -> Timestamp {
    NOW.plus_millis(seconds * 1000)
}

fn job(name: &str, due: i64, key: Option<&str>) -> NewJob {
    let key = key.map(str::to_owned);
    let (plugin, name, payload) = ("p".into(), name.into(), Bytes::from_static(b"load"));
    NewJob { plugin, name, payload, added: at(0), due: at(due), key, hop: 2 }
}

async fn insert(store: &dyn Store, job: NewJob) -> Enqueued {
    store.insert_job(job, QUOTA).await.unwrap()
}

async fn claim(store: &dyn Store, now: i64) -> Option<Job> {
    store.claim_job("p", NODE, at(now), at(now + 10)).await.unwrap()
}

async fn name_of_next(store: &dyn Store, now: i64) -> Option<String> {
    claim(store, now).await.map(|job| job.name)
}

async fn counts(store: &dyn Store) -> Vec<(String, JobCounts)> {
    store.count_jobs().await.unwrap()
}

fn failure(seconds: i64) -> JobFailure {
    JobFailure { cause: "alas".into(), date: at(seconds) }
}

/// Claims the job that is due first, and gives it up.
async fn bury(store: &dyn Store, kept: u32) -> i64 {
    let failed = claim(store, 0).await.unwrap();
    store.bury_job(failed.id, failure(1), kept).await.unwrap();
    failed.id
}

async fn list(store: &dyn Store, state: Option<JobState>) -> Vec<JobRecord> {
    let page = JobPage { plugin: "p".into(), state, after: None, limit: 10 };
    store.list_jobs(page).await.unwrap()
}

pub(in crate::store) async fn jobs_come_when_they_are_due(store: &dyn Store) {
    let mut added = store.job_added();
    for (name, due) in [("later", 5), ("first", 1), ("second", 1)] {
        assert_eq!(insert(store, job(name, due, None)).await, Enqueued::New);
    }
    assert!(added.has_changed().unwrap());
    added.mark_unchanged();
    assert_eq!(store.find_next_job("p").await.unwrap(), Some(at(1)));
    assert_eq!(claim(store, 0).await, None);
    let first = claim(store, 1).await.unwrap();
    let expected = Job {
        id: first.id,
        name: "first".into(),
        payload: Bytes::from_static(b"load"),
        due: at(1),
        attempts: 1,
        hop: 2,
    };
    assert_eq!(first, expected);
    assert_eq!(name_of_next(store, 1).await.as_deref(), Some("second"));
    assert_eq!(name_of_next(store, 1).await, None);
    assert_eq!(store.claim_job("q", NODE, at(9), at(19)).await.unwrap(), None);
    store.delete_job(first.id).await.unwrap();
    assert_eq!(counts(store).await, [("p".into(), JobCounts { waiting: 2, dead: 0 })]);
}

pub(in crate::store) async fn what_nobody_ends_is_due_again(store: &dyn Store) {
    insert(store, job("a", 0, None)).await;
    assert!(claim(store, 0).await.is_some());
    assert_eq!(claim(store, 9).await, None);
    assert_eq!(claim(store, 10).await.unwrap().attempts, 2);
    assert_eq!(store.release_jobs(NODE + 1, at(11)).await.unwrap(), 0);
    assert_eq!(store.release_jobs(NODE, at(11)).await.unwrap(), 1);
    let again = claim(store, 11).await.unwrap();
    assert_eq!(again.attempts, 3);
    store.return_job(again.id, at(30), 1, None).await.unwrap();
    assert_eq!(claim(store, 29).await, None);
    assert_eq!(claim(store, 30).await.unwrap().attempts, 2);
}

pub(in crate::store) async fn a_key_waits_once(store: &dyn Store) {
    assert_eq!(insert(store, job("a", 0, Some("k"))).await, Enqueued::New);
    assert_eq!(insert(store, job("b", 0, Some("k"))).await, Enqueued::Waits);
    let running = claim(store, 0).await.unwrap();
    assert!(!store.cancel_job("p", "k").await.unwrap(), "it does not wait");
    assert_eq!(insert(store, job("c", 0, Some("k"))).await, Enqueued::New);
    // Two would wait with the key now; the later one keeps it.
    store.return_job(running.id, at(1), 1, None).await.unwrap();
    assert!(store.cancel_job("p", "k").await.unwrap());
    assert!(!store.cancel_job("p", "k").await.unwrap());
    assert_eq!(name_of_next(store, 1).await.as_deref(), Some("a"));
    assert_eq!(name_of_next(store, 1).await, None);
}

pub(in crate::store) async fn a_quota_holds(store: &dyn Store) {
    let large = NewJob { payload: Bytes::from(vec![0; 90]), ..job("large", 0, None) };
    assert_eq!(insert(store, large.clone()).await, Enqueued::New);
    assert_eq!(insert(store, large).await, Enqueued::Full);
    assert_eq!(insert(store, job("a", 0, Some("k"))).await, Enqueued::New);
    assert_eq!(insert(store, job("b", 0, None)).await, Enqueued::New);
    assert_eq!(insert(store, job("c", 0, None)).await, Enqueued::Full);
    assert_eq!(insert(store, job("a", 0, Some("k"))).await, Enqueued::Waits);
    assert_eq!(insert(store, NewJob { plugin: "q".into(), ..job("c", 0, None) }).await, Enqueued::New);
    let done = claim(store, 0).await.unwrap();
    store.delete_job(done.id).await.unwrap();
    assert_eq!(insert(store, job("c", 0, None)).await, Enqueued::New);
}

pub(in crate::store) async fn the_dead_are_kept_and_bounded(store: &dyn Store) {
    for name in ["a", "b", "c"] {
        insert(store, job(name, 0, Some(name))).await;
        let failed = bury(store, 2).await;
        store.return_job(failed, at(0), 1, Some(failure(2))).await.unwrap();
    }
    assert_eq!(counts(store).await, [("p".into(), JobCounts { waiting: 0, dead: 2 })]);
    assert_eq!(claim(store, 99).await, None);
    assert_eq!(insert(store, job("a", 0, Some("c"))).await, Enqueued::New, "the dead keep no key");
}

pub(in crate::store) async fn jobs_are_listed_with_their_last_failures(store: &dyn Store) {
    insert(store, job("dead", 0, Some("k"))).await;
    let dead = bury(store, 9).await;
    insert(store, job("failing", 0, None)).await;
    let failing = claim(store, 0).await.unwrap().id;
    store.return_job(failing, at(40), 1, Some(failure(3))).await.unwrap();
    insert(store, job("running", 0, None)).await;
    let running = claim(store, 0).await.unwrap().id;
    insert(store, NewJob { plugin: "q".into(), ..job("of another", 0, None) }).await;
    let record = |id, name: &str, state, due: Option<i64>, failed: Option<i64>| JobRecord {
        id,
        name: name.into(),
        state,
        key: None,
        bytes: 4,
        attempts: 1,
        added: at(0),
        due: due.map(at),
        failure: failed.map(failure),
    };
    let dead = JobRecord { key: Some("k".into()), ..record(dead, "dead", JobState::Dead, None, Some(1)) };
    let failing = record(failing, "failing", JobState::Waiting, Some(40), Some(3));
    let running = record(running, "running", JobState::Running, Some(10), None);
    let all = [dead, failing, running];
    assert_eq!(list(store, None).await, all);
    for (state, record) in [JobState::Dead, JobState::Waiting, JobState::Running].into_iter().zip(&all) {
        assert_eq!(list(store, Some(state)).await, std::slice::from_ref(record));
    }
    let page = JobPage { plugin: "p".into(), state: None, after: Some(all[0].id), limit: 1 };
    assert_eq!(store.list_jobs(page).await.unwrap(), all[1..2]);
}

pub(in crate::store) async fn the_dead_are_revived_or_discarded(store: &dyn Store) {
    for name in ["a", "b", "c"] {
        insert(store, job(name, 0, Some("k"))).await;
        bury(store, 9).await;
    }
    insert(store, job("waits", 50, Some("k"))).await;
    let ids: Vec<i64> = list(store, Some(JobState::Dead)).await.iter().map(|job| job.id).collect();
    assert_eq!(store.discard_jobs("p", DeadJobs::One(ids[0])).await.unwrap(), 1);
    assert_eq!(store.discard_jobs("p", DeadJobs::One(ids[0])).await.unwrap(), 0);
    assert_eq!(store.discard_jobs("q", DeadJobs::One(ids[1])).await.unwrap(), 0, "of another plugin");
    assert_eq!(counts(store).await, [("p".into(), JobCounts { waiting: 1, dead: 2 })]);
    let mut added = store.job_added();
    added.mark_unchanged();
    assert_eq!(store.revive_jobs("p", DeadJobs::One(ids[1]), at(20)).await.unwrap(), 1);
    assert!(added.has_changed().unwrap(), "it may be due before the others");
    let revived = list(store, None).await.into_iter().find(|job| job.id == ids[1]).unwrap();
    assert_eq!((revived.state, revived.attempts, revived.due), (JobState::Waiting, 0, Some(at(20))));
    assert_eq!(revived.failure, Some(failure(1)), "it is told until the next");
    assert_eq!(revived.key, None, "another waits with it");
    assert_eq!(store.revive_jobs("p", DeadJobs::One(ids[1]), at(20)).await.unwrap(), 0, "it is not dead");
    assert_eq!(store.revive_jobs("p", DeadJobs::All, at(20)).await.unwrap(), 1);
    assert_eq!(counts(store).await, [("p".into(), JobCounts { waiting: 3, dead: 0 })]);
    assert_eq!(claim(store, 20).await.map(|job| (job.id, job.attempts)), Some((ids[1], 1)));
    assert_eq!(store.discard_jobs("p", DeadJobs::All).await.unwrap(), 0);
}

pub(in crate::store) async fn clearing_jobs_spares_others(store: &dyn Store) {
    insert(store, job("a", 0, None)).await;
    insert(store, NewJob { plugin: "q".into(), ..job("b", 0, None) }).await;
    store.clear_jobs("p").await.unwrap();
    assert_eq!(counts(store).await, [("q".into(), JobCounts { waiting: 1, dead: 0 })]);
}
