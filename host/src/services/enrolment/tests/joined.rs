//! Nobody comes by consent into more groups than one may be in.

use super::{GROUP, OUTSIDER, OWNER, answer, answers, ask, invite, judge, new, questions, role, world};
use crate::{
    config::Config,
    model::{
        GroupId,
        approval::ResponseAction,
        command::DeleteGroup,
        group::{JoinPolicy, Role},
    },
    services::{
        enrolment::Error,
        testing::{World, assert_refused},
    },
};

fn one_group(config: &mut Config) {
    config.groups.max_joined_groups = 1;
}

/// A group that the outsider is in.
async fn other_group(world: &World) -> GroupId {
    world.group(OUTSIDER, &[]).await
}

async fn leave(world: &World, group: GroupId) {
    let request = DeleteGroup { group, attributes: Vec::new() };
    world.services.groups.delete_group(OUTSIDER, &request).await.unwrap();
}

#[tokio::test]
async fn by_an_invitation() {
    let world = world(JoinPolicy::Invitation, one_group).await;
    let other = other_group(&world).await;
    let id = invite(&world, OWNER, OUTSIDER).await;
    let accept =
        async || world.services.enrolments.answer_invitation(OUTSIDER, &answer(id, ResponseAction::Accept)).await;
    assert_refused!(accept().await, Error::TooManyJoined { user: OUTSIDER, max: 1 });
    leave(&world, other).await;
    assert!(accept().await.unwrap().joined.is_some(), "it waited on");
}

#[tokio::test]
async fn by_a_request() {
    let world = world(JoinPolicy::Request, one_group).await;
    let other = other_group(&world).await;
    let id = ask(&world, OUTSIDER).await;
    let accept =
        async || world.services.enrolments.answer_join_request(OWNER, &judge(id, ResponseAction::Accept)).await;
    assert_refused!(accept().await, Error::TooManyJoined { user: OUTSIDER, max: 1 });
    leave(&world, other).await;
    assert!(accept().await.unwrap().joined.is_some(), "it waited on");
}

#[tokio::test]
async fn by_right_answers() {
    let world = world(JoinPolicy::Question, one_group).await;
    let other = other_group(&world).await;
    let enrolments = &world.services.enrolments;
    let asked = questions(GROUP, vec![new("sky?", &["blue"], 10)]);
    let ids = enrolments.add_questions(OWNER, &asked).await.unwrap();
    let check = async || enrolments.check_answers(OUTSIDER, &answers(&[(ids[0], "blue")])).await;
    assert_refused!(check().await, Error::TooManyJoined { user: OUTSIDER, max: 1 });
    leave(&world, other).await;
    check().await.unwrap();
    assert_eq!(role(&world, OUTSIDER).await, Some(Role::Member));
}
