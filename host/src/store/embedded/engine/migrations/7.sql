-- Bit 1 of messages.flags: the message has reactions.
CREATE TABLE message_reactions (
    message INTEGER NOT NULL,
    user INTEGER NOT NULL,
    reaction_type INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (message, user, reaction_type)
) STRICT, WITHOUT ROWID;
