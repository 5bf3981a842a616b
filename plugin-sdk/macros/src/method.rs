//! One method of the author's, and the function of the component that forwards to it.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Error, FnArg, ImplItemFn, Result, Type};

/// How a method gets at the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receiver {
    None,
    Shared,
    Exclusive,
}

/// A method that the server can call.
pub(crate) struct Method<'a> {
    pub(crate) item: &'a ImplItemFn,
    pub(crate) receiver: Receiver,
    pub(crate) parameters: Vec<&'a Type>,
}

impl<'a> Method<'a> {
    /// Refuses what a function of a component cannot be.
    pub(crate) fn new(item: &'a ImplItemFn) -> Result<Self> {
        let signature = &item.sig;
        if let Some(asyncness) = &signature.asyncness {
            return Err(Error::new_spanned(asyncness, "hooks are not async: a capability waits in the call"));
        }
        if !signature.generics.params.is_empty() {
            return Err(Error::new_spanned(&signature.generics, "a hook has no generic parameters"));
        }
        let mut receiver = Receiver::None;
        let mut parameters = Vec::new();
        for input in &signature.inputs {
            match input {
                FnArg::Typed(parameter) => parameters.push(&*parameter.ty),
                FnArg::Receiver(it) if it.colon_token.is_none() && it.reference.is_some() => {
                    receiver = if it.mutability.is_some() { Receiver::Exclusive } else { Receiver::Shared };
                }
                FnArg::Receiver(it) => {
                    let message = "a plugin's method takes `&self`, `&mut self` or no receiver";
                    return Err(Error::new_spanned(it, message));
                }
            }
        }
        Ok(Self { item, receiver, parameters })
    }

    /// The conditions under which the method exists at all.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &'a Attribute> {
        let attributes = self.item.attrs.iter();
        attributes.filter(|attribute| attribute.path().is_ident("cfg"))
    }

    pub(crate) fn expect_parameters(&self, count: usize, signature: &str) -> Result<()> {
        if self.parameters.len() == count {
            return Ok(());
        }
        let message = format!("wrong number of parameters; expected `{signature}`");
        Err(Error::new_spanned(&self.item.sig, message))
    }

    pub(crate) fn expect_no_receiver(&self) -> Result<()> {
        if self.receiver == Receiver::None {
            return Ok(());
        }
        let message = format!("`{}` runs before there is an instance, so it has no `self`", self.item.sig.ident);
        Err(Error::new_spanned(&self.item.sig.inputs[0], message))
    }

    /// A function with the author's types, so that an error in them is reported where the author wrote them.
    pub(crate) fn forward(&self, function: &Ident, ty: &Type) -> TokenStream {
        let names: Vec<_> = (0..self.parameters.len()).map(|i| format_ident!("parameter_{i}")).collect();
        let (types, arguments): (Vec<_>, Vec<_>) =
            self.parameters.iter().zip(&names).map(|(ty, name)| owned(ty, name)).unzip();
        let output = &self.item.sig.output;
        let call = self.call(ty, &arguments);
        quote! {
            fn #function(#(mut #names: #types),*) #output { #call }
        }
    }

    pub(crate) fn call(&self, ty: &Type, arguments: &[TokenStream]) -> TokenStream {
        let method = &self.item.sig.ident;
        match self.receiver {
            Receiver::None => quote!(<#ty>::#method(#(#arguments),*)),
            Receiver::Shared => quote! {
                ::talaria_sdk::instance::with(&INSTANCE, |instance| <#ty>::#method(instance, #(#arguments),*))
            },
            Receiver::Exclusive => quote! {
                ::talaria_sdk::instance::with_mut(&INSTANCE, |instance| <#ty>::#method(instance, #(#arguments),*))
            },
        }
    }
}

/// The type in which the component receives a parameter, and the argument made of it: authors may borrow.
pub(crate) fn owned(ty: &Type, name: &Ident) -> (TokenStream, TokenStream) {
    let Type::Reference(reference) = ty else {
        return (quote!(#ty), quote!(#name));
    };
    let borrowed = if reference.mutability.is_some() { quote!(&mut #name) } else { quote!(&#name) };
    let owned = match &*reference.elem {
        Type::Slice(slice) => {
            let item = &slice.elem;
            quote!(::std::vec::Vec<#item>)
        }
        Type::Path(path) if path.path.is_ident("str") => quote!(::std::string::String),
        other => quote!(#other),
    };
    (owned, borrowed)
}
