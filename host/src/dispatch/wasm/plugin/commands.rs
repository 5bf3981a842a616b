//! The commands that a plugin carries out: checked when it is loaded, and called.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{LoadError, Plugin, hooks::deny};
use crate::{
    dispatch::{
        Outcome,
        wasm::{
            Fault, Hook,
            bindings::exports::talaria::plugin::{command_run, lifecycle},
            call::Call,
            convert,
        },
    },
    model::{Context, UserId, message::Target},
};

/// Commands of one plugin.
const MOST: usize = 64;
const LONGEST_NAME: usize = 32;

/// A command of a plugin.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CommandInfo {
    /// Without the slash.
    pub name: String,
    pub usage: String,
    /// One line.
    pub help: String,
}

/// A text that begins with a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::dispatch) struct Invocation<'text> {
    pub(in crate::dispatch) name: &'text str,
    /// What stands after the name.
    pub(in crate::dispatch) rest: &'text str,
}

impl<'text> Invocation<'text> {
    /// Reads `/name rest`; `None` for any other text.
    pub(in crate::dispatch) fn read(text: &'text str) -> Option<Self> {
        let text = text.strip_prefix('/')?;
        let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        is_name(name).then_some(Self { name, rest })
    }

    /// The words, as a shell would take them: what stands in single quotes is taken as it is, within double quotes and
    /// outside of any a backslash takes away the meaning of what follows it. A quote that is not closed goes to the
    /// end.
    pub(in crate::dispatch) fn arguments(&self) -> Vec<String> {
        let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
        let mut letters = self.rest.chars();
        while let Some(letter) = letters.next() {
            match (quote, letter) {
                (None, '\'' | '"') => {
                    quote = Some(letter);
                    // Quotes around nothing are a word as well.
                    word.get_or_insert_default();
                }
                (Some(open), close) if open == close => quote = None,
                (None | Some('"'), '\\') => word.get_or_insert_default().push(letters.next().unwrap_or('\\')),
                (None, space) if space.is_whitespace() => words.extend(word.take()),
                (_, letter) => word.get_or_insert_default().push(letter),
            }
        }
        words.extend(word);
        words
    }
}

fn is_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

impl Plugin {
    /// The commands that it carries out.
    #[must_use]
    pub fn commands(&self) -> &[CommandInfo] {
        &self.commands
    }

    pub(super) fn take_commands(&mut self, described: Vec<lifecycle::Command>) -> Result<(), LoadError> {
        if described.is_empty() {
            return Ok(());
        }
        if !self.manifest.hooks.contains(&Hook::CommandRun) {
            return Err(LoadError::Unhandled { what: "commands", hook: Hook::CommandRun });
        }
        if described.len() > MOST {
            return Err(LoadError::TooMany { what: "commands", count: described.len(), most: MOST });
        }
        let mut names = BTreeSet::new();
        for lifecycle::Command { name, usage, help } in described {
            if !is_name(&name) {
                return Err(LoadError::BadCommand { command: name, cause: "use 1 to 32 of a-z, 0-9 and `-`" });
            }
            if !names.insert(name.clone()) {
                return Err(LoadError::BadCommand { command: name, cause: "there are two of this name" });
            }
            self.commands.push(CommandInfo { name, usage, help });
        }
        Ok(())
    }

    /// `command.run`
    pub(in crate::dispatch) async fn command_run(
        &self,
        context: &Context,
        sender: UserId,
        target: Target,
        invocation: Invocation<'_>,
    ) -> Result<Outcome<Option<String>>, Fault> {
        let mut call = Call::begin(self, Hook::CommandRun, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let words = invocation.arguments();
        let arguments: Vec<_> = words.iter().map(String::as_str).collect();
        let invocation = command_run::Invocation {
            name: invocation.name,
            arguments: &arguments,
            rest: invocation.rest,
            sender: sender.0,
            target: convert::target(target),
        };
        let result = call!(call, command_run.call_run(context, invocation));
        Ok(match call.finish(result)? {
            command_run::Outcome::Handled(text) => Outcome::Answer(text),
            command_run::Outcome::Deny(denial) => Outcome::Deny(deny(denial)),
            command_run::Outcome::Pass => Outcome::Pass,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_exact_word_after_a_slash_is_a_command() {
        let name = |text| Invocation::read(text).map(|it| (it.name, it.rest));
        assert_eq!(name("/poll"), Some(("poll", "")));
        assert_eq!(name("/poll a  b"), Some(("poll", "a  b")));
        assert_eq!(name("/poll\na"), Some(("poll", "a")));
        let long = format!("/{}", "a".repeat(33));
        for text in ["", "/", "poll", " /poll", "/ poll", "/Poll", "/usr/bin", "/poll!", "//poll", &long] {
            assert_eq!(name(text), None, "{text}");
        }
    }

    #[test]
    fn words_are_taken_as_a_shell_does() {
        let words = |rest| Invocation { name: "x", rest }.arguments();
        assert_eq!(words(""), Vec::<String>::new());
        assert_eq!(words("  a  b "), ["a", "b"]);
        assert_eq!(words(r#"'a b' "c d" e'f'"g""#), ["a b", "c d", "efg"]);
        assert_eq!(words(r#""" ''"#), ["", ""]);
        assert_eq!(words(r#"a\ b "\"" '\'"#), ["a b", "\"", "\\"]);
        assert_eq!(words(r#"it's "open to the end"#), ["its \"open to the end"]);
        assert_eq!(words("a\\"), ["a\\"]);
    }
}
