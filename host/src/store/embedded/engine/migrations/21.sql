-- System messages, as messages_by_target and messages_by_pair have all, but written together with them: they are few.
CREATE TABLE system_messages_by_target (
    target INTEGER NOT NULL,
    delivery_date INTEGER NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (target, delivery_date, id)
) STRICT, WITHOUT ROWID;
INSERT INTO system_messages_by_target SELECT target, delivery_date, id FROM messages WHERE flags & 1;

CREATE TABLE system_messages_by_pair (
    sender INTEGER NOT NULL,
    target INTEGER NOT NULL,
    delivery_date INTEGER NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (sender, target, delivery_date, id)
) STRICT, WITHOUT ROWID;
INSERT INTO system_messages_by_pair
    SELECT sender, target, delivery_date, id FROM messages WHERE flags & 1 AND target >= 0;

-- By plugin first, so that one that makes room for itself reads nothing of others.
DROP INDEX kv_by_expiry;
CREATE INDEX kv_by_expiry ON kv (plugin, expires) WHERE expires IS NOT NULL;

-- What belongs to a group alone goes with it.
DELETE FROM group_blocked_users WHERE group_id IN (SELECT id FROM groups WHERE deletion_date IS NOT NULL);
DELETE FROM questions WHERE group_id IN (SELECT id FROM groups WHERE deletion_date IS NOT NULL);
DELETE FROM group_senders WHERE target IN (SELECT -id FROM groups WHERE deletion_date IS NOT NULL);
