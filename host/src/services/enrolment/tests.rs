//! Who invites, asks and answers.

mod joined;

use std::collections::BTreeMap;

use super::{Error, Joined};
use crate::{
    config::Config,
    model::{
        EnrolmentId, GroupId, GroupTypeId, QuestionId, Reply, UserId,
        approval::{RequestStatus, ResponseAction},
        command::{
            CheckGroupJoinQuestionsAnswers, CreateGroupBlockedUser, CreateGroupInvitation, CreateGroupJoinQuestions,
            CreateGroupJoinRequest, DeleteGroupJoinQuestions, NewQuestion, QueryGroupInvitations,
            QueryGroupJoinQuestions, QueryGroupJoinRequests, UpdateGroupInvitation, UpdateGroupJoinQuestion,
            UpdateGroupJoinRequest,
        },
        enrolment::{AnswerResult, Enrolment},
        group::{Group, GroupType, InvitationPolicy, JoinPolicy, Permitted, Role},
        notification::Recipients,
    },
    services::testing::{NOW, World, assert_refused, group},
};

const OWNER: UserId = UserId(1);
const MANAGER: UserId = UserId(2);
const MEMBER: UserId = UserId(3);
const OUTSIDER: UserId = UserId(4);
const OTHER: UserId = UserId(5);
const BLOCKED: UserId = UserId(6);
const GROUP: GroupId = GroupId(10);
const INACTIVE: GroupId = GroupId(11);
const NOWHERE: GroupId = GroupId(404);
const DAY: i64 = 86_400_000;

/// Group 10 of this type with an owner, a manager, a member and a blocked user; 11 is the same, but inactive.
async fn world(join: JoinPolicy, change: impl FnOnce(&mut Config)) -> World {
    let world = World::with(change).await;
    let type_id = match join {
        JoinPolicy::Invitation => GroupTypeId(0),
        JoinPolicy::Membership => GroupTypeId(1),
        JoinPolicy::Question => GroupTypeId(2),
        JoinPolicy::Request => GroupTypeId(3),
    };
    let roles = [(OWNER, Role::Owner), (MANAGER, Role::Manager), (MEMBER, Role::Member)];
    for (id, active) in [(GROUP, true), (INACTIVE, false)] {
        world.db_group(Group { type_id, active, min_score: 10, ..group(id.0, OWNER) }, &roles).await;
        world.store.insert_group_blocked_user(id, BLOCKED, 9, NOW).await.unwrap();
    }
    world
}

fn invitation(group: GroupId, invitee: UserId) -> CreateGroupInvitation {
    CreateGroupInvitation { group, invitee, content: "come".into(), attributes: Vec::new() }
}

async fn invite(world: &World, inviter: UserId, invitee: UserId) -> EnrolmentId {
    world.services.enrolments.invite(inviter, &invitation(GROUP, invitee)).await.unwrap().0
}

fn answer(id: EnrolmentId, action: ResponseAction) -> UpdateGroupInvitation {
    UpdateGroupInvitation { id, action: Some(action), reason: Some("because".into()), attributes: Vec::new() }
}

fn join_request(group: GroupId) -> CreateGroupJoinRequest {
    CreateGroupJoinRequest { group, content: "please".into(), attributes: Vec::new() }
}

async fn ask(world: &World, user: UserId) -> EnrolmentId {
    world.services.enrolments.request_to_join(user, &join_request(GROUP)).await.unwrap().0
}

fn judge(id: EnrolmentId, action: ResponseAction) -> UpdateGroupJoinRequest {
    UpdateGroupJoinRequest { id, action: Some(action), reason: None, attributes: Vec::new() }
}

async fn role(world: &World, user: UserId) -> Option<Role> {
    world.store.find_member(GROUP, user).await.unwrap().map(|member| member.role)
}

async fn follow(world: &World, change: impl FnOnce(&mut GroupType)) {
    let mut group_type = GroupType::built_in();
    change(&mut group_type);
    world.services.groups.put_type(group_type).await.unwrap();
}

fn statuses(found: &[Enrolment]) -> Vec<(EnrolmentId, RequestStatus)> {
    found.iter().map(|it| (it.id, it.status)).collect()
}

#[tokio::test]
async fn members_invite_and_the_invitee_comes_in() {
    let world = world(JoinPolicy::Invitation, |_| {}).await;
    let enrolments = &world.services.enrolments;
    let (id, told) = enrolments.invite(MEMBER, &invitation(GROUP, OUTSIDER)).await.unwrap();
    assert_eq!(told, Some(Recipients::Users([OUTSIDER, OWNER, MANAGER].into())));
    assert_refused!(enrolments.answer_invitation(OTHER, &answer(id, ResponseAction::Accept)).await, Error::NotInvitee);
    let answered = enrolments.answer_invitation(OUTSIDER, &answer(id, ResponseAction::Accept)).await.unwrap();
    assert_eq!(answered.recipients, Some(Recipients::Users([MEMBER, OWNER, MANAGER].into())));
    let everybody = Recipients::Users([OWNER, MANAGER, MEMBER, OUTSIDER].into());
    assert_eq!(answered.joined, Some(Joined { group: GROUP, user: OUTSIDER, recipients: Some(everybody) }));
    assert_eq!(role(&world, OUTSIDER).await, Some(Role::Member));
    let again = enrolments.answer_invitation(OUTSIDER, &answer(id, ResponseAction::Decline)).await;
    assert_refused!(again, Error::InvitationNotPending);
}

#[tokio::test]
async fn declining_and_ignoring_change_nothing_else() {
    let world = world(JoinPolicy::Invitation, |_| {}).await;
    let enrolments = &world.services.enrolments;
    for action in [ResponseAction::Decline, ResponseAction::Ignore] {
        let id = invite(&world, OWNER, OUTSIDER).await;
        let answered = enrolments.answer_invitation(OUTSIDER, &answer(id, action)).await.unwrap();
        assert_eq!((answered.joined, role(&world, OUTSIDER).await), (None, None));
    }
    let unknown = UpdateGroupInvitation { action: None, ..answer(EnrolmentId(1), ResponseAction::Accept) };
    assert_refused!(enrolments.answer_invitation(OUTSIDER, &unknown).await, Error::UnknownAction);
    let wordy =
        UpdateGroupInvitation { reason: Some("x".repeat(201)), ..answer(EnrolmentId(1), ResponseAction::Accept) };
    let refused = enrolments.answer_invitation(OUTSIDER, &wordy).await;
    assert_refused!(refused, Error::TooLong { field: "reason", max: 200 });
}

#[tokio::test]
async fn who_may_be_invited_by_whom() {
    let world = world(JoinPolicy::Invitation, |config| config.invitations.max_pending = 2).await;
    let enrolments = &world.services.enrolments;
    let invite = async |inviter, group, invitee| enrolments.invite(inviter, &invitation(group, invitee)).await;
    let wordy = CreateGroupInvitation { content: "x".repeat(201), ..invitation(NOWHERE, OUTSIDER) };
    assert_refused!(enrolments.invite(OTHER, &wordy).await, Error::TooLong { field: "content", max: 200 });
    assert_refused!(invite(OTHER, GROUP, OUTSIDER).await, Error::NotMemberToInvite);
    assert_refused!(invite(OWNER, NOWHERE, OUTSIDER).await, Error::NotMemberToInvite);
    assert_refused!(invite(OWNER, INACTIVE, OUTSIDER).await, Error::EntryToInactive);
    assert_refused!(invite(OWNER, GROUP, MEMBER).await, Error::InviteeIsMember);
    assert_refused!(invite(OWNER, GROUP, BLOCKED).await, Error::InviteeIsBlocked);
    assert_refused!(invite(OWNER, GROUP, UserId(0)).await, Error::InvalidUser(_));
    let nobody = invite(OWNER, GROUP, UserId(404)).await;
    assert_refused!(nobody, Error::Groups(crate::services::groups::Error::UnknownUser(_)));
    for _ in 0..2 {
        invite(OWNER, GROUP, OUTSIDER).await.unwrap();
    }
    assert_refused!(invite(OWNER, GROUP, OUTSIDER).await, Error::TooManyPending { max: 2 });

    follow(&world, |it| it.invitation.who = Permitted::Managers).await;
    assert_refused!(invite(MEMBER, GROUP, OUTSIDER).await, Error::NotManagerToInvite);
    invite(MANAGER, GROUP, OUTSIDER).await.unwrap();
    follow(&world, |it| it.invitation.who = Permitted::Owner).await;
    assert_refused!(invite(MANAGER, GROUP, OUTSIDER).await, Error::NotOwnerToInvite);
    follow(&world, |it| it.invitation = InvitationPolicy { who: Permitted::Anyone, needs_approval: false }).await;
    assert_refused!(invite(MEMBER, GROUP, OUTSIDER).await, Error::InvitationNotNeeded);
}

#[tokio::test]
async fn an_invitation_that_waited_is_checked_again() {
    let world = world(JoinPolicy::Invitation, |_| {}).await;
    let (enrolments, groups) = (&world.services.enrolments, &world.services.groups);
    let accept = async |user, id| enrolments.answer_invitation(user, &answer(id, ResponseAction::Accept)).await;
    let (first, second) = (invite(&world, OWNER, OUTSIDER).await, invite(&world, OWNER, OTHER).await);
    let block = CreateGroupBlockedUser { group: GROUP, user: OUTSIDER, attributes: Vec::new() };
    groups.block(OWNER, &block).await.unwrap();
    assert_refused!(accept(OUTSIDER, first).await, Error::EntryOfBlocked);
    follow(&world, |it| it.size_limit = 3).await;
    assert_refused!(accept(OTHER, second).await, Error::Full);
    follow(&world, |it| it.size_limit = 4).await;
    assert!(accept(OTHER, second).await.unwrap().joined.is_some(), "the refusal left it waiting");
    let third = invite(&world, OWNER, UserId(7)).await;
    world.clock.advance(30 * DAY);
    assert_refused!(accept(UserId(7), third).await, Error::InvitationNotPending);
}

#[tokio::test]
async fn recalling_invitations_is_off_by_default() {
    let off = world(JoinPolicy::Invitation, |_| {}).await;
    let id = invite(&off, OWNER, OUTSIDER).await;
    assert_refused!(off.services.enrolments.recall_invitation(OWNER, id).await, Error::InvitationRecallDisabled);

    let managers = world(JoinPolicy::Invitation, |config| config.invitations.allow_recall_by_managers = true).await;
    let enrolments = &managers.services.enrolments;
    let id = invite(&managers, MEMBER, OUTSIDER).await;
    for who in [MEMBER, OUTSIDER] {
        assert_refused!(enrolments.recall_invitation(who, id).await, Error::NotManagerToRecall);
    }
    let told = enrolments.recall_invitation(MANAGER, id).await.unwrap();
    assert_eq!(told, Some(Recipients::Users([OUTSIDER, OWNER, MANAGER].into())));
    assert_refused!(enrolments.recall_invitation(MANAGER, id).await, Error::InvitationNotPendingToRecall);
    let late = enrolments.answer_invitation(OUTSIDER, &answer(id, ResponseAction::Accept)).await;
    assert_refused!(late, Error::InvitationNotPending);

    let senders = world(JoinPolicy::Invitation, |config| config.invitations.allow_recall_by_sender = true).await;
    let enrolments = &senders.services.enrolments;
    let id = invite(&senders, MEMBER, OUTSIDER).await;
    assert_refused!(enrolments.recall_invitation(OWNER, id).await, Error::NotInviterToRecall);
    assert_refused!(enrolments.recall_invitation(MEMBER, EnrolmentId(1)).await, Error::NotInviterToRecall);
    enrolments.recall_invitation(MEMBER, id).await.unwrap();
}

#[tokio::test]
async fn invitations_are_listed_by_group_sender_and_invitee() {
    let world = world(JoinPolicy::Invitation, |_| {}).await;
    let enrolments = &world.services.enrolments;
    let query = async |user, group, sent, version| {
        enrolments.query_invitations(user, QueryGroupInvitations { group, sent, version }).await
    };
    let (first, second) = (invite(&world, MEMBER, OUTSIDER).await, invite(&world, OWNER, OTHER).await);
    assert_refused!(query(MEMBER, Some(GROUP), false, None).await, Error::NotManagerToQueryInvitations);
    let Reply::Invitations { invitations, version } = query(MANAGER, Some(GROUP), false, None).await.unwrap() else {
        panic!()
    };
    let pending = RequestStatus::Pending;
    assert_eq!(statuses(&invitations), [(second, pending), (first, pending)], "the newest first");
    assert_eq!(query(MANAGER, Some(GROUP), false, version).await.unwrap(), Reply::UpToDate);
    let Reply::Invitations { invitations, version: sent } = query(MEMBER, None, true, None).await.unwrap() else {
        panic!()
    };
    assert_eq!(statuses(&invitations), [(first, pending)]);
    let Reply::Invitations { invitations, .. } = query(OUTSIDER, None, false, None).await.unwrap() else { panic!() };
    assert_eq!(statuses(&invitations), [(first, pending)]);
    assert_eq!(query(OUTSIDER, None, true, None).await.unwrap(), Reply::NoContent);
    enrolments.answer_invitation(OUTSIDER, &answer(first, ResponseAction::Decline)).await.unwrap();
    world.clock.advance(30 * DAY);
    let Reply::Invitations { invitations, .. } = query(MEMBER, None, true, sent).await.unwrap() else { panic!() };
    assert_eq!(statuses(&invitations), [(first, RequestStatus::Declined)], "an answer changes the sender's list");
    let Reply::Invitations { invitations, .. } = query(OTHER, None, false, None).await.unwrap() else { panic!() };
    assert_eq!(statuses(&invitations), [(second, RequestStatus::Expired)]);
}

#[tokio::test]
async fn outsiders_ask_to_join_and_managers_let_them_in() {
    let world = world(JoinPolicy::Request, |_| {}).await;
    let enrolments = &world.services.enrolments;
    let (id, told) = enrolments.request_to_join(OUTSIDER, &join_request(GROUP)).await.unwrap();
    assert_eq!(told, Some(Recipients::Users([OWNER, MANAGER].into())));
    for who in [MEMBER, OUTSIDER] {
        let refused = enrolments.answer_join_request(who, &judge(id, ResponseAction::Accept)).await;
        assert_refused!(refused, Error::NotManagerToAnswer);
    }
    let unknown = enrolments.answer_join_request(OWNER, &judge(EnrolmentId(1), ResponseAction::Accept)).await;
    assert_refused!(unknown, Error::NotManagerToAnswer);
    let answered = enrolments.answer_join_request(MANAGER, &judge(id, ResponseAction::Accept)).await.unwrap();
    assert_eq!(answered.recipients, Some(Recipients::Users([OUTSIDER, OWNER, MANAGER].into())));
    assert_eq!(answered.joined.unwrap().user, OUTSIDER);
    assert_eq!(role(&world, OUTSIDER).await, Some(Role::Member));
    let again = enrolments.answer_join_request(OWNER, &judge(id, ResponseAction::Accept)).await;
    assert_refused!(again, Error::RequestNotPending);
    let declined = ask(&world, OTHER).await;
    let answered = enrolments.answer_join_request(OWNER, &judge(declined, ResponseAction::Decline)).await.unwrap();
    assert_eq!((answered.joined, role(&world, OTHER).await), (None, None));

    let query = async |user, group, version| {
        enrolments.query_join_requests(user, QueryGroupJoinRequests { group, version }).await
    };
    assert_refused!(query(MEMBER, Some(GROUP), None).await, Error::NotManagerToQueryRequests);
    let Reply::JoinRequests { requests, version } = query(OWNER, Some(GROUP), None).await.unwrap() else { panic!() };
    let expected = [(declined, RequestStatus::Declined), (id, RequestStatus::Accepted)];
    assert_eq!(statuses(&requests), expected);
    assert_eq!(requests[1].responder, Some(MANAGER));
    assert_eq!(query(OWNER, Some(GROUP), version).await.unwrap(), Reply::UpToDate);
    let Reply::JoinRequests { requests, .. } = query(OTHER, None, None).await.unwrap() else { panic!() };
    assert_eq!(statuses(&requests), expected[..1]);
    assert_eq!(query(MEMBER, None, None).await.unwrap(), Reply::NoContent);
}

#[tokio::test]
async fn who_may_ask_to_join_what() {
    let requests = world(JoinPolicy::Request, |_| {}).await;
    let ask = async |user, group| requests.services.enrolments.request_to_join(user, &join_request(group)).await;
    assert_refused!(ask(MEMBER, GROUP).await, Error::MemberRequests);
    assert_refused!(ask(BLOCKED, GROUP).await, Error::BlockedRequests);
    assert_refused!(ask(OUTSIDER, INACTIVE).await, Error::RequestToInactive);
    assert_refused!(ask(OUTSIDER, NOWHERE).await, Error::RequestToInactive);
    let wordy = CreateGroupJoinRequest { content: "x".repeat(201), ..join_request(GROUP) };
    let refused = requests.services.enrolments.request_to_join(OUTSIDER, &wordy).await;
    assert_refused!(refused, Error::TooLong { field: "content", max: 200 });
    let open = world(JoinPolicy::Membership, |_| {}).await;
    let refused = open.services.enrolments.request_to_join(OUTSIDER, &join_request(GROUP)).await;
    assert_refused!(refused, Error::RequestWhereOpen);
    let invited = world(JoinPolicy::Invitation, |_| {}).await;
    let refused = invited.services.enrolments.request_to_join(OUTSIDER, &join_request(GROUP)).await;
    assert_refused!(refused, Error::RequestWhereInvited);
    let questioned = world(JoinPolicy::Question, |_| {}).await;
    let refused = questioned.services.enrolments.request_to_join(OUTSIDER, &join_request(GROUP)).await;
    assert_refused!(refused, Error::RequestWhereQuestioned);
}

#[tokio::test]
async fn recalling_join_requests_is_off_by_default() {
    let off = world(JoinPolicy::Request, |_| {}).await;
    let id = ask(&off, OUTSIDER).await;
    assert_refused!(off.services.enrolments.recall_join_request(OUTSIDER, id).await, Error::RequestRecallDisabled);
    let on = world(JoinPolicy::Request, |config| config.join_requests.allow_recall = true).await;
    let id = ask(&on, OUTSIDER).await;
    let enrolments = &on.services.enrolments;
    for who in [OWNER, OTHER] {
        assert_refused!(enrolments.recall_join_request(who, id).await, Error::NotSenderToRecall);
    }
    enrolments.recall_join_request(OUTSIDER, id).await.unwrap();
    assert_refused!(enrolments.recall_join_request(OUTSIDER, id).await, Error::RequestNotPendingToRecall);
}

#[tokio::test]
async fn settled_enrolments_are_purged_when_configured() {
    let world = world(JoinPolicy::Request, |config| config.join_requests.purge_after_days = 1).await;
    let enrolments = &world.services.enrolments;
    let (first, second) = (ask(&world, OUTSIDER).await, ask(&world, OTHER).await);
    enrolments.answer_join_request(OWNER, &judge(first, ResponseAction::Decline)).await.unwrap();
    assert_eq!(enrolments.purge(10).await.unwrap(), 0);
    world.clock.advance(2 * DAY);
    assert_eq!(enrolments.purge(10).await.unwrap(), 1);
    let query = QueryGroupJoinRequests { group: Some(GROUP), version: None };
    let Reply::JoinRequests { requests, .. } = enrolments.query_join_requests(OWNER, query).await.unwrap() else {
        panic!()
    };
    assert_eq!(statuses(&requests), [(second, RequestStatus::Pending)]);
}

fn new(question: &str, answers: &[&str], score: i32) -> NewQuestion {
    let answers = answers.iter().map(|&answer| answer.to_owned()).collect();
    NewQuestion { question: Some(question.into()), answers, score: Some(score) }
}

fn questions(group: GroupId, questions: Vec<NewQuestion>) -> CreateGroupJoinQuestions {
    CreateGroupJoinQuestions { group, questions }
}

fn answers(given: &[(QuestionId, &str)]) -> CheckGroupJoinQuestionsAnswers {
    let answers = given.iter().map(|&(id, answer)| (id, answer.to_owned())).collect::<BTreeMap<_, _>>();
    CheckGroupJoinQuestionsAnswers { answers }
}

#[tokio::test]
async fn right_answers_open_the_group() {
    let world = world(JoinPolicy::Question, |_| {}).await;
    let enrolments = &world.services.enrolments;
    let asked = vec![new("two and two?", &["4", "four"], 6), new("sky?", &["blue"], 6)];
    let ids = enrolments.add_questions(MANAGER, &questions(GROUP, asked)).await.unwrap();
    let check = async |user, given: &[(QuestionId, &str)]| enrolments.check_answers(user, &answers(given)).await;
    let (result, joined) = check(OUTSIDER, &[(ids[0], "four"), (ids[1], "green")]).await.unwrap().unwrap();
    assert_eq!(result, AnswerResult { score: 6, questions: vec![ids[0]], joined: false });
    assert_eq!((joined, role(&world, OUTSIDER).await), (None, None));
    assert_refused!(check(OUTSIDER, &[]).await, Error::NoAnswers);
    assert!(check(OUTSIDER, &[(QuestionId(1), "x")]).await.unwrap().is_none());
    assert_refused!(check(BLOCKED, &[(ids[0], "4")]).await, Error::BlockedAnswers);
    assert_refused!(check(MEMBER, &[(ids[0], "4")]).await, Error::MemberAnswers);
    let (result, joined) = check(OUTSIDER, &[(ids[0], "4"), (ids[1], "blue")]).await.unwrap().unwrap();
    assert_eq!(result, AnswerResult { score: 12, questions: ids.clone(), joined: true });
    assert_eq!(joined.unwrap().recipients, Some(Recipients::Users([OWNER, MANAGER, MEMBER, OUTSIDER].into())));
    assert_eq!(role(&world, OUTSIDER).await, Some(Role::Member));

    let mut other_way = GroupType::built_in();
    other_way.id = GroupTypeId(2);
    world.services.groups.put_type(other_way).await.unwrap();
    assert_refused!(check(OTHER, &[(ids[0], "4")]).await, Error::AnswerWhereNotQuestioned);
}

#[tokio::test]
async fn those_who_manage_a_group_ask_its_questions() {
    let world = world(JoinPolicy::Question, |config| config.join_questions.max_questions = 2).await;
    let enrolments = &world.services.enrolments;
    let add = async |user, group, asked| enrolments.add_questions(user, &questions(group, asked)).await;
    let one = || vec![new("?", &["!"], 1)];
    assert_refused!(add(OUTSIDER, GROUP, vec![new("?", &[], 1)]).await, Error::QuestionIncomplete);
    assert_refused!(add(OUTSIDER, GROUP, vec![new("?", &["!"], -1)]).await, Error::NegativeScore);
    assert!(add(OUTSIDER, GROUP, Vec::new()).await.unwrap().is_empty());
    assert_refused!(add(MEMBER, GROUP, one()).await, Error::NotManagerToAsk);
    assert_refused!(add(OWNER, NOWHERE, one()).await, Error::NotManagerToAsk);
    assert_refused!(add(OWNER, INACTIVE, one()).await, Error::QuestionForInactive);
    let long = "x".repeat(201);
    assert_refused!(add(OWNER, GROUP, vec![new(&long, &["!"], 1)]).await, Error::TooLong { field: "question", .. });
    assert_refused!(
        add(OWNER, GROUP, vec![new("?", &[&long[..51]], 1)]).await,
        Error::TooLong { field: "answer", max: 50 }
    );
    assert_refused!(add(OWNER, GROUP, vec![new("?", &["!"; 11], 1)]).await, Error::TooManyAnswers { max: 10 });
    let ids = add(OWNER, GROUP, one()).await.unwrap();
    assert_refused!(add(OWNER, GROUP, [one(), one()].concat()).await, Error::TooManyQuestions { max: 2 });

    let update = UpdateGroupJoinQuestion { id: ids[0], question: None, answers: vec!["?!".into()], score: Some(3) };
    assert_refused!(enrolments.update_question(MEMBER, &update).await, Error::NotManagerToChangeQuestion);
    let negative = UpdateGroupJoinQuestion { score: Some(-1), ..update.clone() };
    assert_refused!(enrolments.update_question(MEMBER, &negative).await, Error::NegativeScore);
    enrolments.update_question(MEMBER, &UpdateGroupJoinQuestion { id: QuestionId(1), ..update.clone() }).await.unwrap();
    enrolments.update_question(MANAGER, &update).await.unwrap();
    let query = QueryGroupJoinQuestions { group: GROUP, with_answers: true, version: None };
    assert_refused!(enrolments.query_questions(MEMBER, query).await, Error::NotManagerToSeeAnswers);
    let Reply::Questions { questions: found, version, .. } = enrolments.query_questions(OWNER, query).await.unwrap()
    else {
        panic!()
    };
    assert_eq!((found[0].question.as_str(), &found[0].answers[..], found[0].score), ("?", &["?!".to_owned()][..], 3));
    let open = QueryGroupJoinQuestions { with_answers: false, version, ..query };
    assert_eq!(enrolments.query_questions(OUTSIDER, open).await.unwrap(), Reply::UpToDate);

    let remove = |group| DeleteGroupJoinQuestions { group, questions: ids.clone() };
    assert_refused!(enrolments.remove_questions(MEMBER, &remove(GROUP)).await, Error::NotManagerToRemoveQuestion);
    enrolments.remove_questions(OWNER, &remove(INACTIVE)).await.unwrap();
    assert!(world.store.find_question(ids[0]).await.unwrap().is_some(), "it is another group's");
    enrolments.remove_questions(OWNER, &remove(GROUP)).await.unwrap();
    assert_eq!(enrolments.query_questions(OUTSIDER, open).await.unwrap(), Reply::NoContent);
}

#[tokio::test]
async fn questions_mean_nothing_where_groups_are_joined_otherwise() {
    let asked = || questions(GROUP, vec![new("?", &["!"], 1)]);
    let open = world(JoinPolicy::Membership, |_| {}).await;
    assert_refused!(open.services.enrolments.add_questions(OWNER, &asked()).await, Error::QuestionWhereOpen);
    let invited = world(JoinPolicy::Invitation, |_| {}).await;
    assert_refused!(invited.services.enrolments.add_questions(OWNER, &asked()).await, Error::QuestionWhereInvited);
    let requested = world(JoinPolicy::Request, |_| {}).await;
    assert_refused!(requested.services.enrolments.add_questions(OWNER, &asked()).await, Error::QuestionWhereRequested);
}
