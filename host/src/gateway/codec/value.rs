//! Custom attributes.

use talaria_proto::client as proto;

use crate::model::{Value, value::Scalar};

/// The schema bounds how deep lists nest: decoding refuses what is nested deeper.
pub(super) fn decode(values: Vec<proto::Value>) -> Vec<Value> {
    values.into_iter().map(decode_one).collect()
}

pub(super) fn encode(values: &[Value]) -> Vec<proto::Value> {
    values.iter().map(encode_one).collect()
}

pub(super) fn decode_one(value: proto::Value) -> Value {
    let scalar = value.kind.map(|kind| match kind {
        proto::value::Kind::Int32Value(value) => Scalar::Int32(value),
        proto::value::Kind::Int64Value(value) => Scalar::Int64(value),
        proto::value::Kind::FloatValue(value) => Scalar::Float(value),
        proto::value::Kind::DoubleValue(value) => Scalar::Double(value),
        proto::value::Kind::BoolValue(value) => Scalar::Bool(value),
        proto::value::Kind::BytesValue(value) => Scalar::Bytes(value),
        proto::value::Kind::StringValue(value) => Scalar::String(value),
    });
    Value { scalar, list: decode(value.list_value) }
}

pub(super) fn encode_one(value: &Value) -> proto::Value {
    let kind = value.scalar.as_ref().map(|scalar| match scalar {
        Scalar::Int32(value) => proto::value::Kind::Int32Value(*value),
        Scalar::Int64(value) => proto::value::Kind::Int64Value(*value),
        Scalar::Float(value) => proto::value::Kind::FloatValue(*value),
        Scalar::Double(value) => proto::value::Kind::DoubleValue(*value),
        Scalar::Bool(value) => proto::value::Kind::BoolValue(*value),
        Scalar::Bytes(value) => proto::value::Kind::BytesValue(value.clone()),
        Scalar::String(value) => proto::value::Kind::StringValue(value.clone()),
    });
    proto::Value { kind, list_value: encode(&value.list) }
}
