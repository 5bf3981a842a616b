//! Who tells where they are, and who is found.

use super::ALICE;
use crate::{
    model::{
        Reply, UserId,
        command::QueryNearbyUsers,
        location::NearbyUser,
        session::{DeviceType, Location, Position},
    },
    services::{
        testing::{NOW, World, assert_refused},
        users::Error,
    },
};

const DESKTOP: DeviceType = DeviceType::Desktop;
const HERE: Location = Location { latitude: 0.0, longitude: 0.0 };
const NOWHERE: Location = Location { latitude: 86.0, longitude: 0.0 };
/// A kilometre or so from here.
const NEAR: Location = Location { latitude: 0.01, longitude: 0.0 };

fn online() -> Vec<DeviceType> {
    vec![DESKTOP]
}

fn near(location: Location) -> QueryNearbyUsers {
    QueryNearbyUsers {
        location,
        max_count: None,
        max_distance: None,
        with_location: false,
        with_distance: false,
        with_profiles: false,
    }
}

fn locate(world: &World, user: i64, location: Location) -> Result<(), Error> {
    world.services.users.locate((UserId(user), DESKTOP), Position::at(location), online)
}

async fn ask(world: &World, query: &QueryNearbyUsers) -> Result<Reply, Error> {
    world.services.users.query_nearby((ALICE, DESKTOP), query, online, |user| user != UserId(9)).await
}

async fn found(world: &World, query: &QueryNearbyUsers) -> Vec<NearbyUser> {
    match ask(world, query).await.unwrap() {
        Reply::NearbyUsers(found) => found,
        Reply::NoContent => Vec::new(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_out_of_range_is_refused() {
    let world = World::new().await;
    assert_refused!(locate(&world, 1, NOWHERE), Error::InvalidLocation);
    assert_refused!(ask(&world, &near(NOWHERE)).await, Error::InvalidLocation);
    for count in [0, -1, 101] {
        let query = QueryNearbyUsers { max_count: Some(count), max_distance: Some(0), ..near(HERE) };
        assert_refused!(ask(&world, &query).await, Error::InvalidNearbyCount { max: 100 });
    }
    for distance in [0, -1, 10_001] {
        let query = QueryNearbyUsers { max_count: Some(100), max_distance: Some(distance), ..near(HERE) };
        assert_refused!(ask(&world, &query).await, Error::InvalidNearbyDistance { max: 10_000 });
    }
    let world = World::with(|config| config.users.location.enabled = false).await;
    assert_refused!(locate(&world, 1, NOWHERE), Error::InvalidLocation);
    assert_refused!(locate(&world, 1, HERE), Error::LocationDisabled);
    assert_refused!(ask(&world, &near(HERE)).await, Error::LocationDisabled);
}

#[tokio::test]
async fn others_are_found_with_what_was_asked_for() {
    let world = World::new().await;
    assert_eq!(ask(&world, &near(HERE)).await.unwrap(), Reply::NoContent, "nobody but the requester is there");
    for (user, location) in [(2, NEAR), (3, HERE), (9, HERE), (4, Location { latitude: 1.0, longitude: 0.0 })] {
        locate(&world, user, location).unwrap();
    }
    let plain = |user| NearbyUser { user: UserId(user), device: None, profile: None, distance: None, position: None };
    assert_eq!(found(&world, &near(HERE)).await, [plain(3), plain(2)]);
    let one = QueryNearbyUsers { max_count: Some(1), ..near(HERE) };
    assert_eq!(found(&world, &one).await, [plain(3)], "the requester does not count");
    let query = QueryNearbyUsers { with_location: true, with_distance: true, with_profiles: true, ..near(HERE) };
    let all = found(&world, &query).await;
    assert_eq!((all[1].distance, all[1].position.as_ref().unwrap().location), (Some(1112), NEAR));
    assert_eq!(all[1].profile.as_ref().unwrap().name, "user 2");
    world.services.users.delete(&[UserId(3)]).await.unwrap();
    assert_eq!(found(&world, &query).await.len(), 1, "a deleted user has no profile");

    world.services.users.forget_location((UserId(2), DESKTOP), online);
    assert_eq!(found(&world, &near(HERE)).await.len(), 2, "another session of the device is open");
    world.services.users.forget_location((UserId(2), DESKTOP), Vec::new);
    assert_eq!(found(&world, &near(HERE)).await, [plain(3)]);
}

#[tokio::test]
async fn a_position_comes_with_its_date_and_what_was_said_of_it() {
    let world = World::new().await;
    let said = |text: &str| [("place".to_owned(), text.to_owned())].into();
    let tell = |position| world.services.users.locate((UserId(2), DESKTOP), position, online);
    let seen = async || {
        let query = QueryNearbyUsers { with_location: true, ..near(HERE) };
        found(&world, &query).await[0].position.clone().unwrap()
    };
    let at_home = Position { details: said("home"), ..Position::at(NEAR) };
    tell(at_home.clone()).unwrap();
    assert_eq!(seen().await, Position { date: Some(NOW), ..at_home.clone() });
    tell(Position { date: Some(NOW.plus_millis(-5)), ..at_home.clone() }).unwrap();
    assert_eq!(seen().await.date, Some(NOW.plus_millis(-5)));
    tell(Position { date: Some(NOW.plus_millis(5)), ..at_home.clone() }).unwrap();
    assert_eq!(seen().await.date, Some(NOW), "nothing was measured in the future");

    world.clock.advance(9);
    let ask_from = async |place| {
        world.services.users.query_nearby((UserId(2), DESKTOP), &near(place), online, |_| true).await.unwrap();
    };
    ask_from(NEAR).await;
    assert_eq!(seen().await, Position { date: Some(NOW.plus_millis(9)), ..at_home.clone() }, "still there");
    ask_from(HERE).await;
    assert_eq!(seen().await, Position { date: Some(NOW.plus_millis(9)), ..Position::at(HERE) });
    let wordy = Position { details: said(&"x".repeat(1020)), ..at_home };
    assert_refused!(tell(wordy), Error::DetailsTooLong { max: 1024 });
}

#[tokio::test]
async fn asking_tells_where_one_is() {
    let world = World::new().await;
    ask(&world, &near(HERE)).await.unwrap();
    let asked = world.services.users.query_nearby((UserId(2), DESKTOP), &near(NEAR), online, |_| true).await.unwrap();
    assert!(matches!(asked, Reply::NearbyUsers(found) if found[0].user == ALICE));
}

#[tokio::test]
async fn devices_are_told_apart_where_the_operator_wants_it() {
    let world = World::with(|config| config.users.location.by_device = true).await;
    locate(&world, 2, NEAR).unwrap();
    assert_eq!(found(&world, &near(HERE)).await[0].device, Some(DESKTOP));
}
