// A plugin for Talaria in JavaScript: it refuses forbidden words, corrects spelling, counts, and remembers.
//
// Each export is one interface of the world in wit/world.wit, with its functions in camel case. A `variant` is an object
// with `tag` and `val`, an `option` is the value or undefined, an s64 is a BigInt, a list<u8> a Uint8Array. A function that
// returns a `result` returns the value of its success, or throws that of its error.

import { compareAndSet, get, set } from 'talaria:plugin/kv@0.1.0';
import { write } from 'talaria:plugin/log@0.1.0';

const KEYS = ['forbidden', 'replace', 'misbehave'];

let settings = { forbidden: [], replace: {}, misbehave: false };

export const lifecycle = {
  describe() {
    return {
      configSchema: '',
      // A filter has 50 ms unless it proposes more.
      hooks: [{ hook: 'message.before-send', priority: 0, deadlineMs: 500, onFailure: undefined, scope: undefined }],
      instances: 'shared',
      timers: [],
      commands: [],
      routes: [],
    };
  },

  start(config) {
    settings = { ...settings, ...check(JSON.parse(config)) };
    write('info', `started with ${settings.forbidden.length} forbidden words`);
  },

  health() {},

  stop() {},
};

export const messageBeforeSend = {
  beforeSend(_context, draft) {
    const text = draft.text ?? '';
    const found = settings.misbehave ? misbehave(text) : undefined;
    if (found !== undefined) {
      return { tag: 'patch', val: { text: found, records: undefined, burnAfter: undefined } };
    }
    const word = findForbidden(text);
    if (word !== undefined) {
      return { tag: 'deny', val: { code: 20001, text: `"${word}" is not said here` } };
    }
    count('sent');
    const corrected = correct(text);
    if (corrected === text) {
      return { tag: 'continue' };
    }
    return { tag: 'patch', val: { text: corrected, records: undefined, burnAfter: undefined } };
  },
};

export const messagePersisted = {
  persisted(_context, messages) {
    for (const message of messages) {
      set(`seen/${message.id}`, new TextEncoder().encode(message.text ?? ''), undefined);
    }
  },
};

export const userBeforeUpdate = {
  beforeUpdate(_context, change) {
    const word = findForbidden(change.name ?? '');
    if (word === undefined) {
      return { tag: 'continue' };
    }
    return { tag: 'deny', val: { code: 20002, text: `nobody is called "${word}" here` } };
  },
};

/** Refuses a configuration that does not fit: the operator reads the text. */
function check(config) {
  const unknown = Object.keys(config).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw `configuration: unknown key "${unknown}", expected one of ${KEYS.join(', ')}`;
  }
  if (config.forbidden !== undefined && !Array.isArray(config.forbidden)) {
    throw 'configuration: "forbidden" must be a list of words';
  }
  return config;
}

function findForbidden(text) {
  const words = text.toLowerCase().split(/\s+/);
  return settings.forbidden.find((word) => words.includes(word));
}

function correct(text) {
  return Object.entries(settings.replace).reduce((corrected, [from, to]) => corrected.replaceAll(from, to), text);
}

/** Several instances may count at the same time: each reads again until it was the only one to write. */
function count(key) {
  for (;;) {
    const before = get(key);
    const next = Number(before === undefined ? '0' : new TextDecoder().decode(before)) + 1;
    if (compareAndSet(key, before, new TextEncoder().encode(String(next)))) {
      return;
    }
  }
}

/** For the tests: fails as the text says, or answers what it has seen of the machine. */
function misbehave(text) {
  if (text === '!throw') {
    throw new Error('thrown because a message says so');
  }
  while (text === '!loop') {
    // For ever, as far as this plugin is concerned.
  }
  if (text.startsWith('!peek ')) {
    // Nothing in the language asks for files, an environment or a socket; these would be other runtimes' ways.
    const found = ['process', 'require', 'Deno', 'Bun'].filter((name) => globalThis[name] !== undefined);
    return `found: ${found.join(' ')}`;
  }
  return undefined;
}
