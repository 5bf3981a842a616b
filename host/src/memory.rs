//! The allocator beyond allocating. `main` chooses it; without it, as in tests, nothing here has an effect.

/// Gives back to the system what this thread has freed and what ended threads have left, which otherwise happens seldom
/// and bit by bit. For the end of work that took much and is not repeated soon, on the thread that did it.
pub(crate) fn give_back() {
    #[expect(unsafe_code, reason = "a call of C that any thread may make at any time")]
    // SAFETY: `mi_collect` touches the allocator's own state only, and locks what threads share.
    unsafe {
        libmimalloc_sys::mi_collect(true);
    }
}
