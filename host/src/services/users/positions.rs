//! Where those who are online are, found by distance. Positions live in memory and end with the sessions they came
//! from.
//!
//! A position is a point on the unit sphere in space, so that neither the poles nor the date line are special, and the
//! straight distance of two points grows with the one along the surface.

use std::collections::HashMap;

use parking_lot::RwLock;
use rstar::{RTree, primitives::GeomWithData};

use crate::model::{
    Timestamp, UserId,
    session::{DeviceType, Location, Position},
};

/// The mean radius of the Earth.
const RADIUS_METRES: f64 = 6_371_008.8;
/// How far the last coordinate spreads, which tells users at one place apart: 6 mm. Many equal points would make it
/// slow to remove one of them.
const SPREAD: f64 = 1e-9;

type Point = [f64; 4];
type Node = GeomWithData<Point, Key>;

/// The positions of all who are online and told theirs.
pub(super) struct Positions {
    by_device: bool,
    /// Whether a user is online may be asked while it is locked; whoever answers must not call back.
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    tree: RTree<Node>,
    positions: HashMap<Key, Position>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Key {
    user: UserId,
    /// `None` when all devices of a user share a position.
    device: Option<DeviceType>,
}

/// A position that was found.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Near {
    pub(super) user: UserId,
    pub(super) device: Option<DeviceType>,
    pub(super) position: Position,
    pub(super) metres: i32,
}

impl Positions {
    pub(super) fn new(by_device: bool) -> Self {
        Self { by_device, state: RwLock::default() }
    }

    /// Notes where a user is, unless the session that said so has ended meanwhile.
    pub(super) fn set(
        &self,
        whose: (UserId, DeviceType),
        position: Position,
        online: impl FnOnce() -> Vec<DeviceType>,
    ) {
        self.replace(whose, online, |_| position);
    }

    /// As [`Self::set`], where nothing but the place is told: what was said of it holds while the user stays there.
    pub(super) fn move_to(
        &self,
        whose: (UserId, DeviceType),
        location: Location,
        now: Timestamp,
        online: impl FnOnce() -> Vec<DeviceType>,
    ) {
        self.replace(whose, online, |before| {
            let stays = before.filter(|before| before.location == location);
            Position { date: Some(now), ..stays.unwrap_or_else(|| Position::at(location)) }
        });
    }

    fn replace(
        &self,
        (user, device): (UserId, DeviceType),
        online: impl FnOnce() -> Vec<DeviceType>,
        position: impl FnOnce(Option<Position>) -> Position,
    ) {
        let key = self.key(user, device);
        let mut state = self.state.write();
        // Under the lock: a session that ends now finds the position and removes it.
        if key.is_online(&online()) {
            let position = position(state.remove(key));
            state.tree.insert(Node::new(point(position.location, key), key));
            state.positions.insert(key, position);
        }
    }

    /// A session ended: its position goes, unless another session keeps it.
    pub(super) fn session_ended(&self, user: UserId, device: DeviceType, online: impl FnOnce() -> Vec<DeviceType>) {
        let key = self.key(user, device);
        if !self.state.read().positions.contains_key(&key) {
            return;
        }
        let mut state = self.state.write();
        if !key.is_online(&online()) {
            state.remove(key);
        }
    }

    /// The nearest positions that are shown, the nearest first: `count` at most, none beyond `metres`.
    pub(super) fn nearest(
        &self,
        center: Location,
        metres: i32,
        count: usize,
        is_shown: impl Fn(UserId) -> bool,
    ) -> Vec<Near> {
        let [x, y, z] = on_sphere(center);
        let state = self.state.read();
        state
            .tree
            .nearest_neighbor_iter([x, y, z, 0.0])
            .map(|node| (node.data, distance([x, y, z], node.geom())))
            .take_while(|(_, distance)| *distance <= metres)
            .filter(|(key, _)| is_shown(key.user))
            .take(count)
            .filter_map(|(Key { user, device }, metres)| {
                let position = state.positions.get(&Key { user, device })?.clone();
                Some(Near { user, device, position, metres })
            })
            .collect()
    }

    fn key(&self, user: UserId, device: DeviceType) -> Key {
        Key { user, device: self.by_device.then_some(device) }
    }
}

impl State {
    fn remove(&mut self, key: Key) -> Option<Position> {
        let removed = self.positions.remove(&key)?;
        self.tree.remove(&Node::new(point(removed.location, key), key));
        Some(removed)
    }
}

impl Key {
    fn is_online(self, devices: &[DeviceType]) -> bool {
        self.device.map_or(!devices.is_empty(), |device| devices.contains(&device))
    }
}

fn on_sphere(at: Location) -> [f64; 3] {
    let (latitude, longitude) = (f64::from(at.latitude).to_radians(), f64::from(at.longitude).to_radians());
    [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
}

fn point(location: Location, key: Key) -> Point {
    let [x, y, z] = on_sphere(location);
    let share = f64::from(u32::try_from(key.user.spread() >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX);
    [x, y, z, share * SPREAD]
}

/// In whole metres along the surface.
fn distance(from: [f64; 3], to: &Point) -> i32 {
    let chord = from.iter().zip(to).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
    let metres = 2.0 * RADIUS_METRES * (chord / 2.0).min(1.0).asin();
    #[expect(clippy::cast_possible_truncation, reason = "half the way around the Earth is 20 million metres")]
    let metres = metres.round() as i32;
    metres
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESKTOP: DeviceType = DeviceType::Desktop;

    fn at(latitude: f32, longitude: f32) -> Location {
        Location { latitude, longitude }
    }

    fn online() -> Vec<DeviceType> {
        vec![DESKTOP]
    }

    fn with(places: &[(i64, Location)]) -> Positions {
        let positions = Positions::new(false);
        for (user, location) in places {
            positions.set((UserId(*user), DESKTOP), Position::at(*location), online);
        }
        positions
    }

    fn found(positions: &Positions, center: Location, metres: i32) -> Vec<(i64, i32)> {
        positions.nearest(center, metres, 100, |_| true).iter().map(|near| (near.user.0, near.metres)).collect()
    }

    #[test]
    fn distances_are_those_on_earth() {
        let (paris, london) = (at(48.8566, 2.3522), at(51.5074, -0.1278));
        let [(1, metres)] = found(&with(&[(1, london)]), paris, i32::MAX)[..] else { panic!("not found") };
        assert!((343_400..343_700).contains(&metres), "{metres}");
        let [(1, metres)] = found(&with(&[(1, at(0.0, 180.0))]), at(0.0, 0.0), i32::MAX)[..] else {
            panic!("not found")
        };
        assert!((20_015_000..20_015_200).contains(&metres), "half the way around: {metres}");
        assert_eq!(found(&with(&[(1, paris)]), paris, 1), [(1, 0)]);
    }

    #[test]
    fn the_date_line_and_the_poles_are_places_like_others() {
        let positions = with(&[(1, at(0.0, 179.99)), (2, at(0.0, -179.97)), (3, at(0.0, 0.0))]);
        let near: Vec<_> = found(&positions, at(0.0, -179.995), 10_000);
        assert_eq!(near.iter().map(|(user, _)| *user).collect::<Vec<_>>(), [1, 2]);
        assert!(near[0].1.abs_diff(1668) < 5 && near[1].1.abs_diff(2780) < 5, "{near:?}");
        let positions = with(&[(1, at(85.0, 0.0)), (2, at(85.0, 90.0)), (3, at(80.0, 0.0))]);
        let near = found(&positions, at(85.0, 180.0), 1_200_000);
        assert_eq!(near.iter().map(|(user, _)| *user).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn the_nearest_come_first_and_not_too_many() {
        let positions = with(&[(1, at(1.0, 0.0)), (2, at(0.5, 0.0)), (3, at(0.0, 0.1)), (4, at(0.0, 0.0))]);
        let near = |count, shown: fn(UserId) -> bool| -> Vec<_> {
            let found = positions.nearest(at(0.0, 0.0), 60_000, count, shown);
            found.iter().map(|near| near.user.0).collect()
        };
        assert_eq!(near(9, |_| true), [4, 3, 2]);
        assert_eq!(near(2, |_| true), [4, 3]);
        assert_eq!(near(2, |user| user != UserId(4)), [3, 2], "who is not shown takes nobody's place");
    }

    #[test]
    fn a_position_moves_with_its_user_and_ends_with_the_last_session() {
        let positions = with(&[(1, at(0.0, 0.0)), (1, at(10.0, 10.0))]);
        assert_eq!(found(&positions, at(0.0, 0.0), 1000), []);
        assert_eq!(found(&positions, at(10.0, 10.0), 1000), [(1, 0)]);
        positions.session_ended(UserId(1), DeviceType::Ios, online);
        assert_eq!(found(&positions, at(10.0, 10.0), 1000), [(1, 0)], "one is left");
        positions.session_ended(UserId(1), DESKTOP, Vec::new);
        assert_eq!(found(&positions, at(10.0, 10.0), 1000), []);
        positions.set((UserId(1), DESKTOP), Position::at(at(0.0, 0.0)), Vec::new);
        assert_eq!(found(&positions, at(0.0, 0.0), 1000), [], "too late");
        let state = positions.state.read();
        assert_eq!((state.tree.size(), state.positions.len()), (0, 0));
    }

    #[test]
    fn devices_can_have_positions_of_their_own() {
        let positions = Positions::new(true);
        let both = || vec![DESKTOP, DeviceType::Ios];
        positions.set((UserId(1), DESKTOP), Position::at(at(0.0, 0.0)), both);
        positions.set((UserId(1), DeviceType::Ios), Position::at(at(0.0, 0.0)), both);
        assert_eq!(found(&positions, at(0.0, 0.0), 1000).len(), 2);
        positions.session_ended(UserId(1), DeviceType::Ios, online);
        let left = positions.nearest(at(0.0, 0.0), 1000, 9, |_| true);
        assert_eq!(left.iter().map(|near| near.device).collect::<Vec<_>>(), [Some(DESKTOP)]);
    }

    #[test]
    fn many_at_one_place_come_and_go() {
        let many = 5000;
        let places: Vec<_> = (0..many).map(|user| (user, at(0.0, 0.0))).collect();
        let positions = with(&places);
        assert_eq!(positions.nearest(at(0.0, 0.0), 0, usize::MAX, |_| true).len(), places.len());
        for user in 0..many {
            positions.session_ended(UserId(user), DESKTOP, Vec::new);
        }
        assert_eq!(positions.state.read().tree.size(), 0);
    }
}
