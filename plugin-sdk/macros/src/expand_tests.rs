//! What the attribute makes of an `impl` block, and what it says of one that it cannot use.

use quote::quote;

use super::plugin;

fn refuse(item: proc_macro2::TokenStream) -> String {
    plugin(proc_macro2::TokenStream::new(), item).expect_err("the block is refused").to_compile_error().to_string()
}

fn accept(item: proc_macro2::TokenStream) -> String {
    let expansion = plugin(proc_macro2::TokenStream::new(), item).expect("the block is accepted");
    syn::parse2::<syn::File>(expansion.clone()).expect("the expansion is Rust");
    expansion.to_string()
}

#[test]
fn exports_lifecycle_and_each_hook() {
    let expansion = accept(quote! {
        impl Greeter {
            fn message_before_send(&self, ctx: Context, draft: Draft) -> Verdict { Verdict::Continue }
            fn session_opened(&mut self, _: Context, sessions: Vec<Session>) -> Result<(), String> { Ok(()) }
        }
    });
    for export in ["export_lifecycle !", "export_message_before_send !", "export_session_opened !"] {
        assert_eq!(expansion.matches(export).count(), 1, "{export} in {expansion}");
    }
    assert!(!expansion.contains("export_message_persisted"));
    assert!(expansion.contains("Greeter as :: core :: default :: Default"));
}

#[test]
fn takes_parameters_by_reference() {
    let expansion = accept(quote! {
        impl Greeter {
            fn session_opened(&self, ctx: &Context, sessions: &[Session]) -> Result<(), String> { Ok(()) }
        }
    });
    assert!(expansion.contains("mut parameter_0 : Context , mut parameter_1 : :: std :: vec :: Vec < Session >"));
    assert!(expansion.contains("(instance , & parameter_0 , & parameter_1)"));
}

#[test]
fn needs_no_instance_for_plain_functions() {
    let expansion = accept(quote! {
        impl Greeter {
            fn message_before_send(ctx: Context, draft: Draft) -> Verdict { Verdict::Continue }
        }
    });
    assert!(!expansion.contains("INSTANCE"));
    assert!(!expansion.contains("Default > :: default"));
}

#[test]
fn keeps_the_condition_of_a_hook() {
    let expansion = accept(quote! {
        impl Greeter {
            fn message_before_send(ctx: Context, draft: Draft) -> Verdict { Verdict::Continue }
            #[cfg(feature = "audit")]
            fn session_closed(ctx: Context, sessions: Vec<EndedSession>) -> Result<(), String> { Ok(()) }
        }
    });
    assert_eq!(expansion.matches(r#"cfg (feature = "audit")"#).count(), 3);
}

#[test]
fn state_that_is_handed_over_makes_a_plugin_serial() {
    let expansion = accept(quote! {
        impl Greeter {
            fn message_before_send(&self, ctx: Context, draft: Draft) -> Verdict { Verdict::Continue }
            fn snapshot(&self) -> Vec<u8> { Vec::new() }
            fn restore(&mut self, state: &[u8]) -> Result<(), String> { Ok(()) }
        }
    });
    assert_eq!(expansion.matches("export_snapshot !").count(), 1, "{expansion}");
    assert!(expansion.contains("default () . serial ()"), "{expansion}");
    let error = refuse(quote! {
        impl Greeter {
            fn message_before_send(&self, ctx: Context, draft: Draft) -> Verdict { Verdict::Continue }
            fn snapshot(&self) -> Vec<u8> { Vec::new() }
        }
    });
    assert!(error.contains("`restore` is missing"), "{error}");
}

#[test]
fn names_the_hook_that_was_probably_meant() {
    let error = refuse(quote! {
        impl Greeter { fn mesage_before_send(&self, ctx: Context, draft: Draft) -> Verdict { Verdict::Continue } }
    });
    assert!(error.contains("did you mean `message_before_send`?"), "{error}");
    assert!(error.contains("request_before, request_custom, request_handle"), "{error}");
    assert!(error.contains("second `impl` block"), "{error}");
}

#[test]
fn suggests_nothing_for_a_helper() {
    let error = refuse(quote! {
        impl Greeter {
            fn message_before_send(ctx: Context, draft: Draft) -> Verdict { Verdict::Continue }
            pub fn number_of_words_in_text(&self) -> usize { 0 }
        }
    });
    assert!(error.contains("neither a hook nor a lifecycle function"), "{error}");
    assert!(!error.contains("did you mean"), "{error}");
}

#[test]
fn reports_every_unknown_method() {
    let error = refuse(quote! { impl Greeter { fn one() {} fn two() {} } });
    assert!(error.contains("`one`") && error.contains("`two`"), "{error}");
}

#[test]
fn shows_the_signature_when_parameters_are_missing() {
    let error = refuse(quote! {
        impl Greeter { fn message_before_send(&self, draft: Draft) -> Verdict { Verdict::Continue } }
    });
    assert!(error.contains("fn message_before_send(&self, ctx: Context, draft: Draft) -> Verdict"), "{error}");
}

#[test]
fn refuses_what_a_component_cannot_export() {
    let cases = [
        (quote! { impl Greeter {} }, "handles no hook"),
        (quote! { impl<T> Greeter<T> {} }, "no generic parameters"),
        (quote! { impl Guest for Greeter {} }, "not on a trait's"),
        (
            quote! { impl Greeter { fn start(&self, config: Config) -> Result<Self, E> {} } },
            "before there is an instance",
        ),
        (quote! { impl Greeter { fn stop(self) {} } }, "`&self`, `&mut self` or no receiver"),
        (quote! { impl Greeter { async fn stop(&mut self) {} } }, "not async"),
        (quote! { impl Greeter { fn stop<T>(&mut self) {} } }, "no generic parameters"),
        (quote! { struct Greeter; }, "expected `impl`"),
    ];
    for (item, message) in cases {
        let error = refuse(item);
        assert!(error.contains(message), "{message} in {error}");
    }
    let arguments = plugin(quote!(name = "x"), quote! { impl Greeter {} }).unwrap_err();
    assert_eq!(arguments.to_string(), "`#[plugin]` takes no arguments");
}
