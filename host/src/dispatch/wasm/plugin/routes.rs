//! Who may come to which of a plugin's routes: what the plugin says, unless the operator says otherwise.

use std::collections::BTreeMap;

use super::{LoadError, Plugin};
use crate::{
    config::RouteAccess,
    dispatch::wasm::{Hook, bindings::exports::talaria::plugin::lifecycle},
};

/// Routes of one plugin.
const MOST: usize = 32;

impl Plugin {
    /// The beginnings of paths and who may come there, as the plugin says.
    #[must_use]
    pub fn routes(&self) -> &BTreeMap<String, RouteAccess> {
        &self.routes
    }

    pub(super) fn take_routes(&mut self, described: Vec<lifecycle::Route>) -> Result<(), LoadError> {
        if described.is_empty() {
            return Ok(());
        }
        if !self.manifest.hooks.contains(&Hook::HttpHandle) {
            return Err(LoadError::Unhandled { what: "routes", hook: Hook::HttpHandle });
        }
        if described.len() > MOST {
            return Err(LoadError::TooMany { what: "routes", count: described.len(), most: MOST });
        }
        for lifecycle::Route { prefix, access } in described {
            if !prefix.starts_with('/') || plain(&prefix).as_deref() != Some(&prefix) {
                return Err(LoadError::BadRoute { prefix, cause: "it is a path such as `/a/b`, without escapes" });
            }
            let access = match access {
                lifecycle::Access::Public => RouteAccess::Public,
                lifecycle::Access::User => RouteAccess::User,
                lifecycle::Access::Admin => RouteAccess::Admin,
            };
            if self.routes.insert(prefix.clone(), access).is_some() {
                return Err(LoadError::BadRoute { prefix, cause: "it is there twice" });
            }
        }
        Ok(())
    }

    /// Who may come to a path, given without the query. A path that could be read in two ways is nobody's: the plugin
    /// might take it for another than the one that was looked at here.
    pub(in crate::dispatch) fn access(&self, path: &str) -> RouteAccess {
        let Some(path) = plain(path) else { return RouteAccess::Off };
        let of_operator = self.runtime.services.routes.get(&*self.name).and_then(|routes| longest(routes, &path));
        of_operator.or_else(|| longest(&self.routes, &path)).unwrap_or(RouteAccess::Admin)
    }
}

/// What the longest of the prefixes that fit says.
fn longest(routes: &BTreeMap<String, RouteAccess>, path: &str) -> Option<RouteAccess> {
    let fits = |prefix: &str| {
        let prefix = prefix.trim_end_matches('/');
        path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let fitting = routes.iter().filter(|(prefix, _)| fits(prefix));
    fitting.max_by_key(|(prefix, _)| prefix.len()).map(|(_, access)| *access)
}

/// The path without its escapes. `None` when they hide what separates or steers paths, or are none.
fn plain(path: &str) -> Option<String> {
    let (mut plain, mut bytes) = (Vec::with_capacity(path.len()), path.bytes());
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let byte = u8::try_from(digit(bytes.next())? * 16 + digit(bytes.next())?).ok()?;
                if matches!(byte, b'/' | b'%' | b'?' | b'#') {
                    return None;
                }
                byte
            }
            byte => byte,
        };
        plain.push(byte);
    }
    let plain = String::from_utf8(plain).ok()?;
    let is_odd = |letter: char| letter.is_control() || letter == '\\';
    let mut segments = plain.strip_prefix('/')?.split('/').peekable();
    while let Some(segment) = segments.next() {
        // A slash at the end leaves nothing after it.
        let is_empty = segment.is_empty() && segments.peek().is_some();
        if is_empty || matches!(segment, "." | "..") || segment.contains(is_odd) {
            return None;
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_of_whole_segments_counts() {
        use RouteAccess::{Admin, Public, User};
        let routes = [("/", User), ("/pub", Public), ("/pub/ops/", Admin)].map(|(it, access)| (it.to_owned(), access));
        let routes = BTreeMap::from(routes);
        for (path, access) in [
            ("/", User),
            ("/public", User),
            ("/pub", Public),
            ("/pub/", Public),
            ("/pub/a/b", Public),
            ("/pub/ops", Admin),
            ("/pub/ops/a", Admin),
            ("/pub/opsa", Public),
        ] {
            assert_eq!(longest(&routes, path), Some(access), "{path}");
        }
        assert_eq!(longest(&BTreeMap::from([("/a".to_owned(), User)]), "/b"), None);
    }

    #[test]
    fn a_path_that_could_be_another_is_refused() {
        assert_eq!(plain("/a%20b/%C3%A4").as_deref(), Some("/a b/ä"));
        assert_eq!(plain("/%61dmin").as_deref(), Some("/admin"), "escapes hide nothing");
        for path in [
            "",
            "a",
            "/a//b",
            "//",
            "/a/../b",
            "/..",
            "/./a",
            "/%2e%2e/a",
            "/a%2Fb",
            "/a%5cb",
            "/a\\b",
            "/%",
            "/%2",
            "/%zz",
            "/%00",
            "/%ff",
            "/%252e",
        ] {
            assert_eq!(plain(path), None, "{path}");
        }
    }
}
