-- Events in the order of their commits. A row for a run of messages, whose ids are data, eight bytes each, big-endian; its
-- places are the last one and those before it. Any other event has a kind and a row of its own.
CREATE TABLE outbox (
    last INTEGER PRIMARY KEY,
    date INTEGER NOT NULL,
    kind TEXT,
    data BLOB NOT NULL
) STRICT;
CREATE INDEX outbox_by_date ON outbox (date);

CREATE TABLE cursors (
    plugin TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
