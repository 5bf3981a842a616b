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
CREATE INDEX held_messages_by_sender ON held_messages (sender);

-- What each plugin holds, so that a quota is looked up rather than counted. bytes: of texts and records.
CREATE TABLE held_totals (
    plugin TEXT PRIMARY KEY,
    messages INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER held_message_added AFTER INSERT ON held_messages BEGIN
    INSERT INTO held_totals VALUES (new.plugin, 1, ifnull(octet_length(new.text), 0) + ifnull(length(new.records), 0))
        ON CONFLICT DO UPDATE SET messages = messages + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER held_message_deleted AFTER DELETE ON held_messages BEGIN
    UPDATE held_totals SET messages = messages - 1,
        bytes = bytes - ifnull(octet_length(old.text), 0) - ifnull(length(old.records), 0)
        WHERE plugin = old.plugin;
    DELETE FROM held_totals WHERE plugin = old.plugin AND messages = 0;
END;
