//! Questions of groups.

use super::{NOW, insert_group};
use crate::{
    model::{
        GroupId, QuestionId,
        enrolment::{Question, QuestionPatch},
        group::GroupVersion,
    },
    store::{Error, Store},
};

const GROUP: GroupId = GroupId(10);

fn question(id: i64) -> Question {
    Question {
        id: QuestionId(id),
        group: GROUP,
        question: format!("question {id}?"),
        answers: vec!["yes".into(), "\"no\"".into()],
        score: 5,
    }
}

async fn insert(store: &dyn Store, ids: &[i64]) -> bool {
    let questions = ids.iter().copied().map(question).collect();
    store.insert_questions(GROUP, questions, 3, NOW).await.unwrap()
}

async fn ids(store: &dyn Store) -> Vec<i64> {
    store.list_questions(GROUP).await.unwrap().iter().map(|question| question.id.0).collect()
}

pub(in crate::store) async fn questions_come_change_and_go(store: &dyn Store) {
    insert_group(store, 10, &[1]).await;
    assert!(insert(store, &[20, 21]).await);
    assert!(!insert(store, &[22, 23]).await, "one too many");
    assert_eq!(ids(store).await, [20, 21]);
    assert_eq!(store.find_question(QuestionId(20)).await.unwrap(), Some(question(20)));
    let taken = store.insert_questions(GROUP, vec![question(22), question(21)], 9, NOW).await;
    assert!(matches!(taken, Err(Error::Conflict)), "{taken:?}");
    assert_eq!(ids(store).await, [20, 21], "all or none");
    let patch = QuestionPatch { answers: Some(vec!["maybe".into()]), ..QuestionPatch::default() };
    assert!(store.update_question(QuestionId(20), patch.clone(), NOW).await.unwrap());
    assert!(!store.update_question(QuestionId(99), patch, NOW).await.unwrap());
    let changed = Question { answers: vec!["maybe".into()], ..question(20) };
    assert_eq!(store.find_question(QuestionId(20)).await.unwrap(), Some(changed));
    let both = [QuestionId(20), QuestionId(99)];
    assert_eq!(store.delete_questions(GroupId(11), &both, NOW).await.unwrap(), 0, "another group's");
    assert_eq!(store.delete_questions(GROUP, &both, NOW).await.unwrap(), 1);
    assert_eq!(ids(store).await, [21]);
}

pub(in crate::store) async fn the_version_follows_the_questions(store: &dyn Store) {
    insert_group(store, 10, &[1]).await;
    let version = async || store.find_group_version(GROUP, GroupVersion::Questions).await.unwrap().unwrap();
    let mut before = version().await;
    insert(store, &[20]).await;
    let mut grows = async |what| {
        let after = version().await;
        assert!(before < after, "{what}");
        before = after;
    };
    grows("inserted").await;
    let patch = QuestionPatch { score: Some(1), ..QuestionPatch::default() };
    store.update_question(QuestionId(20), patch, NOW).await.unwrap();
    grows("updated").await;
    store.delete_questions(GROUP, &[QuestionId(20)], NOW).await.unwrap();
    grows("deleted").await;
}
