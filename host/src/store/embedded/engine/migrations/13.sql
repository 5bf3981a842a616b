-- The last message of each private conversation, once for each of the two users. Written together with the indexes of messages.
CREATE TABLE private_conversations (
    user INTEGER NOT NULL,
    contact INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL,
    last_message INTEGER NOT NULL,
    PRIMARY KEY (user, contact)
) STRICT, WITHOUT ROWID;
INSERT INTO private_conversations
    SELECT user, contact, max(sequence), id FROM (
        SELECT sender AS user, target AS contact, sequence, id FROM messages
        WHERE target >= 0 AND id <= (SELECT indexed_through FROM message_index)
        UNION ALL
        SELECT target, sender, sequence, id FROM messages
        WHERE target >= 0 AND id <= (SELECT indexed_through FROM message_index)
    ) GROUP BY user, contact;
CREATE INDEX private_conversations_by_message ON private_conversations (user, last_message);
