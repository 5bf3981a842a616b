//! `secrets`: what the operator gives one plugin and shows nobody else.

use crate::{
    config::Secret,
    dispatch::wasm::{GuestState, wit::secrets},
};

impl secrets::Host for GuestState {
    fn get(&mut self, name: String) -> Option<String> {
        let own = self.services.secrets.get(&*self.plugin)?;
        own.get(&name).map(Secret::reveal).map(str::to_owned)
    }
}
