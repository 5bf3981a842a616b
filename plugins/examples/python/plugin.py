"""A plugin for Talaria in Python: it refuses forbidden words, corrects spelling, counts, and remembers.

Each class is one exported interface of the world in wit/world.wit, and each capability a module of its own. The types are in
`wit_world`, which componentize-py makes from the contract. A variant is a class for each of its cases, an option is the value
or None, a list<u8> is bytes. A function that returns a result returns the value of its success, or raises `Err`.
"""

import json
import os
import socket

from componentize_py_types import Err
from wit_world.exports import lifecycle, message_before_send, user_before_update
from wit_world.imports import kv, log, types

KEYS = ["forbidden", "replace", "misbehave"]

settings = {"forbidden": [], "replace": {}, "misbehave": False}


class Lifecycle:
    def describe(self):
        # A filter has 50 ms unless it proposes more.
        patient = lifecycle.HookSettings(hook="message.before-send", priority=0, deadline_ms=500, on_failure=None, scope=None)
        return lifecycle.Description(
            config_schema="",
            hooks=[patient],
            instances=lifecycle.Instances.SHARED,
            timers=[],
            commands=[],
            routes=[],
        )

    def start(self, config):
        settings.update(check(json.loads(config)))
        log.write(log.Level.INFO, f"started with {len(settings['forbidden'])} forbidden words")

    def health(self):
        pass

    def stop(self):
        pass


class MessageBeforeSend:
    def before_send(self, ctx, draft):
        text = draft.text or ""
        if settings["misbehave"]:
            found = misbehave(text)
            if found is not None:
                return message_before_send.Verdict_Patch(message_before_send.Patch(found, None, None))
        word = find_forbidden(text)
        if word is not None:
            return message_before_send.Verdict_Deny(types.Denial(20001, f'"{word}" is not said here'))
        count("sent")
        corrected = correct(text)
        if corrected == text:
            return message_before_send.Verdict_Continue()
        return message_before_send.Verdict_Patch(message_before_send.Patch(corrected, None, None))


class MessagePersisted:
    def persisted(self, ctx, messages):
        for message in messages:
            kv.set(f"seen/{message.id}", (message.text or "").encode(), None)


class UserBeforeUpdate:
    def before_update(self, ctx, change):
        word = find_forbidden(change.name or "")
        if word is None:
            return user_before_update.Verdict_Continue()
        return user_before_update.Verdict_Deny(types.Denial(20002, f'nobody is called "{word}" here'))


def check(config):
    """Refuses a configuration that does not fit: the operator reads the text."""
    unknown = next((key for key in config if key not in KEYS), None)
    if unknown is not None:
        raise Err(f'configuration: unknown key "{unknown}", expected one of {", ".join(KEYS)}')
    if not isinstance(config.get("forbidden", []), list):
        raise Err('configuration: "forbidden" must be a list of words')
    return config


def find_forbidden(text):
    words = text.lower().split()
    return next((word for word in settings["forbidden"] if word in words), None)


def correct(text):
    for wrong, right in settings["replace"].items():
        text = text.replace(wrong, right)
    return text


def count(key):
    """Several instances may count at the same time: each reads again until it was the only one to write."""
    while True:
        before = kv.get(key)
        after = int(before or b"0") + 1
        if kv.compare_and_set(key, before, str(after).encode()):
            return


def misbehave(text):
    """For the tests: fails as the text says, or answers what it has seen of the machine."""
    if text == "!throw":
        raise RuntimeError("thrown because a message says so")
    while text == "!loop":
        pass  # For ever, as far as this plugin is concerned.
    if text.startswith("!peek "):
        found = list(os.environ)
        host, port = text.removeprefix("!peek ").split(":")
        for name, look in (
            ("a file", lambda: open("/etc/passwd")),
            ("the network", lambda: socket.socket().connect((host, int(port)))),
        ):
            try:
                look()
                found.append(name)
            except OSError:
                pass
        return f"found: {' '.join(found)}"
    return None
