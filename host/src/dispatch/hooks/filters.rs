//! The filters of the steps that are not the sending of a message, one function each: who judges it, in order, until
//! one refuses. Patches are taken over as they come.

use super::{
    Answering, Denial, Founding, Hooks, Joining, ProfileChange, Questioning, SettingsChange, Verdict,
    chain::failed,
    exposure::ask,
    table::{HookSet, Table},
};
use crate::{
    dispatch::wasm::{Hook, Judged, Traits},
    model::{
        Context, GroupId, RelationshipGroupIndex, Timestamp, UserId,
        approval::ResponseAction,
        command::{
            CreateFriendRequest, CreateGroupInvitation, CreateGroupJoinRequest, CreateRelationship, MessageReactions,
            NamedResource, UpdateFriendRequest, UpdateGroup, UpdateGroupMember, UpdateMessage, UpdateRelationship,
            UpdateUserOnlineStatus, UploadResource,
        },
        group::Role,
        message::{Message, Target},
        session::{Access, DeviceType, Login, Transport, UserStatus},
        user::NewUser,
    },
};

macro_rules! filters {
    (
        $($(#[$doc:meta])+ $name:ident = $hook:ident ( $($subject:ident : $kind:ty),+ )
            $(in $place:expr)? $(, with $text:expr)?;)+
    ) => {
        impl Hooks {
            $(
                $(#[$doc])+
                pub(in crate::dispatch) async fn $name(&self, context: &Context, $($subject: $kind),+) -> Verdict {
                    let Some(plugins) = Table::on(&self.table, Hook::$hook) else { return Verdict::Continue };
                    for judge in &*plugins {
                        let (route, judged) = ask!(judge, Hook::$hook, context, Traits::of(context)$(.at($place))?$(.with_text($text))?, $name(context, $($subject),+));
                        match judged {
                            Ok(Judged::Passed | Judged::Changed) => {}
                            Ok(Judged::Denied(denial)) => return Verdict::Deny(denial),
                            Ok(Judged::Dropped) => return Verdict::Drop,
                            Err(_) => match failed(route.decider(), Hook::$hook) {
                                Verdict::Continue => {}
                                decided => return decided,
                            },
                        }
                    }
                    Verdict::Continue
                }
            )+
        }
    };
    (
        STEPS;
        $($(#[$doc:meta])+ $name:ident = $hook:ident ( $($subject:ident : $kind:ty),+ )
            $(in $place:expr)? $(, with $text:expr)?;)+
    ) => {
        /// The steps that clients' requests are, and that are judged before anything else is looked at.
        const STEPS: HookSet = HookSet::of(&[$(Hook::$hook),+]);

        filters! {
            $($(#[$doc])+ $name = $hook($($subject: $kind),+) $(in $place)? $(, with $text)?;)+
        }
    };
}

impl Hooks {
    /// Whether a plugin judges any of the steps that clients' requests are.
    pub(in crate::dispatch) fn judges_requests(&self) -> bool {
        Table::is_any_used(&self.table, STEPS)
    }

    /// Filter: whether a connection is served.
    pub(in crate::dispatch) async fn connection_before_open(&self, context: &Context, transport: Transport) -> bool {
        let Some(plugins) = Table::on(&self.table, Hook::ConnectionBeforeOpen) else { return true };
        for plugin in &*plugins {
            let (route, is_served) = ask!(
                plugin,
                Hook::ConnectionBeforeOpen,
                context,
                Traits::default(),
                connection_before_open(context, transport)
            );
            let if_failed = || failed(route.decider(), Hook::ConnectionBeforeOpen) == Verdict::Continue;
            if !is_served.unwrap_or_else(|_| if_failed()) {
                return false;
            }
        }
        true
    }

    /// Provider: what the session of a login may ask for. The first plugin that does not leave it to the others
    /// decides.
    pub(in crate::dispatch) async fn authorize(&self, context: &Context, login: &Login) -> Result<Access, Denial> {
        let Some(plugins) = Table::on(&self.table, Hook::AuthAuthorize) else { return Ok(Access::All) };
        for plugin in &*plugins {
            let (route, decided) =
                ask!(plugin, Hook::AuthAuthorize, context, Traits::of(context), authorize(context, login));
            match decided {
                Ok(Some(access)) => return Ok(access),
                Ok(None) => {}
                Err(_) => {
                    if let Verdict::Deny(denial) = failed(route.decider(), Hook::AuthAuthorize) {
                        return Err(denial);
                    }
                }
            }
        }
        Ok(Access::All)
    }
}

filters! {
    /// Filter: before a login ends other sessions of its user.
    session_before_takeover = SessionBeforeTakeover(login: &Login, ended: &[DeviceType]);
    /// Filter: before a change that the administrator asks for.
    admin_before_action = AdminBeforeAction(name: &str);
    /// Filter: before a plugin's configuration is changed.
    config_before_save = ConfigBeforeSave(plugin: &str, config: &str);
    /// Filter: before a user is added.
    user_before_create = UserBeforeCreate(user: &mut NewUser);
    /// Filter: before a user is deleted.
    user_before_delete = UserBeforeDelete(user: UserId);
    /// Filter: before a message is edited; what comes of it passes [`Hooks::message_before_send`] too.
    message_before_edit = MessageBeforeEdit(message: &Message, edit: &mut UpdateMessage)
        in message.target, with edit.text.as_deref();
    /// Filter: before a message is recalled.
    message_before_recall = MessageBeforeRecall(message: &Message) in message.target;
    /// Filter: before the administrator deletes a message.
    message_before_delete = MessageBeforeDelete(message: &Message) in message.target;
}

filters! {
    STEPS;
    /// Filter: before a profile, a password, a role or the activity of a user is changed.
    user_before_update = UserBeforeUpdate(change: &mut ProfileChange<'_>);
    /// Filter: before settings are set or removed.
    user_before_set_settings = UserBeforeSetSettings(change: &SettingsChange<'_>);
    /// Filter: before a friend request is made.
    relation_before_request = RelationBeforeRequest(request: &mut CreateFriendRequest);
    /// Filter: before a friend request is answered.
    relation_before_answer = RelationBeforeAnswer(answer: &mut UpdateFriendRequest, action: ResponseAction);
    /// Filter: before a relationship is made.
    relation_before_create = RelationBeforeCreate(relationship: &mut CreateRelationship);
    /// Filter: before a relationship is changed.
    relation_before_update = RelationBeforeUpdate(change: &mut UpdateRelationship);
    /// Filter: before a group of relationships is made, or renamed if it has an index.
    relation_before_group = RelationBeforeGroup(index: Option<RelationshipGroupIndex>, name: &mut String);
    /// Filter: before a relationship to a user is ended.
    relation_before_delete = RelationBeforeDelete(user: UserId);
    /// Filter: before a group is founded.
    group_before_create = GroupBeforeCreate(group: &mut Founding<'_>);
    /// Filter: before a question to those who want to join is added or changed.
    group_before_question = GroupBeforeQuestion(question: &mut Questioning<'_>) in question.group;
    /// Filter: before a group is changed.
    group_before_update = GroupBeforeUpdate(change: &mut UpdateGroup) in change.group;
    /// Filter: before a group is deleted.
    group_before_delete = GroupBeforeDelete(group: GroupId) in group;
    /// Filter: before a group is handed over; `quits`: the owner leaves it with that.
    group_before_transfer = GroupBeforeTransfer(group: GroupId, successor: UserId, quits: bool) in group;
    /// Filter: before a user asks to join a group.
    member_before_apply = MemberBeforeApply(application: &mut CreateGroupJoinRequest) in application.group;
    /// Filter: before a user is invited into a group.
    member_before_invite = MemberBeforeInvite(invitation: &mut CreateGroupInvitation) in invitation.group;
    /// Filter: before an invitation or a request to join is answered.
    member_before_answer = MemberBeforeAnswer(answer: &mut Answering<'_>);
    /// Filter: before users come into a group.
    member_before_join = MemberBeforeJoin(joining: &mut Joining<'_>) in joining.group;
    /// Filter: before the acting user leaves a group.
    member_before_leave = MemberBeforeLeave(group: GroupId) in group;
    /// Filter: before others are removed from a group.
    member_before_kick = MemberBeforeKick(group: GroupId, users: &[UserId]) in group;
    /// Filter: before a member is given another role.
    member_before_role = MemberBeforeRole(change: &UpdateGroupMember, role: Role) in change.group;
    /// Filter: before a member is muted until a date.
    member_before_mute = MemberBeforeMute(change: &UpdateGroupMember, until: Timestamp) in change.group;
    /// Filter: before a member's name is changed.
    member_before_profile = MemberBeforeProfile(change: &mut UpdateGroupMember) in change.group;
    /// Filter: before reactions are put on a message, or taken off.
    message_before_react = MessageBeforeReact(reactions: &MessageReactions, withdrawn: bool);
    /// Filter: before it is noted how far a conversation has been read.
    message_before_read = MessageBeforeRead(conversation: Target, read_date: Timestamp) in conversation;
    /// Filter: before others are told that a user is typing.
    typing_before_send = TypingBeforeSend(conversation: Target) in conversation;
    /// Filter: before a user's status is changed by the user.
    presence_before_publish = PresenceBeforePublish(change: &mut UpdateUserOnlineStatus, status: UserStatus);
    /// Filter: before a user is told how to upload a resource.
    resource_before_upload = ResourceBeforeUpload(upload: &mut UploadResource);
    /// Filter: before a user is told how to download a resource.
    resource_before_download = ResourceBeforeDownload(download: &NamedResource);
    /// Filter: before a resource is deleted.
    resource_before_delete = ResourceBeforeDelete(deletion: &NamedResource);
}
