//! Between JSON and the values of the component model, led by their types. JSON has the names of the WIT files: a
//! record is an object, a case is a string or, with something in it, an object of one field, an absent option is null,
//! and bytes are `{"text": ...}` where they are one and `{"hex": ...}` otherwise. What the bindings' own types are as
//! JSON is read as well; it differs in how names are written.

use serde_json::{Map, Value, json};
use wasmtime::component::{Component, Type, Val, types::ComponentItem};

use super::{Hook, manifest::hex};

/// The function of one hook, as a component has it.
pub(super) struct Signature {
    /// The export's whole name, with the version.
    pub(super) interface: String,
    pub(super) function: String,
    pub(super) parameters: Vec<(String, Type)>,
    pub(super) result: Type,
}

/// JSON that is no value of a type.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{at} is no {wanted}")]
pub struct Mismatch {
    at: String,
    wanted: String,
}

// Where it stands is put together on the way back, from the inside: the most of what is read is as it should be.
impl Mismatch {
    fn part(self, name: &str) -> Self {
        Self { at: format!(".{name}{}", self.at), ..self }
    }

    fn item(self, index: usize) -> Self {
        Self { at: format!("[{index}]{}", self.at), ..self }
    }
}

impl Signature {
    /// `None` when the component does not handle the hook by an interface of the server's own.
    pub(super) fn find(component: &Component, hook: Hook) -> Option<Self> {
        let (engine, wanted) = (component.engine(), hook.interface());
        let component = component.component_type();
        component.exports(engine).find_map(|(name, export)| {
            let interface = name.strip_prefix("talaria:plugin/")?;
            let ComponentItem::ComponentInstance(instance) = export.ty else { return None };
            if interface.split('@').next() != Some(&*wanted) {
                return None;
            }
            let function = instance.exports(engine).find_map(|(function, export)| match export.ty {
                ComponentItem::ComponentFunc(ty) => Some((function.to_owned(), ty)),
                _ => None,
            });
            let (function, ty) = function?;
            Some(Self {
                interface: name.to_owned(),
                function,
                parameters: ty.params().map(|(name, ty)| (name.to_owned(), ty)).collect(),
                result: ty.results().next()?,
            })
        })
    }

    /// The arguments by name, from a list of them.
    pub(super) fn name_arguments(&self, arguments: &Value) -> Map<String, Value> {
        let arguments = arguments.as_array().map_or(&[][..], Vec::as_slice);
        let named = self.parameters.iter().zip(arguments);
        named.map(|((name, ty), argument)| (name.clone(), normalize(argument, ty))).collect()
    }

    /// The arguments in their order, from those by name.
    pub(super) fn arguments(&self, named: &Map<String, Value>) -> Result<Vec<Val>, Mismatch> {
        let parameters = self.parameters.iter();
        let read = |(name, ty): &(String, Type)| {
            let value = named.get(name).unwrap_or(&Value::Null);
            from_json(value, ty).map_err(|error| Mismatch { at: format!("{name}{}", error.at), ..error })
        };
        parameters.map(read).collect()
    }
}

/// The same value, with the names of the WIT files. One that is none of the type stays as it is.
pub(super) fn normalize(value: &Value, ty: &Type) -> Value {
    from_json(value, ty).map_or_else(|_| value.clone(), |value| to_json(&value))
}

fn from_json(value: &Value, ty: &Type) -> Result<Val, Mismatch> {
    let mismatch = || Mismatch { at: String::new(), wanted: describe(ty) };
    let read = match ty {
        Type::Bool => value.as_bool().map(Val::Bool),
        Type::S8 => integer(value).map(Val::S8),
        Type::U8 => integer(value).map(Val::U8),
        Type::S16 => integer(value).map(Val::S16),
        Type::U16 => integer(value).map(Val::U16),
        Type::S32 => integer(value).map(Val::S32),
        Type::U32 => integer(value).map(Val::U32),
        Type::S64 => value.as_i64().map(Val::S64),
        Type::U64 => value.as_u64().map(Val::U64),
        Type::Float32 => float(value).map(|float| Val::Float32(float as f32)),
        Type::Float64 => float(value).map(Val::Float64),
        Type::Char => value.as_str().and_then(|text| text.parse().ok()).map(Val::Char),
        Type::String => value.as_str().map(|text| Val::String(text.to_owned())),
        Type::List(list) => match (list.ty(), value) {
            (Type::U8, Value::Object(bytes)) => from_shown(bytes).map(|bytes| Val::List(bytes_list(&bytes))),
            (item, Value::Array(items)) => {
                let items = items.iter().enumerate();
                let items = items.map(|(index, value)| from_json(value, &item).map_err(|error| error.item(index)));
                Some(Val::List(items.collect::<Result<_, _>>()?))
            }
            _ => None,
        },
        Type::Tuple(tuple) => match value {
            Value::Array(items) if items.len() == tuple.types().len() => {
                let items = tuple.types().zip(items).enumerate();
                let items = items.map(|(index, (ty, value))| from_json(value, &ty).map_err(|error| error.item(index)));
                Some(Val::Tuple(items.collect::<Result<_, _>>()?))
            }
            _ => None,
        },
        Type::Record(record) => {
            let fields = value.as_object().ok_or_else(mismatch)?;
            let fields = record.fields().map(|field| {
                // An option that a later version added is absent from what an earlier one recorded.
                let value = find(fields, field.name).unwrap_or(&Value::Null);
                let value = from_json(value, &field.ty).map_err(|error| error.part(field.name))?;
                Ok((field.name.to_owned(), value))
            });
            Some(Val::Record(fields.collect::<Result<_, _>>()?))
        }
        Type::Variant(variant) => match case(value) {
            Some((name, content)) => match variant.cases().find(|case| is_same_name(case.name, name)) {
                Some(case) => {
                    let content = case.ty.map(|ty| boxed(content, &ty).map_err(|error| error.part(case.name)));
                    Some(Val::Variant(case.name.to_owned(), content.transpose()?))
                }
                None => None,
            },
            None => None,
        },
        Type::Enum(cases) => {
            let name = value.as_str().and_then(|name| cases.names().find(|case| is_same_name(case, name)));
            name.map(|name| Val::Enum(name.to_owned()))
        }
        Type::Option(_) if value.is_null() => Some(Val::Option(None)),
        Type::Option(option) => Some(Val::Option(Some(boxed(value, &option.ty())?))),
        Type::Result(result) => match case(value) {
            Some((name, content)) if is_same_name(name, "ok") => {
                let content = result.ok().map(|ty| boxed(content, &ty).map_err(|error| error.part("ok")));
                Some(Val::Result(Ok(content.transpose()?)))
            }
            Some((name, content)) if is_same_name(name, "err") => {
                let content = result.err().map(|ty| boxed(content, &ty).map_err(|error| error.part("err")));
                Some(Val::Result(Err(content.transpose()?)))
            }
            _ => None,
        },
        // No hook has them.
        Type::Map(_)
        | Type::Flags(_)
        | Type::Own(_)
        | Type::Borrow(_)
        | Type::Future(_)
        | Type::Stream(_)
        | Type::ErrorContext
        | Type::FixedLengthList(_) => None,
    };
    read.ok_or_else(mismatch)
}

pub(super) fn to_json(value: &Val) -> Value {
    match value {
        Val::Bool(value) => json!(value),
        Val::S8(value) => json!(value),
        Val::U8(value) => json!(value),
        Val::S16(value) => json!(value),
        Val::U16(value) => json!(value),
        Val::S32(value) => json!(value),
        Val::U32(value) => json!(value),
        Val::S64(value) => json!(value),
        Val::U64(value) => json!(value),
        Val::Float32(value) => json!(value),
        Val::Float64(value) => json!(value),
        Val::Char(value) => json!(value),
        Val::String(value) | Val::Enum(value) | Val::Variant(value, None) => json!(value),
        Val::List(items) => bytes_of(items).map_or_else(|| items.iter().map(to_json).collect(), |bytes| show(&bytes)),
        Val::Tuple(items) => items.iter().map(to_json).collect(),
        Val::Record(fields) => fields.iter().map(|(name, value)| (name.clone(), to_json(value))).collect(),
        Val::Variant(name, Some(content)) => json!({ name: to_json(content) }),
        Val::Option(content) => optional(content.as_deref()),
        Val::Result(Ok(content)) => json!({ "ok": optional(content.as_deref()) }),
        Val::Result(Err(content)) => json!({ "err": optional(content.as_deref()) }),
        // No hook has them.
        Val::Map(_)
        | Val::Flags(_)
        | Val::Resource(_)
        | Val::Future(_)
        | Val::Stream(_)
        | Val::ErrorContext(_)
        | Val::FixedLengthList(_) => Value::Null,
    }
}

fn optional(content: Option<&Val>) -> Value {
    content.map_or(Value::Null, to_json)
}

fn boxed(value: &Value, ty: &Type) -> Result<Box<Val>, Mismatch> {
    from_json(value, ty).map(Box::new)
}

fn integer<N: TryFrom<i64>>(value: &Value) -> Option<N> {
    N::try_from(value.as_i64()?).ok()
}

/// JSON has no number for what is none.
fn float(value: &Value) -> Option<f64> {
    if value.is_null() { Some(f64::NAN) } else { value.as_f64() }
}

/// The name of a case with what is in it.
fn case(value: &Value) -> Option<(&str, &Value)> {
    match value {
        Value::String(name) => Some((name, &Value::Null)),
        Value::Object(fields) if fields.len() == 1 => fields.iter().next().map(|(name, content)| (&**name, content)),
        _ => None,
    }
}

fn find<'value>(fields: &'value Map<String, Value>, name: &str) -> Option<&'value Value> {
    let other_way = || fields.iter().find(|(other, _)| is_same_name(other, name)).map(|(_, value)| value);
    fields.get(name).or_else(other_way)
}

/// `before-send`, `before_send` and `BeforeSend` are one, as are `type` and `type_`.
fn is_same_name(one: &str, other: &str) -> bool {
    let letters = |name: &str| {
        let letters = name.chars().filter(|letter| !matches!(letter, '-' | '_'));
        letters.map(|letter| letter.to_ascii_lowercase()).collect::<String>()
    };
    one == other || letters(one) == letters(other)
}

fn bytes_list(bytes: &[u8]) -> Vec<Val> {
    bytes.iter().copied().map(Val::U8).collect()
}

/// `None` for a list of anything else, and for an empty one.
fn bytes_of(items: &[Val]) -> Option<Vec<u8>> {
    let bytes: Option<Vec<u8>> =
        items.iter().map(|item| if let Val::U8(byte) = item { Some(*byte) } else { None }).collect();
    bytes.filter(|bytes| !bytes.is_empty())
}

fn show(bytes: &[u8]) -> Value {
    let is_text =
        |text: &&str| !text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'));
    match std::str::from_utf8(bytes).ok().filter(is_text) {
        Some(text) => json!({ "text": text }),
        None => json!({ "hex": hex(bytes) }),
    }
}

/// Undoes [`show`].
fn from_shown(shown: &Map<String, Value>) -> Option<Vec<u8>> {
    match (shown.get("text"), shown.get("hex")) {
        (Some(Value::String(text)), None) => Some(text.clone().into_bytes()),
        (None, Some(Value::String(digits))) => {
            let digits: Option<Vec<_>> = digits.chars().map(|digit| digit.to_digit(16)).collect();
            let pairs = digits?;
            let pairs = pairs.chunks(2).map(|pair| match pair {
                [high, low] => u8::try_from(high << 4 | low).ok(),
                _ => None,
            });
            pairs.collect()
        }
        _ => None,
    }
}

fn describe(ty: &Type) -> String {
    match ty {
        Type::Record(record) => {
            format!("record with {}", record.fields().map(|field| field.name.to_owned()).collect::<Vec<_>>().join(", "))
        }
        Type::Variant(variant) => {
            format!("case of {}", variant.cases().map(|case| case.name.to_owned()).collect::<Vec<_>>().join(", "))
        }
        Type::Enum(cases) => format!("case of {}", cases.names().collect::<Vec<_>>().join(", ")),
        Type::Option(option) => describe(&option.ty()),
        Type::List(_) => "list".into(),
        Type::Tuple(_) => "tuple".into(),
        Type::Result(_) => "result".into(),
        other => format!("{other:?}").to_ascii_lowercase(),
    }
}
