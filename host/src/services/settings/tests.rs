//! Which values a setting takes.

use super::*;
use crate::{config::Pattern, services::testing::assert_refused};

fn scalar(scalar: Scalar) -> Value {
    Value { scalar: Some(scalar), list: Vec::new() }
}

fn words(words: &[&str]) -> Value {
    Value { scalar: None, list: words.iter().map(|word| scalar(Scalar::String((*word).into()))).collect() }
}

fn text_value(text: &str) -> Value {
    scalar(Scalar::String(text.into()))
}

fn setting(kind: SettingType) -> AllowedSetting {
    AllowedSetting::new("x", kind)
}

fn value(allowed: &AllowedSetting, value: Value) -> Result<SettingValue, Error> {
    let patch =
        Schema::new(std::slice::from_ref(allowed), false).check(&[("x".into(), value)].into(), &Values::new())?;
    Ok(patch.values["x"].clone())
}

#[test]
fn numbers_come_in_many_forms() {
    use SettingType::{Double, Int, Long};
    for (kind, given, expected) in [
        (Int, Scalar::Int32(5), SettingValue::Int(5)),
        (Int, Scalar::Int64(5), SettingValue::Int(5)),
        (Int, Scalar::Double(5.0), SettingValue::Int(5)),
        (Int, Scalar::String("-5".into()), SettingValue::Int(-5)),
        (Long, Scalar::Int64(i64::MIN), SettingValue::Long(i64::MIN)),
        (Long, Scalar::Int32(5), SettingValue::Long(5)),
        (Double, Scalar::Float(0.5), SettingValue::Double(0.5)),
        (Double, Scalar::Int64(5), SettingValue::Double(5.0)),
        (Double, Scalar::String("1e3".into()), SettingValue::Double(1000.0)),
    ] {
        assert_eq!(value(&setting(kind), scalar(given.clone())).unwrap(), expected, "{given:?}");
    }
    for (kind, given) in [
        (Int, Scalar::Int64(1 << 31)),
        (Int, Scalar::Double(0.5)),
        (Int, Scalar::String("five".into())),
        (Int, Scalar::Bool(true)),
        (Long, Scalar::Double(1e300)),
        (Double, Scalar::Double(f64::NAN)),
        (Double, Scalar::String("inf".into())),
        (Double, Scalar::Bytes(vec![1].into())),
    ] {
        assert_refused!(value(&setting(kind), scalar(given)), Error::WrongType(_));
    }
    let bounded = AllowedSetting { min: Some(1.0), max: Some(2.5), ..setting(Double) };
    for (given, is_allowed) in [(0.9, false), (1.0, true), (2.5, true), (2.6, false)] {
        assert_eq!(value(&bounded, scalar(Scalar::Double(given))).is_ok(), is_allowed, "{given}");
    }
}

#[test]
fn truth_texts_and_languages() {
    let bool = setting(SettingType::Bool);
    for given in [Scalar::Bool(true), Scalar::String("TRUE".into())] {
        assert_eq!(value(&bool, scalar(given)).unwrap(), SettingValue::Bool(true));
    }
    assert_refused!(value(&bool, scalar(Scalar::Int32(1))), Error::WrongType(_));
    let short = AllowedSetting { min_length: 2, max_length: Some(3), ..setting(SettingType::String) };
    for (given, is_allowed) in [("a", false), ("ab", true), ("äöü", true), ("abcd", false)] {
        assert_eq!(value(&short, text_value(given)).is_ok(), is_allowed, "{given}");
    }
    let empty = AllowedSetting { max_length: Some(0), ..setting(SettingType::String) };
    assert!(value(&empty, text_value("")).is_ok() && value(&empty, text_value("a")).is_err());
    let one_of = AllowedSetting { values: vec!["dark".into(), "light".into()], ..setting(SettingType::String) };
    assert!(value(&one_of, text_value("dark")).is_ok() && value(&one_of, text_value("blue")).is_err());
    let shaped = AllowedSetting { pattern: Pattern::new("[a-z]+").ok(), ..setting(SettingType::String) };
    assert!(value(&shaped, text_value("abc")).is_ok() && value(&shaped, text_value("abc1")).is_err());
    for (given, is_language) in [
        ("en", true),
        ("pt-BR", true),
        ("zh-Hant-TW", true),
        ("e", false),
        ("en_US", false),
        ("en-", false),
        ("", false),
    ] {
        assert_eq!(value(&setting(SettingType::Language), text_value(given)).is_ok(), is_language, "{given}");
    }
}

#[test]
fn lists_have_single_values() {
    let array = setting(SettingType::Array);
    let expected = SettingValue::List(vec![SettingValue::Text("a".into()), SettingValue::Text("b".into())]);
    assert_eq!(value(&array, words(&["a", "b"])).unwrap(), expected);
    assert!(value(&array, words(&["a"; 10])).is_ok() && value(&array, words(&["a"; 11])).is_err());
    assert_refused!(value(&array, words(&[&"a".repeat(101)])), Error::NotAllowed(_));
    assert_refused!(value(&array, Value { scalar: None, list: vec![words(&["a"])] }), Error::WrongType(_));
    assert_refused!(value(&array, text_value("a")), Error::WrongType(_));
    assert_refused!(value(&setting(SettingType::String), words(&["a"])), Error::WrongType(_));
    let colours = AllowedSetting { values: vec!["red".into()], ..array };
    assert!(value(&colours, words(&["red", "red"])).is_ok() && value(&colours, words(&["red", "blue"])).is_err());
}

#[test]
fn unknown_and_immutable_names() {
    let fixed = AllowedSetting { immutable: true, ..setting(SettingType::Int) };
    let given = [("x".into(), scalar(Scalar::Int32(1))), ("y".into(), scalar(Scalar::Int32(2)))].into();
    let strict = Schema::new(std::slice::from_ref(&fixed), false);
    assert_refused!(strict.check(&given, &Values::new()), Error::Unknown(_));
    let lax = Schema::new(&[fixed], true);
    let patch = lax.check(&given, &Values::new()).unwrap();
    assert_eq!((patch.values.len(), patch.fixed), (1, vec!["x".to_owned()]));
    let set = [("x".into(), SettingValue::Int(1))].into();
    assert_refused!(lax.check(&given, &set), Error::Immutable(_));
}
