ALTER TABLE users ADD COLUMN role INTEGER NOT NULL DEFAULT 0;

CREATE INDEX groups_by_owner ON groups (owner, type_id) WHERE deletion_date IS NULL;

-- policy: JSON, all of the type but its id.
CREATE TABLE group_types (
    id INTEGER PRIMARY KEY,
    policy TEXT NOT NULL
) STRICT;
INSERT INTO group_types VALUES
    (0, '{"name":"DEFAULT","size_limit":500,"invitation":{"who":"members","needs_approval":true},"join":"invitation",
          "update_info":"managers","update_members":"managers","members_name_themselves":true,"guests_may_speak":false,
          "read_receipts":true,"messages_editable":true}'),
    (1, '{"name":"OPEN","size_limit":500,"invitation":{"who":"members","needs_approval":false},"join":"membership",
          "update_info":"managers","update_members":"managers","members_name_themselves":true,"guests_may_speak":false,
          "read_receipts":true,"messages_editable":true}'),
    (2, '{"name":"QUESTION","size_limit":500,"invitation":{"who":"members","needs_approval":true},"join":"question",
          "update_info":"managers","update_members":"managers","members_name_themselves":true,"guests_may_speak":false,
          "read_receipts":true,"messages_editable":true}'),
    (3, '{"name":"REQUEST","size_limit":500,"invitation":{"who":"members","needs_approval":true},"join":"request",
          "update_info":"managers","update_members":"managers","members_name_themselves":true,"guests_may_speak":false,
          "read_receipts":true,"messages_editable":true}');
