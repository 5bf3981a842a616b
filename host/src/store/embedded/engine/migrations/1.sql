-- Dates are milliseconds since the Unix epoch. A version is the date of a list's last change and only ever grows.

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    password_hash TEXT,
    name TEXT NOT NULL,
    intro TEXT NOT NULL,
    profile_picture TEXT NOT NULL,
    profile_access INTEGER NOT NULL,
    registration_date INTEGER NOT NULL,
    last_updated_date INTEGER NOT NULL,
    active INTEGER NOT NULL,
    deletion_date INTEGER,
    relationships_version INTEGER NOT NULL,
    relationship_groups_version INTEGER NOT NULL,
    relationship_group_members_version INTEGER NOT NULL,
    joined_groups_version INTEGER NOT NULL
) STRICT;

CREATE TABLE relationships (
    owner INTEGER NOT NULL,
    related INTEGER NOT NULL,
    name TEXT,
    note TEXT,
    block_date INTEGER,
    establishment_date INTEGER NOT NULL,
    PRIMARY KEY (owner, related)
) STRICT, WITHOUT ROWID;

CREATE TABLE relationship_group_members (
    owner INTEGER NOT NULL,
    related INTEGER NOT NULL,
    group_index INTEGER NOT NULL,
    PRIMARY KEY (owner, related, group_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE groups (
    id INTEGER PRIMARY KEY,
    type_id INTEGER NOT NULL,
    creator INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    name TEXT NOT NULL,
    intro TEXT,
    announcement TEXT,
    min_score INTEGER NOT NULL,
    creation_date INTEGER NOT NULL,
    last_updated_date INTEGER NOT NULL,
    mute_end_date INTEGER,
    active INTEGER NOT NULL,
    deletion_date INTEGER,
    members_version INTEGER NOT NULL
) STRICT;

CREATE TABLE group_members (
    group_id INTEGER NOT NULL,
    user INTEGER NOT NULL,
    name TEXT,
    role INTEGER NOT NULL,
    join_date INTEGER NOT NULL,
    mute_end_date INTEGER,
    PRIMARY KEY (group_id, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_members_by_user ON group_members (user);

CREATE TABLE group_blocked_users (
    group_id INTEGER NOT NULL,
    user INTEGER NOT NULL,
    PRIMARY KEY (group_id, user)
) STRICT, WITHOUT ROWID;

-- target: a user's id, or the negative of a group's id, so that one index finds both. Bit 0 of flags: a system message.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    sender INTEGER NOT NULL,
    target INTEGER NOT NULL,
    delivery_date INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    text TEXT,
    records BLOB,
    burn_after INTEGER,
    previous INTEGER,
    forwarded_from INTEGER,
    modification_date INTEGER,
    recall_date INTEGER,
    deletion_date INTEGER
) STRICT;

-- The indexes are tables of their own, because they are written later than the messages: those with an id above
-- indexed_through need not be in them.
CREATE TABLE message_index (indexed_through INTEGER NOT NULL) STRICT;
INSERT INTO message_index VALUES (0);

-- What came to a user or into a group.
CREATE TABLE messages_by_target (
    target INTEGER NOT NULL,
    delivery_date INTEGER NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (target, delivery_date, id)
) STRICT, WITHOUT ROWID;

-- What one user sent to another: one direction of a private conversation.
CREATE TABLE messages_by_pair (
    sender INTEGER NOT NULL,
    target INTEGER NOT NULL,
    delivery_date INTEGER NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (sender, target, delivery_date, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE kv (
    plugin TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    expires INTEGER,
    PRIMARY KEY (plugin, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX kv_by_expiry ON kv (expires) WHERE expires IS NOT NULL;

-- config: a JSON object; grants: a JSON list of strings.
CREATE TABLE plugins (
    name TEXT PRIMARY KEY,
    enabled INTEGER NOT NULL,
    config TEXT NOT NULL,
    grants TEXT NOT NULL,
    updated INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
