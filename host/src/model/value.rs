//! Values of custom attributes, which the server carries without reading them.

use bytes::Bytes;

/// A scalar, a list, or nothing.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Value {
    pub scalar: Option<Scalar>,
    pub list: Vec<Value>,
}

/// The scalar in a [`Value`].
#[derive(Clone, PartialEq, Debug)]
pub enum Scalar {
    Int32(i32),
    Int64(i64),
    Float(f32),
    Double(f64),
    Bool(bool),
    Bytes(Bytes),
    String(String),
}
