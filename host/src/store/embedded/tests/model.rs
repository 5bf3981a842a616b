//! Random operations on members, invitations and relationships against a simple model.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::{Strategy, prop_oneof};
use proptest::{collection::vec, test_runner::Config};

use super::open;
use crate::{
    model::{
        EnrolmentId, GroupId, GroupTypeId, RelationshipGroupIndex as Index, UserId,
        approval::RequestStatus,
        enrolment::{Enrolment, EnrolmentKind, EnrolmentLimits, Settled, Settlement},
        group::{Admission, Group, GroupVersion, Member, MemberLimits, OwnershipLimits, Role},
        relationship::{Regroup, RelationshipFilter, RelationshipPatch},
        settings::Values,
    },
    store::{EnrolmentStore, Error, GroupStore, RelationshipStore, conformance::NOW, embedded::EmbeddedStore},
};

const GROUP: GroupId = GroupId(7);
const OWNER: i64 = 0;
const SIZE_LIMIT: usize = 5;

#[derive(Clone, Debug)]
enum Step {
    Join(Vec<i64>),
    Leave(Vec<i64>),
    Transfer { to: i64, quit: bool },
    Invite { id: i64, user: i64 },
    Answer { id: i64, accept: bool },
    Relate { user: i64, regroup: Option<Regroup>, blocked: Option<bool> },
    Unrelate { user: i64, group: Option<i32>, target: Option<i32> },
}

fn step() -> impl Strategy<Value = Step> {
    let users = || vec(0..8_i64, 1..3);
    let group = || 0..3_i32;
    let regroup = prop_oneof![
        group().prop_map(|group| Regroup::Add(Index(group))),
        (group(), group()).prop_map(|(from, to)| Regroup::Move { from: Index(from), to: Index(to) }),
    ];
    let optional = proptest::option::of::<std::ops::Range<i32>>;
    prop_oneof![
        users().prop_map(Step::Join),
        users().prop_map(Step::Leave),
        (0..8_i64, proptest::bool::ANY).prop_map(|(to, quit)| Step::Transfer { to, quit }),
        (0..6_i64, 0..8_i64).prop_map(|(id, user)| Step::Invite { id, user }),
        (0..6_i64, proptest::bool::ANY).prop_map(|(id, accept)| Step::Answer { id, accept }),
        (0..4_i64, proptest::option::of(regroup), proptest::option::of(proptest::bool::ANY))
            .prop_map(|(user, regroup, blocked)| Step::Relate { user, regroup, blocked }),
        (0..4_i64, optional(group()), optional(group())).prop_map(|(user, group, target)| Step::Unrelate {
            user,
            group,
            target
        }),
    ]
}

/// What should be stored: the group's members with its owner, invitations with what became of them, and the
/// relationships of user 1.
struct Model {
    owner: i64,
    members: BTreeSet<i64>,
    invitations: BTreeMap<i64, (i64, RequestStatus)>,
    relationships: BTreeMap<i64, (bool, BTreeSet<i32>)>,
    version: i64,
}

proptest::proptest! {
    #![proptest_config(Config { cases: 24, ..Config::default() })]

    #[test]
    fn the_store_does_what_the_model_does(steps in vec(step(), 1..40)) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run(steps));
    }
}

async fn run(steps: Vec<Step>) {
    let (_directory, store) = open();
    insert_group(&store).await;
    let mut model = Model {
        owner: OWNER,
        members: BTreeSet::from([OWNER]),
        invitations: BTreeMap::new(),
        relationships: BTreeMap::new(),
        version: NOW.0,
    };
    for step in steps {
        apply(&store, &mut model, &step).await;
        check(&store, &mut model, &step).await;
    }
}

fn limits() -> MemberLimits {
    MemberLimits { size: u32::try_from(SIZE_LIMIT).unwrap(), joined: u32::MAX }
}

async fn apply(store: &EmbeddedStore, model: &mut Model, step: &Step) {
    match step {
        Step::Join(users) => {
            let members = users.iter().map(|user| member(*user, Role::Member)).collect();
            let result = store.insert_members(GROUP, members, limits(), NOW).await;
            let distinct: BTreeSet<_> = users.iter().copied().collect();
            if model.members.len() + users.len() > SIZE_LIMIT {
                assert_eq!(result.unwrap(), Admission::Refused);
            } else if distinct.len() < users.len() || !distinct.is_disjoint(&model.members) {
                assert!(matches!(result, Err(Error::Conflict)));
            } else {
                assert_eq!(result.unwrap(), Admission::Done);
                model.members.extend(distinct);
            }
        }
        Step::Leave(users) => {
            let ids: Vec<_> = users.iter().copied().map(UserId).collect();
            let left = store.delete_members(GROUP, &ids, NOW).await.unwrap();
            let owner = model.owner;
            let expected = users.iter().filter(|user| **user != owner && model.members.remove(user));
            assert_eq!(left, expected.copied().map(UserId).collect::<Vec<_>>());
        }
        Step::Transfer { to, quit } => {
            let done = store.transfer_group(GROUP, UserId(model.owner), UserId(*to), *quit, NOW).await.unwrap();
            assert_eq!(done, *to != model.owner && model.members.contains(to));
            if done {
                if *quit {
                    model.members.remove(&model.owner);
                }
                model.owner = *to;
            }
        }
        Step::Invite { id, user } => {
            let limits = EnrolmentLimits { max_pending: 100, max_settled: 100 };
            let result = store.insert_enrolment(invitation(*id, *user), limits).await;
            assert_eq!(result.is_ok(), !model.invitations.contains_key(id));
            model.invitations.entry(*id).or_insert((*user, RequestStatus::Pending));
        }
        Step::Answer { id, accept } => {
            let status = if *accept { RequestStatus::Accepted } else { RequestStatus::Declined };
            let settlement = Settlement { status, reason: None, responder: UserId(OWNER), limits: limits() };
            let found = EnrolmentId(*id);
            let settled = store.settle_enrolment(EnrolmentKind::Invitation, found, settlement, NOW).await.unwrap();
            assert_eq!(settled, answer(model, *id, status));
        }
        Step::Relate { user, regroup, blocked } => {
            let patch = RelationshipPatch { regroup: *regroup, blocked: *blocked, ..RelationshipPatch::default() };
            let result = store.upsert_relationship(UserId(1), UserId(*user), patch, NOW).await;
            assert_eq!(matches!(result, Err(Error::Conflict)), !relate(model, *user, *regroup, *blocked));
        }
        Step::Unrelate { user, group, target } => {
            let done = store
                .delete_relationship(UserId(1), UserId(*user), group.map(Index), target.map(Index), false, NOW)
                .await
                .unwrap();
            assert_eq!(done, unrelate(model, *user, *group, *target));
        }
    }
}

fn answer(model: &mut Model, id: i64, status: RequestStatus) -> Settled {
    let Some((user, stored)) = model.invitations.get_mut(&id) else { return Settled::NotPending };
    if *stored != RequestStatus::Pending {
        return Settled::NotPending;
    }
    let joins = status == RequestStatus::Accepted && !model.members.contains(user);
    if joins && model.members.len() == SIZE_LIMIT {
        return Settled::Full;
    }
    *stored = status;
    if joins {
        model.members.insert(*user);
    }
    Settled::Done { joined: joins }
}

/// False for a conflict.
fn relate(model: &mut Model, user: i64, regroup: Option<Regroup>, blocked: Option<bool>) -> bool {
    let Some((is_blocked, groups)) = model.relationships.get_mut(&user) else {
        let group = match regroup {
            Some(Regroup::Add(group) | Regroup::Move { to: group, .. }) => group.0,
            None => 0,
        };
        model.relationships.insert(user, (blocked == Some(true), BTreeSet::from([group])));
        return true;
    };
    match regroup {
        Some(Regroup::Add(group)) => {
            groups.insert(group.0);
        }
        Some(Regroup::Move { from, to }) if from != to && groups.contains(&from.0) => {
            if !groups.insert(to.0) {
                return false;
            }
            groups.remove(&from.0);
        }
        Some(Regroup::Move { .. }) | None => {}
    }
    *is_blocked = blocked.unwrap_or(*is_blocked);
    true
}

fn unrelate(model: &mut Model, user: i64, group: Option<i32>, target: Option<i32>) -> bool {
    let Some((_, groups)) = model.relationships.get_mut(&user) else { return false };
    let Some(group) = group else { return model.relationships.remove(&user).is_some() };
    if !groups.remove(&group) {
        return false;
    }
    if groups.is_empty() {
        match target {
            Some(target) => drop(groups.insert(target)),
            None => drop(model.relationships.remove(&user)),
        }
    }
    true
}

async fn check(store: &EmbeddedStore, model: &mut Model, step: &Step) {
    let ids = store.list_member_ids(GROUP).await.unwrap();
    let changed = ids.iter().map(|user| user.0).ne(model.members.iter().copied());
    assert!(!changed, "{step:?}: {ids:?} instead of {:?}", model.members);
    assert_eq!(store.find_group(GROUP).await.unwrap().unwrap().owner, UserId(model.owner));
    for user in 0..8 {
        let role = store.find_member(GROUP, UserId(user)).await.unwrap().map(|member| member.role);
        let expected = if user == model.owner { Role::Owner } else { Role::Member };
        assert_eq!(role, model.members.contains(&user).then_some(expected), "{step:?}: user {user}");
    }
    for (id, (user, status)) in &model.invitations {
        let found = store.find_enrolment(EnrolmentKind::Invitation, EnrolmentId(*id)).await.unwrap().unwrap();
        assert_eq!((found.candidate, found.status), (UserId(*user), *status), "{step:?}: invitation {id}");
    }
    for user in 0..4 {
        let found = store.find_relationship(UserId(1), UserId(user)).await.unwrap();
        let expected = model.relationships.get(&user).map(|(blocked, _)| *blocked);
        assert_eq!(found.map(|relationship| relationship.is_blocked()), expected, "{step:?}: user {user}");
    }
    for group in 0..3 {
        let filter = RelationshipFilter { groups: Some(vec![Index(group)]), ..RelationshipFilter::default() };
        let found = store.list_relationships(UserId(1), &filter).await.unwrap();
        let expected = model.relationships.iter().filter(|(_, (_, groups))| groups.contains(&group));
        let expected: Vec<_> = expected.map(|(user, _)| *user).collect();
        assert_eq!(found.iter().map(|relationship| relationship.related.0).collect::<Vec<_>>(), expected, "{step:?}");
    }
    let version = store.find_group_version(GROUP, GroupVersion::Members).await.unwrap().unwrap().0;
    assert!(version >= model.version);
    model.version = version;
}

fn invitation(id: i64, candidate: i64) -> Enrolment {
    Enrolment {
        id: EnrolmentId(id),
        kind: EnrolmentKind::Invitation,
        group: GROUP,
        sender: UserId(OWNER),
        candidate: UserId(candidate),
        content: String::new(),
        status: RequestStatus::Pending,
        reason: None,
        responder: None,
        creation_date: NOW,
        expiration_date: None,
        settlement_date: None,
    }
}

async fn insert_group(store: &EmbeddedStore) {
    let group = Group {
        id: GROUP,
        type_id: GroupTypeId::DEFAULT,
        creator: UserId(OWNER),
        owner: UserId(OWNER),
        name: "group".into(),
        intro: None,
        announcement: None,
        min_score: 0,
        creation_date: NOW,
        last_updated_date: NOW,
        mute_end_date: None,
        active: true,
        deletion_date: None,
        attributes: Values::new(),
    };
    store.insert_group(group, vec![member(OWNER, Role::Owner)], OwnershipLimits::default(), u32::MAX).await.unwrap();
}

fn member(user: i64, role: Role) -> Member {
    Member { group: GROUP, user: UserId(user), name: None, role, join_date: NOW, mute_end_date: None }
}
