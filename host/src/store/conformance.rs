//! What every engine must do: one function a behaviour, over a store that is empty. An engine runs them all by calling
//! [`suite`] in its tests with an expression that opens a store.

pub(super) mod conversation_pages;
pub(super) mod conversations;
pub(super) mod enrolments;
pub(super) mod friend_requests;
pub(super) mod group_blocked_users;
pub(super) mod group_types;
pub(super) mod groups;
pub(super) mod held;
pub(super) mod inboxes;
pub(super) mod jobs;
pub(super) mod kv;
pub(super) mod members;
pub(super) mod message_changes;
pub(super) mod message_keys;
pub(super) mod message_purge;
pub(super) mod messages;
pub(super) mod outbox;
pub(super) mod plugins;
pub(super) mod questions;
pub(super) mod reactions;
pub(super) mod relationship_groups;
pub(super) mod relationships;
pub(super) mod searches;
pub(super) mod sequences;
pub(super) mod settings;
pub(super) mod timers;
pub(super) mod users;

use super::Store;
use crate::model::{
    GroupId, GroupTypeId, Timestamp, UserId, UserRoleId,
    group::{Admission, Group, Member, OwnershipLimits, Role},
    settings::Values,
    user::{ProfileAccess, User},
};

/// The date of everything that the suite makes; engines open their store with a clock that stands there.
pub(super) const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// Makes a test of each behaviour. `$open` gives a guard and a store: `(guard, store)`.
macro_rules! suite {
    ($open:expr) => {
        $crate::store::conformance::suite! { @all $open;
            users: insert_and_find, list_keeps_order_and_skips_unknown, insert_is_all_or_nothing, update_changes_given_fields,
                update_ignores_unknown_and_deleted, delete_answers_those_deleted, attributes_are_merged, versions_start_at_registration;
            relationships: insert_and_find, each_owner_has_a_count, insert_is_all_or_nothing, absence_ends_with_insertion, list_filters,
                empty_filter_finds_nothing, upsert_makes_and_changes, block_keeps_its_first_date, move_between_groups,
                delete_from_all_groups, delete_on_both_sides, delete_from_one_group, versions_always_grow;
            relationship_groups: groups_come_and_go, deleting_a_group_moves_what_is_in_it, changes_of_groups_bump_versions;
            friend_requests: insert_and_find, earlier_ones_stand_in_the_way, settled_ones_free_the_way, pending_ones_are_limited,
                settled_ones_are_limited, one_answer_counts, accepting_makes_friends, accepting_ends_earlier_blocks_only,
                purging_takes_what_ended;
            groups: insert_and_find, list_skips_deleted_and_unknown, id_is_taken_once,
                transfer_makes_an_owner, transfer_and_quit, transfer_checks_both, limits_on_owners_hold, update_changes_given_fields,
                delete_removes_the_members, delete_takes_what_is_of_the_group_alone,
                each_change_is_dated_after_those_of_other_groups;
            group_types: each_way_to_join_has_a_type, types_come_change_and_go, a_type_in_use_stays;
            group_blocked_users: block_and_unblock, blocking_removes_a_member, versions_follow_the_list;
            conversations: read_dates_are_set, read_dates_go_forward, read_dates_go_with_the_group, the_last_message_of_each_is_known;
            settings: values_are_set_and_kept, records_of_conversations, names_are_deleted, records_are_limited,
                every_value_survives;
            enrolments: insert_and_find, those_of_a_sender_are_limited, accepting_makes_a_member, a_deleted_group_takes_nobody,
                who_is_in_too_many_groups_stays_out,
                versions_follow_the_lists, purging_takes_what_ended;
            questions: questions_come_change_and_go, the_version_follows_the_questions;
            members: insert_and_list, size_limit_holds, the_limit_of_a_user_holds, duplicate_fails_all, unknown_group_takes_nobody, blocked_users_stay_out,
                owner_is_never_removed, update_changes_given_fields, joined_groups_follow, versions_always_grow;
            messages: insert_and_find, several_are_found_at_once, all_fields_survive, id_is_taken_once, order_is_date_then_id, dates_bound_the_page,
                sent_to_filters_senders, private_goes_both_ways, private_with_anybody, sent_by_filters_recipients, note_to_self_comes_once,
                groups_are_merged, groups_and_users_do_not_mix, empty_scope_finds_nothing, hidden_messages_count_only,
                ids_are_checked_against_the_scope, system_messages_are_told_apart, last_id_is_the_greatest,
                a_failure_spares_its_neighbours;
            message_changes: an_edit_changes_what_is_given, a_recall_hides_and_leaves_a_notice, a_deletion_takes_the_content,
                a_recall_is_all_or_nothing, what_is_gone_does_not_change;
            sequences: each_conversation_counts_for_itself, a_failure_leaves_no_gap, concurrent_messages_leave_no_gap, the_call_gives_the_place,
                an_undone_recall_leaves_no_gap;
            conversation_pages: pages_follow_the_sequence, random_pages_are_complete, recalled_ones_stay_and_deleted_ones_do_not;
            inboxes: conversations_come_newest_first, pages_of_an_inbox_are_complete, unread_messages_are_counted,
                who_comes_late_has_less_to_read, a_conversation_goes_with_its_last_message;
            searches: all_words_are_found_in_what_one_may_read, pages_of_a_search_are_complete, what_is_gone_is_not_found,
                an_edited_message_loses_its_words;
            message_purge: old_messages_go_for_good, places_are_not_given_again, a_purge_is_bounded;
            message_keys: a_key_stores_once, a_key_is_forgotten, a_key_comes_with_its_message;
            held: a_message_is_held_until_somebody_decides, what_is_held_is_in_no_conversation, a_key_comes_through,
                a_quota_bounds_what_is_held, one_of_two_decisions_counts, what_is_overdue_is_found, one_with_an_old_id_is_purged_alone;
            reactions: pages_bring_reactions, reactions_come_and_go, limits_hold_all_or_nothing, gone_messages_take_none;
            outbox: events_come_in_the_order_of_their_commits, what_failed_is_not_in_it, a_run_can_be_read_in_part,
                cursors_come_move_and_go, changes_are_entered_as_they_are_wanted, events_go_when_they_are_old, a_date_has_a_position;
            kv: insert_find_delete, plugins_are_apart, expired_is_absent, compare_and_set, compare_and_set_keeps_expiry,
                list_is_sorted_and_paged, clear_spares_others, quota;
            timers: one_of_those_who_try_advances_a_timer, timers_of_a_plugin_are_forgotten;
            jobs: jobs_come_when_they_are_due, what_nobody_ends_is_due_again, a_key_waits_once, a_quota_holds,
                the_dead_are_kept_and_bounded, jobs_are_listed_with_their_last_failures,
                the_dead_are_revived_or_discarded, clearing_jobs_spares_others;
            plugins: upsert_find_list_delete;
        }
    };
    (@all $open:expr; $($room:ident: $($behaviour:ident),+;)+) => {
        $(mod $room {
            $(#[tokio::test]
            async fn $behaviour() {
                let (_guard, store) = $open;
                $crate::store::conformance::$room::$behaviour(&store).await;
            })+
        })+
    };
}
pub(super) use suite;

pub(super) fn user(id: i64) -> User {
    User {
        id: UserId(id),
        password_hash: None,
        name: format!("user {id}"),
        intro: String::new(),
        profile_picture: String::new(),
        profile_access: ProfileAccess::All,
        registration_date: NOW,
        last_updated_date: NOW,
        active: true,
        deletion_date: None,
        role: UserRoleId::DEFAULT,
        attributes: Values::new(),
    }
}

async fn insert_users(store: &dyn Store, ids: &[i64]) {
    store.insert_users(ids.iter().copied().map(user).collect()).await.unwrap();
}

pub(super) fn group(id: i64, owner: i64) -> Group {
    Group {
        id: GroupId(id),
        type_id: GroupTypeId::DEFAULT,
        creator: UserId(owner),
        owner: UserId(owner),
        name: format!("group {id}"),
        intro: None,
        announcement: Some("welcome".into()),
        min_score: 3,
        creation_date: NOW,
        last_updated_date: NOW,
        mute_end_date: None,
        active: true,
        deletion_date: None,
        attributes: Values::new(),
    }
}

pub(super) fn member(group: i64, user: i64, role: Role) -> Member {
    Member { group: GroupId(group), user: UserId(user), name: None, role, join_date: NOW, mute_end_date: None }
}

/// A group whose owner is the first of `users`, the others plain members.
pub(super) async fn insert_group(store: &dyn Store, id: i64, users: &[i64]) {
    let role = |user| if user == users[0] { Role::Owner } else { Role::Member };
    let members = users.iter().map(|user| member(id, *user, role(*user))).collect();
    let group = group(id, users[0]);
    let done = store.insert_group(group, members, OwnershipLimits::default(), u32::MAX).await.unwrap();
    assert_eq!(done, Admission::Done);
}

fn user_ids(ids: &[i64]) -> Vec<UserId> {
    ids.iter().copied().map(UserId).collect()
}
