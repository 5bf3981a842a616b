//! Settings and user-defined attributes.

use std::collections::BTreeMap;

use talaria_proto::client as proto;

use super::{scalar::date, value};
use crate::model::{
    Value,
    command::{DeleteUserSettings, QueryUserSettings, UpdateUserSettings},
    settings::{SettingValue, Settings, Values},
};

impl From<proto::UpdateUserSettingsRequest> for UpdateUserSettings {
    fn from(it: proto::UpdateUserSettingsRequest) -> Self {
        Self { settings: decode(it.settings), attributes: value::decode(it.custom_attributes) }
    }
}

impl From<&UpdateUserSettings> for proto::UpdateUserSettingsRequest {
    fn from(it: &UpdateUserSettings) -> Self {
        Self { settings: encode(&it.settings), custom_attributes: value::encode(&it.attributes) }
    }
}

impl From<proto::DeleteUserSettingsRequest> for DeleteUserSettings {
    fn from(it: proto::DeleteUserSettingsRequest) -> Self {
        Self { names: it.names, attributes: value::decode(it.custom_attributes) }
    }
}

impl From<&DeleteUserSettings> for proto::DeleteUserSettingsRequest {
    fn from(it: &DeleteUserSettings) -> Self {
        Self { names: it.names.clone(), custom_attributes: value::encode(&it.attributes) }
    }
}

impl From<proto::QueryUserSettingsRequest> for QueryUserSettings {
    fn from(it: proto::QueryUserSettingsRequest) -> Self {
        Self { names: it.names, changed_since: date(it.last_updated_date_start) }
    }
}

/// As they came, to be checked by the services.
pub(super) fn decode(values: BTreeMap<String, proto::Value>) -> BTreeMap<String, Value> {
    values.into_iter().map(|(name, it)| (name, value::decode_one(it))).collect()
}

/// As they came, for others to hear of.
pub(super) fn encode(values: &BTreeMap<String, Value>) -> BTreeMap<String, proto::Value> {
    values.iter().map(|(name, it)| (name.clone(), value::encode_one(it))).collect()
}

/// As they are kept.
pub(super) fn values(values: &Values) -> BTreeMap<String, proto::Value> {
    values.iter().map(|(name, it)| (name.clone(), setting(it))).collect()
}

fn setting(it: &SettingValue) -> proto::Value {
    use proto::value::Kind;
    let kind = match it {
        SettingValue::Int(value) => Kind::Int32Value(*value),
        SettingValue::Long(value) => Kind::Int64Value(*value),
        SettingValue::Double(value) => Kind::DoubleValue(*value),
        SettingValue::Bool(value) => Kind::BoolValue(*value),
        SettingValue::Text(value) => Kind::StringValue(value.clone()),
        SettingValue::List(elements) => {
            return proto::Value { kind: None, list_value: elements.iter().map(setting).collect() };
        }
    };
    proto::Value { kind: Some(kind), list_value: Vec::new() }
}

pub(super) fn user_settings(it: &Settings) -> proto::UserSettings {
    proto::UserSettings {
        settings: values(&it.values),
        last_updated_date: Some(it.last_updated_date.0),
        custom_attributes: Vec::new(),
    }
}
