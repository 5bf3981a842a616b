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
            import talaria:plugin/moderation@0.1.0;
            import talaria:plugin/objects@0.1.0;
            import talaria:plugin/resources@0.1.0;
            import talaria:plugin/secrets@0.1.0;
            import talaria:plugin/sessions@0.1.0;

            export talaria:plugin/lifecycle@0.1.0;
            export talaria:plugin/snapshot@0.1.0;
            export talaria:plugin/auth-authenticate@0.1.0;
            export talaria:plugin/auth-before-login@0.1.0;
            export talaria:plugin/auth-authorize@0.1.0;
            export talaria:plugin/auth-login-failed@0.1.0;
            export talaria:plugin/request-before@0.1.0;
            export talaria:plugin/request-handle@0.1.0;
            export talaria:plugin/message-before-send@0.1.0;
            export talaria:plugin/message-before-fanout@0.1.0;
            export talaria:plugin/message-before-deliver@0.1.0;
            export talaria:plugin/message-before-history@0.1.0;
            export talaria:plugin/message-before-edit@0.1.0;
            export talaria:plugin/message-before-recall@0.1.0;
            export talaria:plugin/message-before-delete@0.1.0;
            export talaria:plugin/message-before-react@0.1.0;
            export talaria:plugin/message-before-read@0.1.0;
            export talaria:plugin/message-before-expire@0.1.0;
            export talaria:plugin/message-persisted@0.1.0;
            export talaria:plugin/notification-before-push@0.1.0;
            export talaria:plugin/push-send@0.1.0;
            export talaria:plugin/push-result@0.1.0;
            export talaria:plugin/message-edited@0.1.0;
            export talaria:plugin/message-recalled@0.1.0;
            export talaria:plugin/message-delivered@0.1.0;
            export talaria:plugin/message-dropped@0.1.0;
            export talaria:plugin/message-held@0.1.0;
            export talaria:plugin/message-read@0.1.0;
            export talaria:plugin/message-reacted@0.1.0;
            export talaria:plugin/message-deleted@0.1.0;
            export talaria:plugin/message-expired@0.1.0;
            export talaria:plugin/typing-before-send@0.1.0;
            export talaria:plugin/presence-before-publish@0.1.0;
            export talaria:plugin/presence-changed@0.1.0;
            export talaria:plugin/user-before-create@0.1.0;
            export talaria:plugin/user-before-update@0.1.0;
            export talaria:plugin/user-before-delete@0.1.0;
            export talaria:plugin/user-before-set-settings@0.1.0;
            export talaria:plugin/user-created@0.1.0;
            export talaria:plugin/user-deleted@0.1.0;
            export talaria:plugin/user-updated@0.1.0;
            export talaria:plugin/user-settings-changed@0.1.0;
            export talaria:plugin/relation-before-request@0.1.0;
            export talaria:plugin/relation-before-answer@0.1.0;
            export talaria:plugin/relation-before-create@0.1.0;
            export talaria:plugin/relation-before-update@0.1.0;
            export talaria:plugin/relation-before-group@0.1.0;
            export talaria:plugin/relation-before-delete@0.1.0;
            export talaria:plugin/relation-requested@0.1.0;
            export talaria:plugin/relation-answered@0.1.0;
            export talaria:plugin/relation-created@0.1.0;
            export talaria:plugin/relation-updated@0.1.0;
            export talaria:plugin/relation-deleted@0.1.0;
            export talaria:plugin/group-before-create@0.1.0;
            export talaria:plugin/group-before-question@0.1.0;
            export talaria:plugin/group-before-update@0.1.0;
            export talaria:plugin/group-before-delete@0.1.0;
            export talaria:plugin/group-before-transfer@0.1.0;
            export talaria:plugin/group-created@0.1.0;
            export talaria:plugin/group-deleted@0.1.0;
            export talaria:plugin/group-updated@0.1.0;
            export talaria:plugin/group-transferred@0.1.0;
            export talaria:plugin/member-before-apply@0.1.0;
            export talaria:plugin/member-before-invite@0.1.0;
            export talaria:plugin/member-before-answer@0.1.0;
            export talaria:plugin/member-before-join@0.1.0;
            export talaria:plugin/member-before-leave@0.1.0;
            export talaria:plugin/member-before-kick@0.1.0;
            export talaria:plugin/member-before-role@0.1.0;
            export talaria:plugin/member-before-mute@0.1.0;
            export talaria:plugin/member-before-profile@0.1.0;
            export talaria:plugin/member-joined@0.1.0;
            export talaria:plugin/member-left@0.1.0;
            export talaria:plugin/member-updated@0.1.0;
            export talaria:plugin/member-invited@0.1.0;
            export talaria:plugin/member-applied@0.1.0;
            export talaria:plugin/member-answered@0.1.0;
            export talaria:plugin/conference-meeting@0.1.0;
            export talaria:plugin/resource-before-upload@0.1.0;
            export talaria:plugin/resource-before-download@0.1.0;
            export talaria:plugin/resource-before-delete@0.1.0;
            export talaria:plugin/resource-storage@0.1.0;
            export talaria:plugin/resource-uploaded@0.1.0;
            export talaria:plugin/resource-deleted@0.1.0;
            export talaria:plugin/session-opened@0.1.0;
            export talaria:plugin/session-closed@0.1.0;
            export talaria:plugin/config-changed@0.1.0;
            export talaria:plugin/server-starting@0.1.0;
            export talaria:plugin/server-ready@0.1.0;
            export talaria:plugin/server-stopping@0.1.0;
            export talaria:plugin/config-before-save@0.1.0;
            export talaria:plugin/connection-opened@0.1.0;
            export talaria:plugin/connection-closed@0.1.0;
            export talaria:plugin/connection-before-open@0.1.0;
            export talaria:plugin/admin-action@0.1.0;
            export talaria:plugin/admin-before-action@0.1.0;
            export talaria:plugin/session-taken-over@0.1.0;
            export talaria:plugin/session-kicked@0.1.0;
            export talaria:plugin/session-before-takeover@0.1.0;
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
        "talaria:plugin/moderation": async,
        "talaria:plugin/objects": async,
        "talaria:plugin/resources": async,
    },
    exports: { default: async },
    ownership: Borrowing { duplicate_if_necessary: true },
    // For recordings.
    additional_derives: [serde::Serialize],
});
