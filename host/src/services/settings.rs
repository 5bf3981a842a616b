//! What clients may keep under a name: the values given are checked against what the operator allows. Serves the
//! settings of users and of conversations, and the attributes of users and groups.

use std::collections::{BTreeMap, HashMap};

use super::text::is_longer;
use crate::{
    config::{AllowedSetting, SettingType},
    model::{
        Timestamp, UserId, Value,
        message::Target,
        settings::{SettingNames, SettingValue, SettingsChange, SettingsPatch, SettingsScope, Values},
        value::Scalar,
    },
    store::{self, Store},
};

/// The longest text among the elements of a list, when its pattern does not say otherwise.
const MAX_ELEMENT_LENGTH: usize = 100;
/// Conversations whose settings one write deletes at most.
const DELETED_AT_ONCE: usize = 100;
/// Up to here a double holds each whole number.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Why a setting was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("nothing may be kept under the name `{0}`")]
    Unknown(String),
    #[error("the value of `{0}` is of the wrong type")]
    WrongType(String),
    #[error("this value of `{0}` is not allowed")]
    NotAllowed(String),
    #[error("`{0}` is set already, and stays")]
    Immutable(String),
    #[error("`{0}` cannot be deleted")]
    NotDeletable(String),
    #[error("settings are kept for at most {max} conversations")]
    TooManyConversations { max: usize },
}

/// What the operator allows under which name.
#[derive(Debug)]
pub(super) struct Schema {
    allowed: HashMap<String, AllowedSetting>,
    ignore_unknown: bool,
}

impl Schema {
    pub(super) fn new(allowed: &[AllowedSetting], ignore_unknown: bool) -> Self {
        let allowed = allowed.iter().map(|setting| (setting.name.clone(), setting.clone())).collect();
        Self { allowed, ignore_unknown }
    }

    /// The values in the types that the operator wants. What is set in `current` and immutable is refused; between this
    /// and the write another may set it, so the patch leaves it then.
    pub(super) fn check(&self, given: &BTreeMap<String, Value>, current: &Values) -> Result<SettingsPatch, Error> {
        let mut patch = SettingsPatch::default();
        for (name, value) in given {
            let Some(allowed) = self.allowed.get(name) else {
                if self.ignore_unknown {
                    continue;
                }
                return Err(Error::Unknown(name.clone()));
            };
            let value = typed(allowed, value)?;
            if allowed.immutable {
                if current.contains_key(name) {
                    return Err(Error::Immutable(name.clone()));
                }
                patch.fixed.push(name.clone());
            }
            patch.values.insert(name.clone(), value);
        }
        Ok(patch)
    }

    /// Sets what is given, for the user or for one of at most `max` conversations; false when nothing changed.
    pub(super) async fn update(
        &self,
        store: &dyn Store,
        (owner, conversation): (UserId, Option<Target>),
        given: &BTreeMap<String, Value>,
        max: usize,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let scope = conversation.map_or(SettingsScope::Own, |target| SettingsScope::Conversations(Some(vec![target])));
        let current = store.list_settings(owner, &scope, None, 1).await?.pop();
        let patch = self.check(given, &current.map(|settings| settings.values).unwrap_or_default())?;
        if patch.values.is_empty() {
            return Ok(false);
        }
        match store.upsert_settings(owner, conversation, patch, max, now).await? {
            SettingsChange::Done => Ok(true),
            SettingsChange::Nothing => Ok(false),
            SettingsChange::TooMany => Err(Error::TooManyConversations { max }),
        }
    }

    /// Deletes what is named, or everything that may be deleted, of these conversations, `None` being the user's own;
    /// false when nothing changed. Done in steps, so that others write in between: what fails on its way is asked for
    /// again.
    pub(super) async fn delete(
        &self,
        store: &dyn Store,
        (owner, records): (UserId, &[Option<Target>]),
        names: &[String],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let names = self.deletable(names)?;
        let mut changed = false;
        for step in records.chunks(DELETED_AT_ONCE) {
            changed |= store.delete_settings(owner, step.to_vec(), names.clone(), now).await?;
        }
        Ok(changed)
    }

    /// The names, when all of them may be deleted. None given: all that may.
    fn deletable(&self, names: &[String]) -> Result<SettingNames, Error> {
        for name in names {
            match self.allowed.get(name) {
                Some(allowed) if !allowed.deletable => return Err(Error::NotDeletable(name.clone())),
                None if !self.ignore_unknown => return Err(Error::Unknown(name.clone())),
                Some(_) | None => {}
            }
        }
        if names.is_empty() {
            let kept = self.allowed.values().filter(|allowed| !allowed.deletable);
            Ok(SettingNames::AllBut(kept.map(|allowed| allowed.name.clone()).collect()))
        } else {
            Ok(SettingNames::Only(names.to_vec()))
        }
    }
}

/// Leaves only what is named; no names: all.
pub(super) fn keep_named(values: &mut Values, names: &[String]) {
    if !names.is_empty() {
        values.retain(|name, _| names.contains(name));
    }
}

fn typed(allowed: &AllowedSetting, value: &Value) -> Result<SettingValue, Error> {
    let wrong_type = || Error::WrongType(allowed.name.clone());
    let value = if allowed.kind == SettingType::Array {
        if value.scalar.is_some() {
            return Err(wrong_type());
        }
        let elements = value.list.iter().map(|element| single(element).and_then(element_value));
        SettingValue::List(elements.collect::<Option<_>>().ok_or_else(wrong_type)?)
    } else {
        single(value).and_then(|scalar| scalar_value(allowed.kind, scalar)).ok_or_else(wrong_type)?
    };
    if is_within(allowed, &value) { Ok(value) } else { Err(Error::NotAllowed(allowed.name.clone())) }
}

fn single(value: &Value) -> Option<&Scalar> {
    value.scalar.as_ref().filter(|_| value.list.is_empty())
}

fn scalar_value(kind: SettingType, scalar: &Scalar) -> Option<SettingValue> {
    match kind {
        SettingType::Int => whole(scalar)?.try_into().ok().map(SettingValue::Int),
        SettingType::Long => whole(scalar).map(SettingValue::Long),
        SettingType::Double => number(scalar).map(SettingValue::Double),
        SettingType::Bool => match scalar {
            Scalar::Bool(value) => Some(SettingValue::Bool(*value)),
            Scalar::String(text) => text.to_ascii_lowercase().parse().ok().map(SettingValue::Bool),
            _ => None,
        },
        SettingType::String => text(scalar).map(|text| SettingValue::Text(text.into())),
        SettingType::Language => {
            text(scalar).filter(|text| is_language(text)).map(|text| SettingValue::Text(text.into()))
        }
        SettingType::Array => None,
    }
}

/// Elements keep the type that they came in.
fn element_value(scalar: &Scalar) -> Option<SettingValue> {
    match scalar {
        Scalar::Int32(value) => Some(SettingValue::Int(*value)),
        Scalar::Int64(value) => Some(SettingValue::Long(*value)),
        Scalar::Float(_) | Scalar::Double(_) => number(scalar).map(SettingValue::Double),
        Scalar::Bool(value) => Some(SettingValue::Bool(*value)),
        Scalar::String(text) => Some(SettingValue::Text(text.clone())),
        Scalar::Bytes(_) => None,
    }
}

fn whole(scalar: &Scalar) -> Option<i64> {
    match scalar {
        Scalar::Int32(value) => Some((*value).into()),
        Scalar::Int64(value) => Some(*value),
        Scalar::String(text) => text.parse().ok(),
        Scalar::Float(_) | Scalar::Double(_) => {
            let value = number(scalar).filter(|value| value.fract() == 0.0 && value.abs() <= MAX_WHOLE)?;
            #[expect(clippy::cast_possible_truncation, reason = "it is whole and within the range")]
            Some(value as i64)
        }
        Scalar::Bool(_) | Scalar::Bytes(_) => None,
    }
}

fn number(scalar: &Scalar) -> Option<f64> {
    let value = match scalar {
        Scalar::Int32(value) => (*value).into(),
        Scalar::Int64(value) => float(*value),
        Scalar::Float(value) => (*value).into(),
        Scalar::Double(value) => *value,
        Scalar::String(text) => text.parse().ok()?,
        Scalar::Bool(_) | Scalar::Bytes(_) => return None,
    };
    value.is_finite().then_some(value)
}

#[expect(clippy::cast_precision_loss, reason = "a limit is a double as well")]
fn float(value: i64) -> f64 {
    value as f64
}

fn text(scalar: &Scalar) -> Option<&str> {
    if let Scalar::String(text) = scalar { Some(text) } else { None }
}

/// A primary language and subtags, as in BCP 47; whether the language exists is not asked.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=8).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && text.len() <= 35
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn is_within(allowed: &AllowedSetting, value: &SettingValue) -> bool {
    let in_range =
        |number: f64| allowed.min.is_none_or(|min| number >= min) && allowed.max.is_none_or(|max| number <= max);
    let has_length = |length: usize| length >= allowed.min_length;
    let fits = match value {
        SettingValue::Int(value) => in_range((*value).into()),
        SettingValue::Long(value) => in_range(float(*value)),
        SettingValue::Double(value) => in_range(*value),
        SettingValue::Bool(_) => true,
        SettingValue::Text(text) => {
            has_length(text.encode_utf16().count())
                && !exceeds(text, allowed.longest())
                && allowed.pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
        }
        SettingValue::List(elements) => {
            return has_length(elements.len())
                && elements.len() <= allowed.longest()
                && elements.iter().all(|element| is_element_within(allowed, element));
        }
    };
    fits && is_listed(allowed, value)
}

fn is_element_within(allowed: &AllowedSetting, element: &SettingValue) -> bool {
    let fits = match element {
        SettingValue::Text(text) => {
            !exceeds(text, MAX_ELEMENT_LENGTH) && allowed.pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
        }
        _ => allowed.pattern.is_none(),
    };
    fits && is_listed(allowed, element)
}

/// Other than for [`is_longer`], a maximum of 0 is one.
fn exceeds(text: &str, max: usize) -> bool {
    if max == 0 { !text.is_empty() } else { is_longer(text, max) }
}

fn is_listed(allowed: &AllowedSetting, value: &SettingValue) -> bool {
    allowed.values.is_empty()
        || match value {
            SettingValue::Text(text) => allowed.values.contains(text),
            SettingValue::Int(value) => allowed.values.contains(&value.to_string()),
            SettingValue::Long(value) => allowed.values.contains(&value.to_string()),
            SettingValue::Double(value) => allowed.values.contains(&value.to_string()),
            SettingValue::Bool(value) => allowed.values.contains(&value.to_string()),
            SettingValue::List(_) => false,
        }
}

#[cfg(test)]
mod tests;
