//! The attribute macro of `talaria-sdk`, which re-exports it.

mod expand;
mod hooks;
mod method;

use proc_macro::TokenStream;

/// Makes a plugin of an `impl` block: its methods are the hooks that the plugin handles.
///
/// * `fn start(config: Config) -> Result<Self, E>` makes the instance, for any `E` that can be displayed. It may be
///   left out when the type implements `Default`.
/// * `fn describe() -> Description`, `fn health(&self) -> Result<(), String>` and `fn stop(&mut self)` may be left out.
/// * `fn snapshot(&self) -> Vec<u8>` and `fn restore(&mut self, state: &[u8]) -> Result<(), String>` hand what the
///   instance knows over to the next one. Without a `describe` of yours, they make the plugin serial.
/// * Every other method is a hook: the hook `message.before-send` is the method `message_before_send`. It takes
///   `&self`, `&mut self` or no receiver, and its parameters by value or by reference. A method of your own belongs in
///   a second `impl` block, so that a misspelt hook is an error.
///
/// The hooks and their signatures are listed in the documentation of `talaria-sdk`.
#[proc_macro_attribute]
pub fn plugin(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::plugin(attribute.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}
