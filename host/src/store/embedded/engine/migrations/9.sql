-- The place of a message in its conversation, from 1 on; until now they were ordered by id.
ALTER TABLE messages ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
UPDATE messages SET sequence = places.sequence FROM (
    SELECT id, row_number() OVER (
        PARTITION BY CASE WHEN target < 0 THEN target ELSE min(sender, target) END,
            CASE WHEN target < 0 THEN 0 ELSE max(sender, target) END
        ORDER BY id
    ) AS sequence FROM messages
) AS places WHERE messages.id = places.id;

-- A row for a run of messages with consecutive sequences that ends at last. first: the lesser of two users, or the
-- negative of a group's id; second: the greater user, or 0. ids: eight bytes each, big-endian.
CREATE TABLE messages_by_sequence (
    first INTEGER NOT NULL,
    second INTEGER NOT NULL,
    last INTEGER NOT NULL,
    ids BLOB NOT NULL,
    PRIMARY KEY (first, second, last)
) STRICT, WITHOUT ROWID;
INSERT INTO messages_by_sequence
    SELECT CASE WHEN target < 0 THEN target ELSE min(sender, target) END AS first,
        CASE WHEN target < 0 THEN 0 ELSE max(sender, target) END AS second,
        max(sequence), unhex(group_concat(printf('%016x', id), '' ORDER BY sequence))
    FROM messages WHERE id <= (SELECT indexed_through FROM message_index)
    GROUP BY first, second, (sequence - 1) / 64;
