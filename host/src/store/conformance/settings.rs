//! Settings of users and of their conversations.

use super::{NOW, insert_users};
use crate::{
    model::{
        GroupId, Timestamp, UserId,
        message::Target,
        settings::{
            SettingNames, SettingValue, Settings, SettingsChange, SettingsPatch, SettingsScope as Scope, Values,
        },
    },
    store::Store,
};

const OWNER: UserId = UserId(1);
const OTHER: UserId = UserId(2);

fn numbers(numbers: &[(&str, i32)]) -> Values {
    numbers.iter().map(|(name, number)| ((*name).into(), SettingValue::Int(*number))).collect()
}

async fn set(store: &dyn Store, conversation: Option<Target>, values: Values, now: Timestamp) -> bool {
    let patch = SettingsPatch { values, fixed: Vec::new() };
    store.upsert_settings(OWNER, conversation, patch, 9, now).await.unwrap() == SettingsChange::Done
}

async fn list(store: &dyn Store, scope: Scope) -> Vec<Settings> {
    store.list_settings(OWNER, &scope, None, 100).await.unwrap()
}

async fn own(store: &dyn Store) -> Values {
    list(store, Scope::Own).await.pop().unwrap().values
}

fn conversations(found: &[Settings]) -> Vec<Target> {
    found.iter().filter_map(|settings| settings.conversation).collect()
}

pub(in crate::store) async fn values_are_set_and_kept(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    assert_eq!(list(store, Scope::Own).await, []);
    assert!(set(store, None, numbers(&[("a", 1), ("b", 1)]), NOW).await);
    assert!(set(store, None, numbers(&[("b", 2), ("c", 2)]), NOW.plus_millis(5)).await);
    let expected = Settings {
        conversation: None,
        values: numbers(&[("a", 1), ("b", 2), ("c", 2)]),
        last_updated_date: NOW.plus_millis(5),
    };
    assert_eq!(list(store, Scope::Own).await, [expected]);
    assert!(!set(store, None, numbers(&[("c", 2)]), NOW.plus_millis(9)).await, "it is so already");
    let fixed = SettingsPatch { values: numbers(&[("a", 9), ("d", 9)]), fixed: vec!["a".into(), "d".into()] };
    assert_eq!(store.upsert_settings(OWNER, None, fixed, 0, NOW).await.unwrap(), SettingsChange::Done);
    assert_eq!(own(store).await, numbers(&[("a", 1), ("b", 2), ("c", 2), ("d", 9)]));
    assert!(list(store, Scope::Own).await[0].last_updated_date > NOW.plus_millis(5), "dates never go back");
    let since = async |date| store.list_settings(OWNER, &Scope::Own, Some(date), 1).await.unwrap().len();
    assert_eq!((since(NOW.plus_millis(6)).await, since(NOW.plus_millis(7)).await), (1, 0));
    assert_eq!(store.list_settings(OTHER, &Scope::Own, None, 1).await.unwrap(), [], "another's are another's");
}

pub(in crate::store) async fn records_of_conversations(store: &dyn Store) {
    insert_users(store, &[1]).await;
    let (private, group) = (Target::User(UserId(7)), Target::Group(GroupId(7)));
    set(store, None, numbers(&[("a", 0)]), NOW).await;
    set(store, Some(private), numbers(&[("a", 1)]), NOW.plus_millis(1)).await;
    set(store, Some(group), numbers(&[("a", 2)]), NOW.plus_millis(2)).await;
    assert_eq!(own(store).await, numbers(&[("a", 0)]));
    let all = list(store, Scope::Conversations(None)).await;
    assert_eq!(conversations(&all), [group, private], "the newest first");
    assert_eq!(all[1].values, numbers(&[("a", 1)]));
    let some =
        async |targets: &[Target]| conversations(&list(store, Scope::Conversations(Some(targets.to_vec()))).await);
    assert_eq!(some(&[private]).await, [private]);
    assert_eq!(some(&[]).await, []);
    assert_eq!(some(&[Target::User(UserId(0)), Target::Group(GroupId(-7)), Target::User(UserId(-7))]).await, []);
    let one = store.list_settings(OWNER, &Scope::Conversations(None), None, 1).await.unwrap();
    assert_eq!(conversations(&one), [group]);
    let nobody = SettingsPatch { values: numbers(&[("a", 1)]), fixed: Vec::new() };
    assert!(store.upsert_settings(OWNER, Some(Target::User(UserId(0))), nobody, 9, NOW).await.is_err());
}

pub(in crate::store) async fn names_are_deleted(store: &dyn Store) {
    insert_users(store, &[1]).await;
    let (private, group) = (Target::User(UserId(7)), Target::Group(GroupId(7)));
    for conversation in [None, Some(private), Some(group)] {
        set(store, conversation, numbers(&[("a", 1), ("b", 1), ("c", 1)]), NOW).await;
    }
    let delete = async |records: &[Option<Target>], names| {
        store.delete_settings(OWNER, records.to_vec(), names, NOW).await.unwrap()
    };
    let only = |name: &str| SettingNames::Only(vec![name.into()]);
    assert!(delete(&[None], only("a")).await);
    assert!(!delete(&[None], only("a")).await);
    assert_eq!(own(store).await, numbers(&[("b", 1), ("c", 1)]));
    assert!(list(store, Scope::Own).await[0].last_updated_date > NOW);
    assert!(delete(&[Some(private)], SettingNames::AllBut(vec!["c".into()])).await);
    assert!(delete(&[Some(private), Some(group), Some(Target::User(UserId(0)))], only("b")).await);
    let found = list(store, Scope::Conversations(None)).await;
    let of = |target| &found.iter().find(|settings| settings.conversation == Some(target)).unwrap().values;
    assert_eq!((of(private), of(group)), (&numbers(&[("c", 1)]), &numbers(&[("a", 1), ("c", 1)])));
    assert!(delete(&[None], SettingNames::AllBut(Vec::new())).await);
    assert_eq!(own(store).await, Values::new(), "the record stays, for those who ask what changed");
}

pub(in crate::store) async fn records_are_limited(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    let with = |id| Some(Target::User(UserId(id)));
    let set = async |owner, conversation, now| {
        let patch = SettingsPatch { values: numbers(&[("a", 1)]), fixed: Vec::new() };
        store.upsert_settings(owner, conversation, patch, 2, now).await.unwrap()
    };
    for id in [3, 4] {
        assert_eq!(set(OWNER, with(id), NOW.plus_millis(id)).await, SettingsChange::Done);
    }
    assert_eq!(set(OWNER, with(5), NOW).await, SettingsChange::TooMany);
    assert_eq!(set(OWNER, with(4), NOW).await, SettingsChange::Nothing);
    assert_eq!(set(OWNER, None, NOW).await, SettingsChange::Done, "the owner's own are none of them");
    assert_eq!(set(OTHER, with(5), NOW).await, SettingsChange::Done);
    let names = SettingNames::AllBut(Vec::new());
    assert!(store.delete_settings(OWNER, vec![with(4)], names, NOW).await.unwrap());
    assert_eq!(store.list_set_conversations(OWNER).await.unwrap(), [with(3).unwrap()]);
    assert_eq!(set(OWNER, with(5), NOW.plus_millis(9)).await, SettingsChange::Done, "in the place of an empty one");
    let found = list(store, Scope::Conversations(None)).await;
    assert_eq!(conversations(&found), [with(5).unwrap(), with(3).unwrap()]);
}

pub(in crate::store) async fn every_value_survives(store: &dyn Store) {
    insert_users(store, &[1]).await;
    let text = || SettingValue::Text("\"quoted\" \u{1F600}".into());
    let values: Values = [
        ("int", SettingValue::Int(i32::MIN)),
        ("long", SettingValue::Long(i64::MAX)),
        ("double", SettingValue::Double(0.1)),
        ("whole", SettingValue::Double(5.0)),
        ("bool", SettingValue::Bool(true)),
        ("text", text()),
        ("list", SettingValue::List(vec![text(), SettingValue::Long(1), SettingValue::Int(1)])),
    ]
    .map(|(name, value)| (name.into(), value))
    .into();
    set(store, None, values.clone(), NOW).await;
    assert_eq!(own(store).await, values);
}
