-- Group 0 comes with its owner.
CREATE TABLE relationship_groups (
    owner INTEGER NOT NULL,
    group_index INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (owner, group_index)
) STRICT, WITHOUT ROWID;
INSERT INTO relationship_groups SELECT id, 0, '' FROM users;
