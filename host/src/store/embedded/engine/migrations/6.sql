-- conversation: 0 for the owner's own settings, else a user's id, or the negative of a group's id. settings and attributes are
-- JSON objects.
CREATE TABLE settings (
    owner INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    settings TEXT NOT NULL,
    last_updated_date INTEGER NOT NULL,
    PRIMARY KEY (owner, conversation)
) STRICT, WITHOUT ROWID;

ALTER TABLE users ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}';
