-- Hosts this node does not speak with, their sub-domains included: nothing comes in from them, nothing is
-- asked of them, nothing is sent to them.
CREATE TABLE blocked_host (
    host       TEXT   NOT NULL PRIMARY KEY,
    reason     TEXT   NOT NULL,
    -- The member who decided; none when it was the command line.
    blocked_by TEXT   REFERENCES member (id),
    blocked_at BIGINT NOT NULL
);

-- A copy that is kept and not shown: 1 while its host is blocked.
ALTER TABLE publication ADD COLUMN hidden BIGINT NOT NULL DEFAULT 0;
