//! Values of custom attributes, which the server carries without reading them.

use std::fmt;

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

impl fmt::Display for Value {
    /// A scalar as text and a list in brackets; bytes by their number alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.scalar {
            Some(Scalar::Int32(number)) => write!(f, "{number}"),
            Some(Scalar::Int64(number)) => write!(f, "{number}"),
            Some(Scalar::Float(number)) => write!(f, "{number}"),
            Some(Scalar::Double(number)) => write!(f, "{number}"),
            Some(Scalar::Bool(is)) => write!(f, "{is}"),
            Some(Scalar::Bytes(bytes)) => write!(f, "({} bytes)", bytes.len()),
            Some(Scalar::String(text)) => f.write_str(text),
            None => {
                let items: Vec<String> = self.list.iter().map(Self::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
        }
    }
}
