//! Coming into a group by invitation, by request and by answering questions.

use std::collections::BTreeMap;

use talaria_client::proto::{
    CheckGroupJoinQuestionsAnswersRequest, CreateGroupInvitationRequest, CreateGroupJoinQuestionsRequest,
    CreateGroupJoinRequestRequest, CreateGroupMembersRequest, CreateGroupRequest, DeleteGroupInvitationRequest,
    DeleteGroupJoinQuestionsRequest, DeleteGroupJoinRequestRequest, GroupJoinQuestion, GroupMemberRole,
    QueryGroupInvitationsRequest, QueryGroupJoinQuestionsRequest, QueryGroupJoinRequestsRequest, RequestStatus,
    ResponseAction, UpdateGroupInvitationRequest, UpdateGroupJoinQuestionRequest, UpdateGroupJoinRequestRequest,
    turms_notification::data, turms_request::Kind,
};

use crate::support::{TestServer, User};

const GROUP: i64 = 1;

fn invite(invitee_id: i64) -> Kind {
    Kind::CreateGroupInvitationRequest(CreateGroupInvitationRequest {
        group_id: GROUP,
        invitee_id,
        content: "come".into(),
        ..CreateGroupInvitationRequest::default()
    })
}

fn answer(invitation_id: i64, action: ResponseAction) -> Kind {
    Kind::UpdateGroupInvitationRequest(UpdateGroupInvitationRequest {
        invitation_id,
        response_action: action.into(),
        ..UpdateGroupInvitationRequest::default()
    })
}

async fn relayed(user: &mut User) -> Kind {
    user.next_notification().await.relayed_request.and_then(|relayed| relayed.kind).expect("a relayed request")
}

/// What everybody in a group hears when a user has come in.
fn came_in(group_id: i64, user: i64) -> Kind {
    Kind::CreateGroupMembersRequest(CreateGroupMembersRequest {
        group_id,
        user_ids: vec![user],
        role: Some(GroupMemberRole::Member.into()),
        ..CreateGroupMembersRequest::default()
    })
}

async fn found(owner: &User, type_id: i64, min_score: i32) -> i64 {
    let request = CreateGroupRequest {
        name: "g".into(),
        type_id: Some(type_id),
        min_score: Some(min_score),
        ..CreateGroupRequest::default()
    };
    owner.request(Kind::CreateGroupRequest(request)).await.into_id().expect("a group is founded")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_accepted() {
    let server = TestServer::start().await;
    let (mut one, two, mut three, mut nine) =
        (server.ws(1).await, server.tcp(2).await, server.ws(3).await, server.tcp(9).await);
    assert_eq!(nine.code(invite(8)).await, 3705);
    assert_eq!(two.code(invite(3)).await, 3700);
    let id = two.request(invite(9)).await.into_id().unwrap();
    assert_eq!(relayed(&mut nine).await, invite(9));
    assert_eq!(relayed(&mut one).await, invite(9));

    let query = |sent: bool, version| {
        Kind::QueryGroupInvitationsRequest(QueryGroupInvitationsRequest {
            are_sent_by_me: Some(sent),
            last_updated_date: version,
            ..QueryGroupInvitationsRequest::default()
        })
    };
    let Some(data::Kind::GroupInvitationsWithVersion(list)) = nine.request(query(false, None)).await.data else {
        panic!("no invitations")
    };
    let received = &list.group_invitations[0];
    assert_eq!((received.id, received.inviter_id, received.invitee_id), (Some(id), Some(2), Some(9)));
    assert_eq!(received.status, Some(RequestStatus::Pending.into()));
    assert_eq!(received.expiration_date, received.creation_date.map(|date| date + 30 * 86_400_000));
    assert_eq!(nine.code(query(false, list.last_updated_date)).await, 1002);
    assert_eq!(nine.code(query(true, None)).await, 1001);

    assert_eq!(one.code(answer(id, ResponseAction::Accept)).await, 3711);
    assert_eq!(nine.code(answer(id, ResponseAction::Accept)).await, 1000);
    assert_eq!(relayed(&mut one).await, answer(id, ResponseAction::Accept));
    assert_eq!(relayed(&mut one).await, came_in(GROUP, 9));
    assert_eq!(relayed(&mut three).await, came_in(GROUP, 9));
    assert_eq!(relayed(&mut nine).await, came_in(GROUP, 9), "the acting session hears that it is in");
    assert_eq!(nine.code(answer(id, ResponseAction::Accept)).await, 3710);
    nine.send(talaria_client::Target::Group(GROUP), "hello").await;

    let of_group = Kind::QueryGroupInvitationsRequest(QueryGroupInvitationsRequest {
        group_id: Some(GROUP),
        ..QueryGroupInvitationsRequest::default()
    });
    assert_eq!(nine.code(of_group.clone()).await, 3712);
    assert_eq!(one.code(of_group).await, 1000);
    let recall = DeleteGroupInvitationRequest { invitation_id: id, ..DeleteGroupInvitationRequest::default() };
    assert_eq!(two.code(Kind::DeleteGroupInvitationRequest(recall)).await, 3706);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_join_is_answered() {
    let server = TestServer::start().await;
    let (mut one, mut nine) = (server.ws(1).await, server.tcp(9).await);
    let group_id = found(&one, 3, 0).await;
    let ask = |group_id| {
        Kind::CreateGroupJoinRequestRequest(CreateGroupJoinRequestRequest {
            group_id,
            content: "please".into(),
            ..CreateGroupJoinRequestRequest::default()
        })
    };
    let judge = |request_id, action: ResponseAction| {
        Kind::UpdateGroupJoinRequestRequest(UpdateGroupJoinRequestRequest {
            request_id,
            response_action: action.into(),
            ..UpdateGroupJoinRequestRequest::default()
        })
    };
    assert_eq!(nine.code(ask(GROUP)).await, 3607);
    assert_eq!(nine.code(ask(404)).await, 3605);
    assert_eq!(one.code(ask(group_id)).await, 3601);
    let declined = nine.request(ask(group_id)).await.into_id().unwrap();
    assert_eq!(relayed(&mut one).await, ask(group_id));
    assert_eq!(nine.code(judge(declined, ResponseAction::Accept)).await, 3611);
    assert_eq!(one.code(judge(declined, ResponseAction::Decline)).await, 1000);
    assert_eq!(relayed(&mut nine).await, judge(declined, ResponseAction::Decline));
    assert_eq!(one.code(judge(declined, ResponseAction::Accept)).await, 3610);
    let accepted = nine.request(ask(group_id)).await.into_id().unwrap();
    assert_eq!(relayed(&mut one).await, ask(group_id));
    assert_eq!(one.code(judge(accepted, ResponseAction::Accept)).await, 1000);
    assert_eq!(relayed(&mut nine).await, judge(accepted, ResponseAction::Accept));
    assert_eq!(relayed(&mut nine).await, came_in(group_id, 9));

    let query = QueryGroupJoinRequestsRequest { group_id: Some(group_id), ..QueryGroupJoinRequestsRequest::default() };
    assert_eq!(nine.code(Kind::QueryGroupJoinRequestsRequest(query.clone())).await, 3603);
    let Some(data::Kind::GroupJoinRequestsWithVersion(list)) =
        one.request(Kind::QueryGroupJoinRequestsRequest(query)).await.data
    else {
        panic!("no requests")
    };
    let statuses: Vec<_> = list.group_join_requests.iter().map(|it| (it.id, it.status, it.responder_id)).collect();
    let status = |status: RequestStatus| Some(i32::from(status));
    let expected = [
        (Some(accepted), status(RequestStatus::Accepted), Some(1)),
        (Some(declined), status(RequestStatus::Declined), Some(1)),
    ];
    assert_eq!(statuses, expected);
    let recall = DeleteGroupJoinRequestRequest { request_id: declined, ..DeleteGroupJoinRequestRequest::default() };
    assert_eq!(nine.code(Kind::DeleteGroupJoinRequestRequest(recall)).await, 3609);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_answered() {
    let server = TestServer::start().await;
    let (mut one, mut nine) = (server.ws(1).await, server.tcp(9).await);
    let group_id = found(&one, 2, 5).await;
    let question = |text: &str, answer: &str| GroupJoinQuestion {
        question: Some(text.into()),
        answers: vec![answer.into()],
        score: Some(5),
        ..GroupJoinQuestion::default()
    };
    let create = |group_id| {
        Kind::CreateGroupJoinQuestionsRequest(CreateGroupJoinQuestionsRequest {
            group_id,
            questions: vec![question("sky?", "blue"), question("grass?", "green")],
            ..CreateGroupJoinQuestionsRequest::default()
        })
    };
    assert_eq!(nine.code(create(group_id)).await, 3300);
    assert_eq!(one.code(create(GROUP)).await, 3306);
    let Some(data::Kind::LongsWithVersion(ids)) = one.request(create(group_id)).await.data else { panic!("no ids") };
    let [sky, grass] = ids.longs[..] else { panic!("{ids:?}") };

    let query = |with_answers| {
        Kind::QueryGroupJoinQuestionsRequest(QueryGroupJoinQuestionsRequest {
            group_id,
            with_answers,
            ..QueryGroupJoinQuestionsRequest::default()
        })
    };
    assert_eq!(nine.code(query(true)).await, 3303);
    for (user, with_answers) in [(&nine, false), (&one, true)] {
        let Some(data::Kind::GroupJoinQuestionsWithVersion(list)) = user.request(query(with_answers)).await.data else {
            panic!("no questions")
        };
        let asked = &list.group_join_questions[0];
        assert_eq!((asked.id, asked.question.as_deref()), (Some(sky), Some("sky?")));
        assert_eq!((asked.answers.len(), asked.score.is_some()), (usize::from(with_answers), with_answers));
    }

    let update = UpdateGroupJoinQuestionRequest {
        question_id: sky,
        answers: vec!["grey".into()],
        ..UpdateGroupJoinQuestionRequest::default()
    };
    assert_eq!(nine.code(Kind::UpdateGroupJoinQuestionRequest(update.clone())).await, 3302);
    assert_eq!(one.code(Kind::UpdateGroupJoinQuestionRequest(update)).await, 1000);
    let remove = DeleteGroupJoinQuestionsRequest {
        group_id,
        question_ids: vec![grass],
        ..DeleteGroupJoinQuestionsRequest::default()
    };
    assert_eq!(nine.code(Kind::DeleteGroupJoinQuestionsRequest(remove.clone())).await, 3301);
    assert_eq!(one.code(Kind::DeleteGroupJoinQuestionsRequest(remove)).await, 1000);

    let check = |answer: &str| {
        Kind::CheckGroupJoinQuestionsAnswersRequest(CheckGroupJoinQuestionsAnswersRequest {
            question_id_to_answer: BTreeMap::from([(sky, answer.to_owned())]),
            ..CheckGroupJoinQuestionsAnswersRequest::default()
        })
    };
    for (answer, score, joined) in [("blue", 0, false), ("grey", 5, true)] {
        let Some(data::Kind::GroupJoinQuestionAnswerResult(result)) = nine.request(check(answer)).await.data else {
            panic!("no result")
        };
        assert_eq!((result.score, result.joined), (score, joined), "{answer}");
    }
    assert_eq!(relayed(&mut one).await, came_in(group_id, 9));
    assert_eq!(relayed(&mut nine).await, came_in(group_id, 9));
    assert_eq!(nine.code(check("grey")).await, 3309);
}
