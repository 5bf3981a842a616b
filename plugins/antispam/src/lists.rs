//! All lists of words together, and what they say about texts.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};

use crate::matcher::Matcher;
use crate::settings::{Action, DEFAULT_LIST, Settings};

/// What all words may have together. The automaton takes some fifty times as much memory while it is made, and less
/// than the time that a filter has.
pub(crate) const MAX_BYTES: usize = 256 * 1024;
pub(crate) const MAX_LISTS: usize = 64;

pub(crate) struct Lists {
    lists: Vec<List>,
    matcher: Matcher,
    mask: char,
}

/// One list, without its words.
pub(crate) struct List {
    pub(crate) name: String,
    pub(crate) action: Action,
    reason: String,
    pub(crate) words: usize,
    /// Whether it was put in at runtime.
    pub(crate) is_stored: bool,
}

/// What becomes of a step with some texts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ruling<const N: usize> {
    Continue,
    /// With this reason.
    Reject(String),
    /// A message waits, for this reason.
    Hold(String),
    Drop,
    /// With these texts in the place of those that came.
    Mask([Option<String>; N]),
}

impl Lists {
    /// The lists of the configuration, and in their place or besides them those that are stored.
    ///
    /// # Errors
    ///
    /// When there are too many words, or one that is none.
    pub(crate) fn new(settings: &Settings, stored: &BTreeMap<String, Vec<String>>) -> Result<Self, String> {
        let mut words: BTreeMap<&str, &[String]> = BTreeMap::from([(DEFAULT_LIST, &settings.words[..])]);
        words.extend(settings.lists.iter().map(|(name, list)| (name.as_str(), &list.words[..])));
        words.extend(stored.iter().map(|(name, words)| (name.as_str(), &words[..])));
        let bytes: usize = words.values().copied().flatten().map(String::len).sum();
        if bytes > MAX_BYTES {
            return Err(format!("too many words: {bytes} bytes, {MAX_BYTES} at most in all lists together"));
        }
        if words.len() > MAX_LISTS {
            return Err(format!("too many lists: {MAX_LISTS} at most"));
        }
        let all: Vec<_> = words.values().copied().collect();
        let matcher = Matcher::new(&all, settings.whole_word).map_err(|error| error.to_string())?;
        let lists = words.iter().map(|(name, words)| {
            let own = settings.lists.get(*name);
            List {
                name: (*name).to_owned(),
                action: own.and_then(|own| own.action).unwrap_or(settings.action),
                reason: own.and_then(|own| own.reason.as_ref()).unwrap_or(&settings.reason).clone(),
                words: words.len(),
                is_stored: stored.contains_key(*name),
            }
        });
        Ok(Self { lists: lists.collect(), matcher, mask: settings.mask })
    }

    pub(crate) fn all(&self) -> &[List] {
        &self.lists
    }

    /// What the worst word of all texts says.
    pub(crate) fn judge<const N: usize>(&self, texts: [Option<&str>; N]) -> Ruling<N> {
        match self.judge_all(texts.iter().copied().flatten()) {
            Ruling::Continue => Ruling::Continue,
            Ruling::Reject(reason) => Ruling::Reject(reason),
            Ruling::Hold(reason) => Ruling::Hold(reason),
            Ruling::Drop => Ruling::Drop,
            Ruling::Mask([]) => Ruling::Mask(texts.map(|text| self.masked(text?))),
        }
    }

    /// The same for any number of texts, which are not masked.
    pub(crate) fn judge_all<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Ruling<0> {
        match texts.filter_map(|text| self.worst(text)).max_by_key(|list| list.action) {
            None => Ruling::Continue,
            Some(List { action: Action::Drop, .. }) => Ruling::Drop,
            Some(List { action: Action::Hold, reason, .. }) => Ruling::Hold(reason.clone()),
            Some(List { action: Action::Reject, reason, .. }) => Ruling::Reject(reason.clone()),
            Some(List { action: Action::Mask, .. }) => Ruling::Mask([]),
        }
    }

    /// The list that says the worst of a text.
    fn worst(&self, text: &str) -> Option<&List> {
        let mut worst: Option<&List> = None;
        let _ = self.matcher.find(text, |_, list| {
            let list = &self.lists[list];
            if worst.is_none_or(|worst| worst.action < list.action) {
                worst = Some(list);
            }
            if list.action == Action::Drop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        worst
    }

    /// The text with its words masked; `None` when there are none in it.
    pub(crate) fn masked(&self, text: &str) -> Option<String> {
        let mut ranges = Vec::new();
        let _ = self.matcher.find(text, |range, _| {
            ranges.push(range);
            ControlFlow::Continue(())
        });
        (!ranges.is_empty()).then(|| mask(text, ranges, self.mask))
    }
}

/// Puts `with` in the place of every character of the ranges, which may overlap.
pub(crate) fn mask(text: &str, mut ranges: Vec<Range<usize>>, with: char) -> String {
    ranges.sort_by_key(|range| range.start);
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for range in ranges {
        let start = range.start.max(done);
        let end = range.end.max(start);
        masked.push_str(&text[done..start]);
        masked.extend(text[start..end].chars().map(|_| with));
        done = end;
    }
    masked.push_str(&text[done..]);
    masked
}
