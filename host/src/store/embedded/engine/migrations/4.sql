-- status: 0 pending, 1 accepted, 3 declined, 4 ignored, 6 canceled, as the protocol numbers them.
CREATE TABLE friend_requests (
    id INTEGER PRIMARY KEY,
    requester INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    content TEXT NOT NULL,
    status INTEGER NOT NULL,
    reason TEXT,
    creation_date INTEGER NOT NULL,
    expiration_date INTEGER,
    settlement_date INTEGER
) STRICT;
CREATE INDEX friend_requests_by_requester ON friend_requests (requester, creation_date);
CREATE INDEX friend_requests_by_recipient ON friend_requests (recipient, creation_date);
CREATE INDEX friend_requests_settled ON friend_requests (settlement_date) WHERE status <> 0;
CREATE INDEX friend_requests_pending ON friend_requests (expiration_date) WHERE status = 0;
