-- kind: 0 an invitation, 1 a request to join. status: as the protocol numbers them.
CREATE TABLE enrolments (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    candidate INTEGER NOT NULL,
    content TEXT NOT NULL,
    status INTEGER NOT NULL,
    reason TEXT,
    responder INTEGER,
    creation_date INTEGER NOT NULL,
    expiration_date INTEGER,
    settlement_date INTEGER
) STRICT;
CREATE INDEX enrolments_by_group ON enrolments (group_id, kind, creation_date);
CREATE INDEX enrolments_by_sender ON enrolments (sender, kind, creation_date);
CREATE INDEX enrolments_by_candidate ON enrolments (candidate, kind, creation_date);
CREATE INDEX enrolments_settled ON enrolments (kind, settlement_date) WHERE status <> 0;
CREATE INDEX enrolments_pending ON enrolments (kind, expiration_date) WHERE status = 0;

-- answers: a JSON list of strings.
CREATE TABLE questions (
    id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL,
    question TEXT NOT NULL,
    answers TEXT NOT NULL,
    score INTEGER NOT NULL
) STRICT;
CREATE INDEX questions_by_group ON questions (group_id);
