-- conversation: the other user's id, or the negative of a group's id.
CREATE TABLE read_dates (
    conversation INTEGER NOT NULL,
    reader INTEGER NOT NULL,
    read_date INTEGER NOT NULL,
    PRIMARY KEY (conversation, reader)
) STRICT, WITHOUT ROWID;

-- When each user sent the last message into a group; target: the negative of the group's id. Written together with the
-- indexes of messages.
CREATE TABLE group_senders (
    target INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    delivery_date INTEGER NOT NULL,
    PRIMARY KEY (target, sender)
) STRICT, WITHOUT ROWID;
INSERT INTO group_senders
    SELECT target, sender, max(delivery_date) FROM messages
    WHERE target < 0 AND id <= (SELECT indexed_through FROM message_index) GROUP BY target, sender;
