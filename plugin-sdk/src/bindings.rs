//! What wit-bindgen makes of the contract: the capabilities and `lifecycle`. Those of the hooks are in the modules of
//! the hooks. Not part of the stable interface.
#![doc(hidden)]

/// Only what the author calls ends up in the component's imports. So the SDK's own glue must not call a capability.
pub mod capabilities {
    wit_bindgen::generate!({
        world: "capabilities",
        path: "wit",
        generate_unused_types: true,
        additional_derives: [PartialEq],
    });
}

/// What every plugin exports.
pub mod lifecycle {
    wit_bindgen::generate!({
        world: "lifecycle-hook",
        path: "wit",
        pub_export_macro: true,
        export_macro_name: "export_lifecycle",
        default_bindings_module: "talaria_sdk::bindings::lifecycle",
        additional_derives: [PartialEq],
    });
    pub use exports::talaria::plugin::lifecycle::{
        Access, Command, Description, FailurePolicy, Guest, HookSettings, Instances, Route, Scope, Timer,
    };
}

/// What a plugin exports whose state crosses from one instance to the next.
pub mod snapshot {
    wit_bindgen::generate!({
        world: "snapshot-export",
        path: "wit",
        pub_export_macro: true,
        export_macro_name: "export_snapshot",
        default_bindings_module: "talaria_sdk::bindings::snapshot",
    });
    pub use exports::talaria::plugin::snapshot::Guest;
}

/// The module of one hook. Its world is linked only when the author's crate calls its export macro.
macro_rules! hook {
    (
        $(#[$doc:meta])*
        mod $module:ident = $name:literal {
            world: $world:literal,
            export: $export:literal,
            bindings: $bindings:literal,
            types: [$($type:ident),*],
            denying: [$($denying:ident),*],
            $(shares: [$($interface:literal = $home:ident),+],)?
        }
    ) => {
        $(#[$doc])*
        pub mod $module {
            #[doc(hidden)]
            pub mod bindings {
                wit_bindgen::generate!({
                    world: $world,
                    path: "wit",
                    pub_export_macro: true,
                    export_macro_name: $export,
                    default_bindings_module: $bindings,
                    additional_derives: [PartialEq],
                    with: { "talaria:plugin/types@0.1.0": crate::types, $($($interface: crate::$home),+)? },
                });
                pub use exports::talaria::plugin::$module::Guest;
            }
            $(pub use bindings::exports::talaria::plugin::$module::$type;)*

            $(impl $denying {
                /// Refuses; see [`Denial::new`](crate::Denial::new).
                pub fn deny(code: u32, text: impl Into<String>) -> Self {
                    Self::Deny(crate::Denial::new(code, text))
                }
            })*

            /// The hook's name, as `HookSettings` and the operator's configuration write it.
            pub const HOOK: &str = $name;
        }
    };
}
pub(crate) use hook;
