//! The WIT package as Rust, made at compile time from `proto/plugin/`.

wasmtime::component::bindgen!({
    path: "../proto/plugin",
    inline: "
        package talaria:host;

        world host {
            import talaria:plugin/types@0.1.0;
            import talaria:plugin/directory@0.1.0;
            import talaria:plugin/http@0.1.0;
            import talaria:plugin/jobs@0.1.0;
            import talaria:plugin/kv@0.1.0;
            import talaria:plugin/log@0.1.0;
            import talaria:plugin/messages@0.1.0;
            import talaria:plugin/messages-as-any@0.1.0;
            import talaria:plugin/metrics@0.1.0;
            import talaria:plugin/secrets@0.1.0;
            import talaria:plugin/sessions@0.1.0;

            export talaria:plugin/lifecycle@0.1.0;
            export talaria:plugin/auth-authenticate@0.1.0;
            export talaria:plugin/auth-before-login@0.1.0;
            export talaria:plugin/request-before@0.1.0;
            export talaria:plugin/request-handle@0.1.0;
            export talaria:plugin/message-before-send@0.1.0;
            export talaria:plugin/message-before-fanout@0.1.0;
            export talaria:plugin/message-persisted@0.1.0;
            export talaria:plugin/message-edited@0.1.0;
            export talaria:plugin/message-recalled@0.1.0;
            export talaria:plugin/user-created@0.1.0;
            export talaria:plugin/user-deleted@0.1.0;
            export talaria:plugin/group-created@0.1.0;
            export talaria:plugin/group-deleted@0.1.0;
            export talaria:plugin/member-joined@0.1.0;
            export talaria:plugin/member-left@0.1.0;
            export talaria:plugin/session-opened@0.1.0;
            export talaria:plugin/session-closed@0.1.0;
            export talaria:plugin/command-run@0.1.0;
            export talaria:plugin/request-custom@0.1.0;
            export talaria:plugin/http-handle@0.1.0;
            export talaria:plugin/timer-fired@0.1.0;
            export talaria:plugin/job-run@0.1.0;
        }
    ",
    world: "talaria:host/host",
    // What never waits is linked synchronously, which saves a fiber switch a call.
    imports: {
        "talaria:plugin/directory": async,
        "talaria:plugin/http": async,
        "talaria:plugin/jobs": async,
        "talaria:plugin/kv": async,
        "talaria:plugin/messages": async,
        "talaria:plugin/messages-as-any": async,
    },
    exports: { default: async },
    ownership: Borrowing { duplicate_if_necessary: true },
});
