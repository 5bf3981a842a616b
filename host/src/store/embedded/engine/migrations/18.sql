-- Messages that plugins hold back. target, records: as in messages. date: when it was held; until: when it is discarded.
CREATE TABLE held_messages (
    id INTEGER PRIMARY KEY,
    sender INTEGER NOT NULL,
    target INTEGER NOT NULL,
    text TEXT,
    records BLOB,
    burn_after INTEGER,
    delivery_date INTEGER,
    previous INTEGER,
    forwarded_from INTEGER,
    hop INTEGER NOT NULL,
    key TEXT,
    plugin TEXT NOT NULL,
    reason TEXT,
    until INTEGER NOT NULL,
    date INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX held_messages_by_key ON held_messages (sender, key) WHERE key IS NOT NULL;
CREATE INDEX held_messages_by_plugin ON held_messages (plugin, id);
CREATE INDEX held_messages_by_until ON held_messages (until);
