//! From the author's `impl` block to the exports of a component.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, ImplItem, ImplItemFn, ItemImpl, Result, Type};

use crate::hooks::HOOKS;
use crate::method::{Method, Receiver, owned};

/// A hook of the contract.
pub(crate) struct Hook {
    /// The author's method, and the module in the SDK.
    pub(crate) method: &'static str,
    /// The function of the hook's interface.
    pub(crate) function: &'static str,
    pub(crate) parameters: usize,
    pub(crate) signature: &'static str,
}

const LIFECYCLE: [&str; 6] = ["start", "describe", "health", "stop", "snapshot", "restore"];

/// The methods of the block by what they are for.
#[derive(Default)]
struct Methods<'a> {
    start: Option<Method<'a>>,
    describe: Option<Method<'a>>,
    health: Option<Method<'a>>,
    stop: Option<Method<'a>>,
    snapshot: Option<Method<'a>>,
    restore: Option<Method<'a>>,
    hooks: Vec<(&'static Hook, Method<'a>)>,
}

/// The whole expansion, or what is wrong with the block.
pub(crate) fn plugin(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !attribute.is_empty() {
        return Err(Error::new_spanned(attribute, "`#[plugin]` takes no arguments"));
    }
    let block: ItemImpl = syn::parse2(item)?;
    check_block(&block)?;
    let methods = Methods::sort(&block)?;
    Ok(methods.emit(&block))
}

fn check_block(block: &ItemImpl) -> Result<()> {
    if let Some((_, path, _)) = &block.trait_ {
        return Err(Error::new_spanned(path, "`#[plugin]` belongs on the type's own `impl` block, not on a trait's"));
    }
    if !block.generics.params.is_empty() {
        return Err(Error::new_spanned(&block.generics, "a plugin's type has no generic parameters"));
    }
    Ok(())
}

impl<'a> Methods<'a> {
    fn sort(block: &'a ItemImpl) -> Result<Self> {
        let mut methods = Self::default();
        let mut errors: Option<Error> = None;
        for item in &block.items {
            let ImplItem::Fn(item) = item else { continue };
            if let Err(error) = methods.add(item) {
                match &mut errors {
                    Some(errors) => errors.combine(error),
                    None => errors = Some(error),
                }
            }
        }
        if let Some(errors) = errors {
            return Err(errors);
        }
        if methods.hooks.is_empty() {
            let message = format!("this plugin handles no hook, so nothing would ever call it\n{}", known());
            return Err(Error::new_spanned(&block.self_ty, message));
        }
        let alone = match (&methods.snapshot, &methods.restore) {
            (Some(snapshot), None) => Some((snapshot, "restore")),
            (None, Some(restore)) => Some((restore, "snapshot")),
            _ => None,
        };
        if let Some((method, missing)) = alone {
            let message = format!("`snapshot` and `restore` belong together; `{missing}` is missing");
            return Err(Error::new_spanned(&method.item.sig.ident, message));
        }
        Ok(methods)
    }

    fn add(&mut self, item: &'a ImplItemFn) -> Result<()> {
        let name = item.sig.ident.to_string();
        let hook = HOOKS.iter().find(|hook| hook.method == name);
        if hook.is_none() && !LIFECYCLE.contains(&name.as_str()) {
            return Err(Error::new_spanned(&item.sig.ident, unknown(&name)));
        }
        let method = Method::new(item)?;
        if let Some(hook) = hook {
            method.expect_parameters(hook.parameters, hook.signature)?;
            self.hooks.push((hook, method));
            return Ok(());
        }
        match name.as_str() {
            "start" => {
                method.expect_no_receiver()?;
                method.expect_parameters(1, "fn start(config: Config) -> Result<Self, StartError>")?;
                self.start = Some(method);
            }
            "describe" => {
                method.expect_no_receiver()?;
                method.expect_parameters(0, "fn describe() -> Description")?;
                self.describe = Some(method);
            }
            "health" => {
                method.expect_parameters(0, "fn health(&self) -> Result<(), String>")?;
                self.health = Some(method);
            }
            "snapshot" => {
                method.expect_parameters(0, "fn snapshot(&self) -> Vec<u8>")?;
                self.snapshot = Some(method);
            }
            "restore" => {
                method.expect_parameters(1, "fn restore(&mut self, state: &[u8]) -> Result<(), String>")?;
                self.restore = Some(method);
            }
            _ => {
                method.expect_parameters(0, "fn stop(&mut self)")?;
                self.stop = Some(method);
            }
        }
        Ok(())
    }

    /// Whether anything needs an instance; a plugin of plain functions needs neither `start` nor `Default`.
    fn needs_instance(&self) -> bool {
        let lifecycle = [&self.health, &self.stop, &self.snapshot, &self.restore].into_iter().flatten();
        let hooks = self.hooks.iter().map(|(_, method)| method);
        self.start.is_some() || lifecycle.chain(hooks).any(|method| method.receiver != Receiver::None)
    }

    fn emit(&self, block: &ItemImpl) -> TokenStream {
        let ty = &block.self_ty;
        let lifecycle = self.emit_lifecycle(ty);
        let snapshot = self.emit_snapshot(ty);
        let hooks = self.hooks.iter().map(|(hook, method)| emit_hook(hook, method, ty));
        let instance = self.needs_instance().then(|| {
            quote! {
                ::std::thread_local! {
                    static INSTANCE: ::talaria_sdk::instance::Instance<#ty> =
                        const { ::std::cell::RefCell::new(::core::option::Option::None) };
                }
            }
        });
        // The server decides on the signatures: what clippy says of them does not help the author.
        quote! {
            #[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps, clippy::unused_self)]
            #block
            const _: () = {
                #instance
                #lifecycle
                #snapshot
                #(#hooks)*
            };
        }
    }

    fn emit_lifecycle(&self, ty: &Type) -> TokenStream {
        let describe = match &self.describe {
            Some(method) => method.forward(&format_ident!("describe"), ty),
            // A state that is worth handing over is worth being the only one.
            None if self.snapshot.is_some() => quote! {
                fn describe() -> ::talaria_sdk::Description { ::talaria_sdk::Description::default().serial() }
            },
            None => quote! {
                fn describe() -> ::talaria_sdk::Description { ::core::default::Default::default() }
            },
        };
        let start = self.emit_start(ty);
        let health = match &self.health {
            Some(method) => method.forward(&format_ident!("health"), ty),
            None => quote! {
                fn health() -> ::core::result::Result<(), ::std::string::String> { ::core::result::Result::Ok(()) }
            },
        };
        let stop = self.stop.as_ref().map(|method| {
            let call = method.call(ty, &[]);
            quote!(#call;)
        });
        let drop = self.needs_instance().then(|| quote!(::talaria_sdk::instance::stop(&INSTANCE);));
        quote! {
            impl ::talaria_sdk::bindings::lifecycle::Guest for #ty {
                #describe
                #start
                #health
                fn stop() { #stop #drop }
            }
            ::talaria_sdk::bindings::lifecycle::export_lifecycle!(
                #ty with_types_in ::talaria_sdk::bindings::lifecycle
            );
        }
    }

    /// Nothing unless the author's state is to cross.
    fn emit_snapshot(&self, ty: &Type) -> Option<TokenStream> {
        let (snapshot, restore) = self.snapshot.as_ref().zip(self.restore.as_ref())?;
        let snapshot = snapshot.forward(&format_ident!("snapshot"), ty);
        let restore = restore.forward(&format_ident!("restore"), ty);
        Some(quote! {
            impl ::talaria_sdk::bindings::snapshot::Guest for #ty {
                #snapshot
                #[allow(unused_mut)]
                #restore
            }
            ::talaria_sdk::bindings::snapshot::export_snapshot!(
                #ty with_types_in ::talaria_sdk::bindings::snapshot
            );
        })
    }

    fn emit_start(&self, ty: &Type) -> TokenStream {
        let body = match &self.start {
            Some(method) => {
                let name = format_ident!("config");
                let (config, argument) = owned(method.parameters[0], &name);
                let call = method.call(ty, &[argument]);
                quote! {
                    let mut config: #config = ::talaria_sdk::Config::new(config);
                    ::talaria_sdk::instance::start(&INSTANCE, #call)
                }
            }
            None if self.needs_instance() => {
                let default = quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default());
                quote! {
                    let _ = config;
                    ::talaria_sdk::instance::start(
                        &INSTANCE,
                        ::core::result::Result::<_, ::core::convert::Infallible>::Ok(#default),
                    )
                }
            }
            None => quote!(let _ = config; ::core::result::Result::Ok(())),
        };
        quote! {
            #[allow(unused_mut)]
            fn start(config: ::std::string::String) -> ::core::result::Result<(), ::std::string::String> { #body }
        }
    }
}

fn emit_hook(hook: &Hook, method: &Method<'_>, ty: &Type) -> TokenStream {
    let conditions: Vec<_> = method.conditions().collect();
    let module = format_ident!("{}", hook.method);
    let export = format_ident!("export_{}", hook.method);
    let forward = method.forward(&format_ident!("{}", hook.function), ty);
    quote! {
        #(#conditions)*
        impl ::talaria_sdk::#module::bindings::Guest for #ty {
            #[allow(unused_mut)]
            #forward
        }
        #(#conditions)*
        ::talaria_sdk::#module::bindings::#export!(#ty with_types_in ::talaria_sdk::#module::bindings);
    }
}

fn unknown(name: &str) -> String {
    let names = HOOKS.iter().map(|hook| hook.method).chain(LIFECYCLE);
    let nearest = names
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(distance, known)| *distance <= known.len() / 2)
        .min();
    let suggestion = match nearest {
        Some((_, nearest)) => format!("; did you mean `{nearest}`?"),
        None => String::new(),
    };
    format!(
        "`{name}` is neither a hook nor a lifecycle function{suggestion}\n{}\n\
         a method of your own belongs in a second `impl` block, without `#[plugin]`",
        known()
    )
}

fn known() -> String {
    let hooks: Vec<_> = HOOKS.iter().map(|hook| hook.method).collect();
    format!("hooks: {}\nlifecycle: {}", hooks.join(", "), LIFECYCLE.join(", "))
}

#[cfg(test)]
#[path = "expand_tests.rs"]
mod tests;
