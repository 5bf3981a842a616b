-- Names that senders gave their messages, so that one is not stored twice.
CREATE TABLE message_keys (
    sender INTEGER NOT NULL,
    key TEXT NOT NULL,
    message INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (sender, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_keys_by_date ON message_keys (date);
