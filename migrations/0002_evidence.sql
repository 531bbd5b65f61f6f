-- Evidence that outlives keys and nodes: every public key ever seen of everybody, what was signed when a
-- request brought something, and the documents of all who vouch for a publication, as received.

-- A key that is renewed has two rows here; the public halves of our own stay too.
CREATE TABLE key_history (
    actor_id   TEXT   NOT NULL REFERENCES actor (id),
    key_id     TEXT   NOT NULL,
    algorithm  TEXT   NOT NULL CHECK (algorithm IN ('rsa', 'ed25519')),
    public     TEXT   NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL,
    PRIMARY KEY (actor_id, key_id, public)
);
INSERT INTO key_history (actor_id, key_id, algorithm, public, first_seen, last_seen)
    SELECT actor_id, id, algorithm, public, first_seen, last_seen FROM actor_key;

-- What the sender signed: key, scheme, the signed text, the signature (JSON).
ALTER TABLE inbound ADD COLUMN signed TEXT;

-- The documents of author, network and signer (JSON); before this they were in actor_document, the
-- author's alone. The last checks stand beside: when, and what came of it (JSON).
ALTER TABLE evidence ADD COLUMN documents TEXT;
ALTER TABLE evidence ADD COLUMN signed TEXT;
ALTER TABLE evidence ADD COLUMN checked TEXT;
ALTER TABLE evidence ADD COLUMN checked_at BIGINT;
