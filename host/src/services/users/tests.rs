//! Who may log in, and what profiles may hold.

mod location;
mod settings;
mod visibility;

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::{Error, password::Passwords};
use crate::{
    config::PasswordHashing,
    model::{
        Reply, Timestamp, UserId, Value,
        command::{QueryUserProfiles, UpdateUser},
        hidden::Hidden,
        notification::Recipients,
        session::{DeviceType, Location, Login, Position, UserStatus},
        user::{NewUser, ProfileAccess},
    },
    services::testing::{NOW, World, assert_refused},
};

const ALICE: UserId = UserId(1);
const NOBODY: UserId = UserId(404);

fn login(user: UserId, password: &str) -> Login {
    Login {
        version: 1,
        user,
        password: Some(Hidden(password.into())),
        status: None,
        device: DeviceType::Browser,
        device_details: Vec::new(),
        position: None,
    }
}

fn update() -> UpdateUser {
    UpdateUser {
        password: None,
        name: None,
        intro: None,
        profile_picture: None,
        profile_access: None,
        user_defined_attributes: BTreeMap::new(),
        attributes: Vec::new(),
    }
}

fn profiles(ids: &[UserId]) -> QueryUserProfiles {
    QueryUserProfiles { users: ids.to_vec(), changed_after: None, name: None }
}

#[tokio::test]
async fn hashes_are_argon2id_with_a_salt_of_their_own() {
    let passwords = Passwords::new(&PasswordHashing::default()).unwrap();
    let hash = passwords.hash("123".into()).await.unwrap();
    assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.0);
    assert_ne!(hash, passwords.hash("123".into()).await.unwrap());
    assert!(passwords.verify("123".into(), hash.clone()).await.unwrap());
    assert!(!passwords.verify("1234".into(), hash.clone()).await.unwrap());
    let cheap = Passwords::new(&PasswordHashing::cheap()).unwrap();
    assert!(cheap.verify("123".into(), hash).await.unwrap(), "a hash is checked at the cost it was made with");
    assert_refused!(cheap.verify("123".into(), Hidden("no hash".into())).await, Error::Hashing(_));
}

#[tokio::test]
async fn a_password_lets_its_user_in() {
    let world = World::new().await;
    let users = &world.services.users;
    users.check_password(&login(ALICE, "1")).await.unwrap();
    assert_refused!(users.check_password(&login(ALICE, "2")).await, Error::WrongCredentials);
    assert_refused!(users.check_password(&login(ALICE, "")).await, Error::WrongCredentials);
    let without = Login { password: None, ..login(ALICE, "") };
    assert_refused!(users.check_password(&without).await, Error::WrongCredentials);
    assert_refused!(users.check_password(&login(ALICE, &"1".repeat(129))).await, Error::WrongCredentials);
}

#[tokio::test]
async fn unknown_inactive_and_deleted_users_stay_out() {
    let world = World::new().await;
    let users = &world.services.users;
    users.set_active(UserId(2), false).await.unwrap();
    users.delete(&[UserId(3)]).await.unwrap();
    for user in [NOBODY, UserId(-1), UserId(2), UserId(3)] {
        let login = login(user, &user.to_string());
        assert_refused!(users.check_password(&login).await, Error::NotActive);
        assert_refused!(users.check_active(&login).await, Error::NotActive);
    }
    users.set_active(UserId(2), true).await.unwrap();
    users.check_password(&login(UserId(2), "2")).await.unwrap();
    users.check_active(&login(UserId(2), "whatever a plugin took")).await.unwrap();
}

#[tokio::test]
async fn a_user_without_a_password_needs_a_plugin() {
    let world = World::new().await;
    let users = &world.services.users;
    users.create(vec![NewUser::new(UserId(10))]).await.unwrap();
    for password in [None, Some(Hidden(String::new()))] {
        let login = Login { password, ..login(UserId(10), "") };
        assert_refused!(users.check_password(&login).await, Error::WrongCredentials);
        users.check_active(&login).await.unwrap();
    }
}

#[tokio::test]
async fn clients_are_checked_before_credentials() {
    let world = World::with(|config| config.users.forbidden_device_types = vec![DeviceType::Unknown]).await;
    let users = &world.services.users;
    users.check_client(&login(ALICE, "")).unwrap();
    assert_refused!(users.check_client(&Login { version: 2, ..login(ALICE, "") }), Error::UnsupportedVersion(2));
    let unknown = Login { device: DeviceType::Unknown, ..login(UserId::ADMIN, "") };
    assert_refused!(users.check_client(&unknown), Error::ForbiddenDevice);
    assert_refused!(users.check_client(&login(UserId::ADMIN, "")), Error::WrongCredentials);
}

#[tokio::test]
async fn a_login_shows_a_user_who_is_there() {
    let world = World::new().await;
    let users = &world.services.users;
    users.check_presence(&Login { status: Some(UserStatus::Invisible), ..login(ALICE, "") }).unwrap();
    let offline = Login { status: Some(UserStatus::Offline), ..login(ALICE, "") };
    assert_refused!(users.check_presence(&offline), Error::LoginAsOffline);
    let nowhere = Some(Position::at(Location { latitude: 86.0, longitude: 0.0 }));
    assert_refused!(users.check_presence(&Login { position: nowhere, ..login(ALICE, "") }), Error::InvalidLocation);
}

#[tokio::test]
async fn profiles_are_those_of_users_who_exist_and_changed() {
    let world = World::new().await;
    let users = &world.services.users;
    users.delete(&[UserId(2)]).await.unwrap();
    let found = users
        .query_profiles(ALICE, &profiles(&[UserId(3), ALICE, UserId(2), NOBODY, UserId(-3), ALICE]))
        .await
        .unwrap();
    let Reply::Profiles { users: found, .. } = found else { panic!("{found:?}") };
    assert_eq!(found.iter().map(|user| user.id.0).collect::<Vec<_>>(), [3, 1]);

    let since = |date| QueryUserProfiles { changed_after: Some(date), ..profiles(&[ALICE]) };
    let none = Reply::Profiles { users: Vec::new(), version: None };
    assert_eq!(users.query_profiles(ALICE, &since(NOW)).await.unwrap(), none);
    let Reply::Profiles { users: changed, .. } =
        users.query_profiles(ALICE, &since(Timestamp(NOW.0 - 1))).await.unwrap()
    else {
        panic!()
    };
    assert_eq!(changed.len(), 1);
    assert_eq!(users.query_profiles(ALICE, &profiles(&[])).await.unwrap(), none);

    let named = |name: &str| QueryUserProfiles { name: Some(name.into()), ..profiles(&[]) };
    assert_refused!(users.query_profiles(ALICE, &named("alice")).await, Error::SearchDisabled);
    assert_eq!(users.query_profiles(ALICE, &named(" ")).await.unwrap(), none);
}

#[tokio::test]
async fn an_update_changes_what_it_gives() {
    let world = World::new().await;
    let users = &world.services.users;
    assert_eq!(users.update(ALICE, &update()).await.unwrap(), None, "nothing given, nobody told");
    let friends = UpdateUser { profile_access: Some(Some(ProfileAccess::Friends)), ..update() };
    assert_eq!(users.update(ALICE, &friends).await.unwrap(), Some(Recipients::Own));
    world.clock.advance(5);
    let name = UpdateUser { name: Some("é".repeat(20)), intro: Some(String::new()), ..update() };
    users.update(ALICE, &name).await.unwrap();
    let user = users.find_active(ALICE).await.unwrap().unwrap();
    assert_eq!((user.name.as_str(), user.profile_access), ("é".repeat(20).as_str(), ProfileAccess::Friends));
    assert_eq!(user.last_updated_date, NOW.plus_millis(5));

    users.update(ALICE, &UpdateUser { password: Some(Hidden("new".into())), ..update() }).await.unwrap();
    users.check_password(&login(ALICE, "new")).await.unwrap();
    assert_refused!(users.check_password(&login(ALICE, "1")).await, Error::WrongCredentials);
}

#[tokio::test]
async fn an_update_keeps_to_the_limits() {
    let world = World::new().await;
    let users = &world.services.users;
    let long = |length| Some("x".repeat(length));
    for refused in [
        UpdateUser { name: long(21), ..update() },
        UpdateUser { intro: long(101), ..update() },
        UpdateUser { profile_picture: long(101), ..update() },
        UpdateUser { password: long(129).map(Hidden), ..update() },
    ] {
        assert_refused!(users.update(ALICE, &refused).await, Error::TooLong { .. });
    }
    let empty = UpdateUser { password: Some(Hidden(String::new())), ..update() };
    assert_refused!(users.update(ALICE, &empty).await, Error::TooShort { min: 1, .. });
    let unknown = UpdateUser { profile_access: Some(None), ..update() };
    assert_refused!(users.update(ALICE, &unknown).await, Error::UnknownProfileAccess);
    let attributes = UpdateUser { user_defined_attributes: [("x".into(), Value::default())].into(), ..update() };
    assert_refused!(users.update(ALICE, &attributes).await, Error::Setting(_));
    let name = UpdateUser { name: Some("x".into()), ..update() };
    assert_refused!(users.update(NOBODY, &name).await, Error::Unknown(NOBODY));
    assert_eq!(users.find_active(ALICE).await.unwrap().unwrap().name, "user 1");
}

#[tokio::test]
async fn users_are_added_as_active_as_the_operator_wants_them() {
    let world = World::empty(|config| config.users.activate_when_created = false).await;
    let users = &world.services.users;
    let active = NewUser { active: Some(true), ..NewUser::new(UserId(2)) };
    users.create(vec![NewUser::new(UserId(1)), active]).await.unwrap();
    assert!(users.find_active(UserId(1)).await.unwrap().is_none());
    assert!(users.find_active(UserId(2)).await.unwrap().is_some());
}

#[tokio::test]
async fn the_administrator_adds_all_users_or_none() {
    let world = World::new().await;
    let users = &world.services.users;
    let new = |id| NewUser::new(UserId(id));
    assert_refused!(users.create(vec![new(10), new(0)]).await, Error::InvalidId(UserId(0)));
    assert_refused!(users.create(vec![new(10), new(-5)]).await, Error::InvalidId(UserId(-5)));
    assert_refused!(users.create(vec![new(10), new(10)]).await, Error::Exists);
    assert_refused!(users.create(vec![new(10), new(1)]).await, Error::Exists);
    let long = NewUser { name: "x".repeat(21), ..new(11) };
    assert_refused!(users.create(vec![new(10), long]).await, Error::TooLong { field: "name", max: 20 });
    assert!(users.find_active(UserId(10)).await.unwrap().is_none());
    users.create(Vec::new()).await.unwrap();
    let many = (1..=10_001).map(new).collect();
    assert_refused!(users.create(many).await, Error::TooMany { max: 10_000 });
}

#[tokio::test]
async fn who_logs_in_does_not_wait_for_a_batch() {
    let world = World::with(|config| config.users.password_hashing.max_concurrent = 1).await;
    let users = &world.services.users;
    let new = |id| NewUser { password: Some(Hidden("123".into())), ..NewUser::new(UserId(id)) };
    let start = Instant::now();
    let creation = async {
        users.create((10..1010).map(new).collect()).await.unwrap();
        start.elapsed()
    };
    let login = async {
        users.check_password(&login(ALICE, "1")).await.unwrap();
        start.elapsed()
    };
    let (created, logged_in) = tokio::join!(creation, login);
    assert!(logged_in < created / 2, "{logged_in:?} of {created:?}");
}

#[tokio::test]
async fn the_administrator_deletes_users_once_and_sets_passwords() {
    let world = World::new().await;
    let users = &world.services.users;
    assert_eq!(users.delete(&[ALICE, NOBODY, ALICE, UserId(-1)]).await.unwrap(), [ALICE]);
    assert_eq!(users.delete(&[ALICE]).await.unwrap(), []);
    assert!(users.find_active(ALICE).await.unwrap().is_none());
    assert_refused!(users.set_password(ALICE, "x".into()).await, Error::Unknown(ALICE));
    assert_refused!(users.set_password(UserId(2), String::new()).await, Error::TooShort { .. });
    users.set_password(UserId(2), "fresh".into()).await.unwrap();
    users.check_password(&login(UserId(2), "fresh")).await.unwrap();
}
