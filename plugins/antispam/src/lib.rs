//! Keeps texts with forbidden words out, or masks the words: messages, and whatever else users write for others to
//! read.
//!
//! Words are found whatever their case and width and whatever stands between their letters: `spamword` is found in
//! `S.p a m W-O-R-D`. A word inside of another one is let through (`ass` in `passage`) unless the configuration says
//! `"whole_word": false`. In scripts that are written without spaces, words are found everywhere. A digit does not
//! belong to the word beside it.
//!
//! Lists of words come with the configuration and by the plugin's route; `stored.rs` says how an instance learns of
//! those.

mod lists;
mod matcher;
mod normalize;
mod route;
mod settings;
mod stored;

use std::time::Duration;

use talaria_sdk::http_handle::{Request, Response};
use talaria_sdk::{
    Config, Context, Description, HookSettings, StartError, group_before_create, group_before_question,
    group_before_update, http_handle, kv, log, member_before_answer, member_before_apply, member_before_invite,
    member_before_join, member_before_profile, message_before_send, relation_before_answer, relation_before_create,
    relation_before_group, relation_before_request, relation_before_update, resource_before_upload, user_before_create,
    user_before_update,
};

use crate::lists::{Lists, Ruling};
use crate::settings::Settings;
use crate::stored::Version;

/// The protocol's status codes for a message whose content is not allowed, and for any other text.
const MESSAGE_IS_ILLEGAL: u32 = 5010;
const ILLEGAL_ARGUMENT: u32 = 1102;

/// A call that meets new lists makes their automaton first.
const DEADLINE: Duration = Duration::from_millis(500);

struct Antispam {
    settings: Settings,
    lists: Lists,
    version: Version,
}

/// The verdict of a hook about these fields, each a text or perhaps one.
macro_rules! verdict {
    ($plugin:ident, $hook:ident, $record:ident . [$($field:ident),*] $(, $rest:expr)?) => {
        match $plugin.judge([$(text(&$record.$field)),*]) {
            Ruling::Continue => $hook::Verdict::Continue,
            Ruling::Reject(reason) | Ruling::Hold(reason) => $hook::Verdict::deny(ILLEGAL_ARGUMENT, reason),
            Ruling::Drop => $hook::Verdict::Drop,
            Ruling::Mask([$($field),*]) => $hook::Verdict::Patch($hook::Patch { $($field,)* $(..$rest)? }),
        }
    };
}

#[talaria_sdk::plugin]
impl Antispam {
    fn describe() -> Description {
        let mut description = Description::with_schema(include_str!("../config.schema.json"));
        for hook in [
            message_before_send::HOOK,
            user_before_create::HOOK,
            user_before_update::HOOK,
            relation_before_request::HOOK,
            relation_before_answer::HOOK,
            relation_before_create::HOOK,
            relation_before_update::HOOK,
            relation_before_group::HOOK,
            group_before_create::HOOK,
            group_before_update::HOOK,
            group_before_question::HOOK,
            member_before_apply::HOOK,
            member_before_invite::HOOK,
            member_before_answer::HOOK,
            member_before_join::HOOK,
            member_before_profile::HOOK,
            resource_before_upload::HOOK,
        ] {
            description = description.hook(HookSettings::new(hook).deadline(DEADLINE));
        }
        description.hook(HookSettings::new(http_handle::HOOK).deadline(Duration::from_secs(5)))
    }

    fn start(config: Config) -> Result<Self, StartError> {
        let settings: Settings = config.parse()?;
        settings.validate()?;
        let unavailable = |error: kv::Error| format!("the stored lists cannot be read: {error:?}");
        // The number first: with an old one, new lists are read twice.
        let version = stored::version().map_err(unavailable)?;
        let lists = Lists::new(&settings, &stored::lists().map_err(unavailable)?)?;
        Ok(Self { settings, lists, version })
    }

    fn http_handle(&mut self, _ctx: &Context, request: &Request) -> Response {
        self.look_for_changes();
        route::answer(&self.settings, &self.lists, request)
    }

    /// New messages, and the new texts of edited ones.
    fn message_before_send(
        &mut self,
        _ctx: &Context,
        draft: &message_before_send::Draft,
    ) -> message_before_send::Verdict {
        use message_before_send::{Patch, Verdict};
        if draft.text.is_none() {
            return Verdict::Continue;
        }
        match self.judge([draft.text.as_deref()]) {
            Ruling::Continue => Verdict::Continue,
            Ruling::Reject(reason) => Verdict::deny(MESSAGE_IS_ILLEGAL, reason),
            Ruling::Hold(reason) => Verdict::hold(self.settings.hold_hours * 60 * 60, reason),
            Ruling::Drop => Verdict::Drop,
            Ruling::Mask([text]) => Verdict::Patch(Patch { text, ..Patch::default() }),
        }
    }

    fn user_before_create(
        &mut self,
        _ctx: &Context,
        user: &user_before_create::NewUser,
    ) -> user_before_create::Verdict {
        let rest = user_before_create::Patch { name: None, intro: None, profile_picture: None };
        verdict!(self, user_before_create, user.[name, intro], rest)
    }

    fn user_before_update(&mut self, _ctx: &Context, user: &user_before_update::Change) -> user_before_update::Verdict {
        let rest = user_before_update::Patch { name: None, intro: None, profile_picture: None };
        verdict!(self, user_before_update, user.[name, intro], rest)
    }

    fn relation_before_request(
        &mut self,
        _ctx: &Context,
        request: &relation_before_request::FriendRequest,
    ) -> relation_before_request::Verdict {
        verdict!(self, relation_before_request, request.[content])
    }

    fn relation_before_answer(
        &mut self,
        _ctx: &Context,
        answer: &relation_before_answer::Answer,
    ) -> relation_before_answer::Verdict {
        verdict!(self, relation_before_answer, answer.[reason])
    }

    fn relation_before_create(
        &mut self,
        _ctx: &Context,
        relationship: &relation_before_create::Relationship,
    ) -> relation_before_create::Verdict {
        verdict!(self, relation_before_create, relationship.[name])
    }

    fn relation_before_update(
        &mut self,
        _ctx: &Context,
        change: &relation_before_update::Change,
    ) -> relation_before_update::Verdict {
        verdict!(self, relation_before_update, change.[name])
    }

    fn relation_before_group(
        &mut self,
        _ctx: &Context,
        group: &relation_before_group::RelationshipGroup,
    ) -> relation_before_group::Verdict {
        verdict!(self, relation_before_group, group.[name])
    }

    /// Answers are masked like the question.
    fn group_before_question(
        &mut self,
        _ctx: &Context,
        question: &group_before_question::Question,
    ) -> group_before_question::Verdict {
        use group_before_question::{Patch, Verdict};
        self.look_for_changes();
        match self.lists.judge_all(question.text.iter().chain(&question.answers).map(String::as_str)) {
            Ruling::Continue => Verdict::Continue,
            Ruling::Reject(reason) | Ruling::Hold(reason) => Verdict::deny(ILLEGAL_ARGUMENT, reason),
            Ruling::Drop => Verdict::Drop,
            Ruling::Mask([]) => {
                let masked = |text: &String| self.lists.masked(text).unwrap_or_else(|| text.clone());
                let answers = question.answers.iter().map(masked).collect();
                Verdict::Patch(Patch { text: question.text.as_ref().map(masked), answers: Some(answers) })
            }
        }
    }

    fn group_before_create(
        &mut self,
        _ctx: &Context,
        group: &group_before_create::NewGroup,
    ) -> group_before_create::Verdict {
        verdict!(self, group_before_create, group.[name, intro, announcement])
    }

    fn group_before_update(
        &mut self,
        _ctx: &Context,
        change: &group_before_update::Change,
    ) -> group_before_update::Verdict {
        verdict!(self, group_before_update, change.[name, intro, announcement])
    }

    fn member_before_apply(
        &mut self,
        _ctx: &Context,
        application: &member_before_apply::Application,
    ) -> member_before_apply::Verdict {
        verdict!(self, member_before_apply, application.[content])
    }

    fn member_before_invite(
        &mut self,
        _ctx: &Context,
        invitation: &member_before_invite::Invitation,
    ) -> member_before_invite::Verdict {
        verdict!(self, member_before_invite, invitation.[content])
    }

    fn member_before_answer(
        &mut self,
        _ctx: &Context,
        answer: &member_before_answer::Answer,
    ) -> member_before_answer::Verdict {
        verdict!(self, member_before_answer, answer.[reason])
    }

    fn member_before_join(
        &mut self,
        _ctx: &Context,
        joining: &member_before_join::Joining,
    ) -> member_before_join::Verdict {
        verdict!(self, member_before_join, joining.[name])
    }

    fn member_before_profile(
        &mut self,
        _ctx: &Context,
        change: &member_before_profile::Change,
    ) -> member_before_profile::Verdict {
        verdict!(self, member_before_profile, change.[name])
    }

    /// Nobody can be told where to upload what is dropped, so that it is refused.
    fn resource_before_upload(
        &mut self,
        _ctx: &Context,
        upload: &resource_before_upload::Upload,
    ) -> resource_before_upload::Verdict {
        use resource_before_upload::{Patch, Verdict};
        match self.judge([upload.name.as_deref()]) {
            Ruling::Continue => Verdict::Continue,
            Ruling::Reject(reason) | Ruling::Hold(reason) => Verdict::deny(ILLEGAL_ARGUMENT, reason),
            Ruling::Drop => Verdict::deny(ILLEGAL_ARGUMENT, self.settings.reason.as_str()),
            Ruling::Mask([name]) => Verdict::Patch(Patch { name }),
        }
    }
}

impl Antispam {
    fn judge<const N: usize>(&mut self, texts: [Option<&str>; N]) -> Ruling<N> {
        self.look_for_changes();
        self.lists.judge(texts)
    }

    /// Takes over the lists that were put in since the last call. While that fails, those from before are in force.
    fn look_for_changes(&mut self) {
        let Ok(version) = stored::version() else { return };
        if version == self.version {
            return;
        }
        let lists = stored::lists().map_err(|error| format!("{error:?}"));
        match lists.and_then(|lists| Lists::new(&self.settings, &lists)) {
            Ok(lists) => self.lists = lists,
            Err(error) => log::error(format!("the stored lists cannot be taken over: {error}")),
        }
        self.version = version;
    }
}

/// A text, or perhaps one.
fn text(field: &(impl Text + ?Sized)) -> Option<&str> {
    field.text()
}

trait Text {
    fn text(&self) -> Option<&str>;
}

impl Text for String {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Text for Option<String> {
    fn text(&self) -> Option<&str> {
        self.as_deref()
    }
}

#[cfg(test)]
mod field_tests;
#[cfg(test)]
mod tests;
