-- A version for each list that clients keep a copy of.
ALTER TABLE users ADD COLUMN sent_friend_requests_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN received_friend_requests_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN sent_invitations_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN received_invitations_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN join_requests_version INTEGER NOT NULL DEFAULT 0;
UPDATE users SET sent_friend_requests_version = registration_date,
    received_friend_requests_version = registration_date,
    sent_invitations_version = registration_date,
    received_invitations_version = registration_date,
    join_requests_version = registration_date;

ALTER TABLE groups ADD COLUMN blocked_users_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN invitations_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN join_requests_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN questions_version INTEGER NOT NULL DEFAULT 0;
UPDATE groups SET blocked_users_version = creation_date,
    invitations_version = creation_date,
    join_requests_version = creation_date,
    questions_version = creation_date;
