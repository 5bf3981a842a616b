#!/usr/bin/env bash
# Builds, starts and tries the container image.
#
#   deploy/container.sh build    static server, plugins and image (cargo xtask image)
#   deploy/container.sh pack     only the image, from what is staged in target/image
#   deploy/container.sh check    whether podman works here
#   deploy/container.sh run      start the image, data in the volume talaria-data; more arguments go to the server
#   deploy/container.sh smoke    start it on an empty volume, log in and send messages through it
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

IMAGE="${TALARIA_IMAGE:-talaria:dev}"
# The server is 51 MB, of which 10 are the names that a backtrace shows; each hook of plugins is some 80 KB of typed calls.
MAX_IMAGE_MB=56
ADMIN_PORT=8510 # as in deploy/talaria.toml
CLIENT_URLS=(ws://127.0.0.1:10510 tcp://127.0.0.1:11510)
READY_SECONDS=30

fail() {
    echo "error: $1" >&2
    exit 1
}

skip() {
    echo "SKIPPED: $1"
    exit 0
}

have_podman() {
    command -v podman >/dev/null
}

podman_works() {
    have_podman && podman "${STORE[@]}" "${ENGINE[@]}" info >/dev/null
}

skip_without_podman() {
    have_podman || skip "podman is not installed (apt-get install podman buildah runc)"
    podman_works || skip "podman does not work here; its reason is above"
}

# Root in a machine without systemd (a container, a sandbox) has no cgroup manager, no overlay and limits that it must
# not raise. Everywhere else podman's own choices are right.
STORE=() ENGINE=() BUILD=() RUN=()
if [ "$(id -u)" = 0 ] && [ ! -d /run/systemd/system ]; then
    STORE=(--storage-driver vfs)
    BUILD=(--isolation chroot)
    ENGINE=(--cgroup-manager cgroupfs)
    # crun refuses the mixed control groups of such machines.
    if command -v runc >/dev/null; then ENGINE+=(--runtime runc); fi
    RUN=(--ulimit nofile=1024:1024 --ulimit nproc=4096:4096)
fi

podman_run() {
    podman "${STORE[@]}" "${ENGINE[@]}" run --pull never --network host "${RUN[@]}" \
        --read-only --cap-drop all --security-opt no-new-privileges "$@"
}

pack() {
    skip_without_podman
    [ -x target/image/talaria ] || fail "nothing is staged: run deploy/container.sh build"
    podman "${STORE[@]}" build "${BUILD[@]}" --tag "$IMAGE" --file deploy/Containerfile target/image
    local bytes
    bytes="$(podman "${STORE[@]}" image inspect --format '{{.Size}}' "$IMAGE")"
    echo "$IMAGE: $((bytes / 1000000)) MB"
    [ "$bytes" -le $((MAX_IMAGE_MB * 1000000)) ] || fail "the image is larger than $MAX_IMAGE_MB MB"
}

start() {
    have_podman || fail "podman is not installed (apt-get install podman buildah runc)"
    podman_run --rm --volume talaria-data:/data "$IMAGE" "$@"
}

# admin REQUEST [TOKEN JSON]: prints the status of the admin interface's answer, or nothing when nobody answers. No curl
# is needed.
admin() {
    local token="${2:-}" body="${3:-}"
    (
        exec 3<>"/dev/tcp/127.0.0.1/$ADMIN_PORT" || exit 0
        printf '%s\r\n' "$1 HTTP/1.1" "Host: localhost" "Connection: close" "Authorization: Bearer $token" \
            "Content-Type: application/json" "Content-Length: ${#body}" "" >&3
        printf '%s' "$body" >&3
        read -r -t 5 _ status _ <&3 && echo "$status"
    ) 2>/dev/null || true
}

# chat URL USER OTHER LINE: types a line in the image's own client and prints what it shows.
chat() {
    podman_run --rm --interactive "$IMAGE" chat --url "$1" --user "$2" --to "$3" --password smoke-password <<<"$4"
}

# Creates two users; the one writes, the other finds it.
talk() {
    local container="$1" folder token status url shown
    folder="$(mktemp -d)"
    podman "${STORE[@]}" cp "$container:/data/admin.token" "$folder/token"
    token="$(<"$folder/token")"
    rm -r "$folder"
    status="$(admin "POST /v1/users" "$token" \
        '{"users": [{"id": 1, "password": "smoke-password"}, {"id": 2, "password": "smoke-password"}]}')"
    [ "$status" = 201 ] || fail "users cannot be created (status: ${status:-none})"
    for url in "${CLIENT_URLS[@]}"; do
        shown="$(chat "$url" 1 2 "hello by $url")"
        [[ "$shown" == "✓ stored"* ]] || fail "$url: the message was not stored: $shown"
        shown="$(chat "$url" 2 1 /history)"
        [[ "$shown" == *"1: hello by $url"* ]] || fail "$url: the message does not arrive: $shown"
    done
}

smoke() {
    skip_without_podman
    [ -z "$(admin "GET /readyz")" ] || fail "port $ADMIN_PORT is taken: end the server that listens there"
    local container status=""
    container="$(podman_run --detach "$IMAGE")"
    # shellcheck disable=SC2064 # the id is known now
    trap "podman ${STORE[*]} rm --force --volumes --time 10 $container >/dev/null" EXIT
    for _ in $(seq "$((READY_SECONDS * 5))"); do
        status="$(admin "GET /readyz")"
        [ "$status" = 200 ] && break
        sleep 0.2
    done
    podman "${STORE[@]}" logs "$container"
    [ "$status" = 200 ] || fail "not ready after $READY_SECONDS s (last status: ${status:-none})"
    talk "$container"
    echo "ready: messages went through ${CLIENT_URLS[*]}"
}

command="${1:-}"
shift || true
case "$command" in
build) cargo xtask image ;;
pack) pack ;;
check) podman_works ;;
run) start "$@" ;;
smoke) smoke ;;
*) fail "usage: deploy/container.sh build|check|pack|run|smoke" ;;
esac
