//! Components of nothing but what is limited, instantiated by hand.

use wasmtime::{Store, component::Component};

use super::*;
use crate::dispatch::wasm::{Fault, limits::Limits};

/// A memory without pages.
const MEMORY: &[u8] = &[5, 3, 1, 0, 0];
/// A table without elements.
const TABLE: &[u8] = &[4, 4, 1, 0x70, 0, 0];
/// A table of 60,000 elements.
const LARGE_TABLE: &[u8] = &[4, 6, 1, 0x70, 0, 0xe0, 0xd4, 3];

/// A component that instantiates a core module of these sections so many times.
fn component(sections: &[u8], times: u8) -> Vec<u8> {
    let module = [b"\0asm\x01\0\0\0", sections].concat();
    let instances = [&[times][..], &[0, 0, 0].repeat(times.into())].concat();
    let section = |id: u8, content: &[u8]| {
        let length = content.len();
        [&[id, (length & 0x7f) as u8 | 0x80, (length >> 7) as u8][..], content].concat()
    };
    [&b"\0asm\x0d\0\x01\0"[..], &section(1, &module), &section(2, &instances)].concat()
}

fn instantiate(engine: &Engine, component: &[u8]) -> wasmtime::Result<Store<Limits>> {
    let component = Component::from_binary(engine, component)?;
    let mut store = Store::new(engine, Limits::new(64 << 20));
    store.limiter(|limits| limits);
    store.set_epoch_deadline(1);
    Linker::new(engine).instantiate(&mut store, &component)?;
    Ok(store)
}

#[test]
fn what_a_component_may_have_is_limited_with_a_pool_and_without() {
    for is_pooled in [true, false] {
        let engine = Engine::new(&config(is_pooled, &RuntimeSettings::default())).unwrap();
        for (sections, most) in [(&[][..], 64), (MEMORY, 4), (TABLE, 8), (LARGE_TABLE, 1)] {
            if let Err(error) = instantiate(&engine, &component(sections, most)) {
                panic!("{most} of {sections:?}, pooled: {is_pooled}: {error:#}");
            }
            let refused = instantiate(&engine, &component(sections, most + 1)).map(|_| ());
            assert!(refused.is_err(), "more than {most} of {sections:?}, pooled: {is_pooled}");
        }
    }
}

#[test]
fn that_the_pool_is_exhausted_is_no_fault_of_who_finds_it_so() {
    let engine = Engine::new(&config(true, &RuntimeSettings::default())).unwrap();
    let component = component(MEMORY, 4);
    let taken: Result<Vec<_>, _> = (0..POOLED_INSTANCES / 4).map(|_| instantiate(&engine, &component)).collect();
    let taken = taken.expect("there is room");
    let error = instantiate(&engine, &component).map(|_| ()).expect_err("there is no more room");
    let fault = Fault::from_error(&error, Duration::ZERO, None, "");
    assert!(matches!(&fault, Fault::NoRoom(what) if what.contains("limit of 512")), "{fault}");
    drop(taken);
    assert!(instantiate(&engine, &component).is_ok(), "there is room again");
}
