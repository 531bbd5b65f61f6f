-- The first schema. Portable between SQLite and PostgreSQL: ids are text (UUIDv7), counts, flags and
-- moments (milliseconds UTC) are BIGINT, the rest and JSON are TEXT.

-- Small facts about this node itself: its network, its texts, its key's fingerprint.
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Everybody who can speak: networks (Group), members (Person), nodes (Application); ours and others'.
CREATE TABLE actor (
    id           TEXT   NOT NULL PRIMARY KEY,
    uri          TEXT   NOT NULL UNIQUE,
    kind         TEXT   NOT NULL,
    local        BIGINT NOT NULL,
    handle       TEXT   NOT NULL,
    host         TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    summary      TEXT   NOT NULL DEFAULT '',
    url          TEXT   NOT NULL,
    inbox        TEXT   NOT NULL,
    shared_inbox TEXT,
    outbox       TEXT,
    followers    TEXT,
    streams      TEXT,
    approves     BIGINT NOT NULL DEFAULT 0,
    document     TEXT,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    fetched_at   BIGINT NOT NULL DEFAULT 0,
    gone_at      BIGINT
);
CREATE INDEX actor_by_host ON actor (host, handle);
CREATE UNIQUE INDEX actor_local_handle ON actor (handle) WHERE local = 1;

-- Public keys of everybody; the private half, sealed, of ours only.
CREATE TABLE actor_key (
    id         TEXT   NOT NULL PRIMARY KEY,
    actor_id   TEXT   NOT NULL REFERENCES actor (id),
    algorithm  TEXT   NOT NULL CHECK (algorithm IN ('rsa', 'ed25519')),
    public     TEXT   NOT NULL,
    private    TEXT,
    first_seen BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL
);
CREATE INDEX actor_key_by_actor ON actor_key (actor_id);

-- Other nodes: what they run, and how they answer.
CREATE TABLE host (
    name            TEXT   NOT NULL PRIMARY KEY,
    software        TEXT,
    software_at     BIGINT NOT NULL DEFAULT 0,
    failures        BIGINT NOT NULL DEFAULT 0,
    next_try_at     BIGINT NOT NULL DEFAULT 0,
    due_at          BIGINT NOT NULL DEFAULT 9223372036854775807,
    lane            TEXT,
    lane_until      BIGINT NOT NULL DEFAULT 0,
    last_success_at BIGINT,
    last_failure_at BIGINT,
    last_error      TEXT,
    last_heard_at   BIGINT
);
CREATE INDEX host_by_due ON host (due_at);

CREATE TABLE member (
    id            TEXT   NOT NULL PRIMARY KEY,
    actor_id      TEXT   NOT NULL UNIQUE REFERENCES actor (id),
    email         TEXT   NOT NULL UNIQUE,
    role          TEXT   NOT NULL CHECK (role IN ('steward', 'editor', 'member')),
    password_hash TEXT   NOT NULL,
    language      TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    removed_at    BIGINT
);

CREATE TABLE session (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    member_id  TEXT   NOT NULL REFERENCES member (id),
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_by_member ON session (member_id);

CREATE TABLE invitation (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    role       TEXT   NOT NULL,
    note       TEXT   NOT NULL,
    created_by TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);

CREATE TABLE token (
    id           TEXT   NOT NULL PRIMARY KEY,
    token_hash   TEXT   NOT NULL UNIQUE,
    member_id    TEXT   NOT NULL REFERENCES member (id),
    name         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at   BIGINT
);

-- Tries at a password, for the rate limits; a bucket is an account or an address.
CREATE TABLE attempt (
    bucket TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    id     TEXT   NOT NULL PRIMARY KEY
);
CREATE INDEX attempt_by_bucket ON attempt (bucket, at);

-- What Allies give: the envelope in columns, what only a kind has in detail.
CREATE TABLE publication (
    id          TEXT   NOT NULL PRIMARY KEY,
    uri         TEXT   NOT NULL UNIQUE,
    url         TEXT   NOT NULL,
    type        TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    local       BIGINT NOT NULL,
    author_id   TEXT   NOT NULL REFERENCES actor (id),
    network_id  TEXT   REFERENCES actor (id),
    audience    TEXT   NOT NULL CHECK (audience IN ('public', 'followers', 'members')),
    state       TEXT   NOT NULL CHECK (state IN ('published', 'withdrawn')),
    language    TEXT   NOT NULL,
    licence     TEXT   NOT NULL,
    start_time  BIGINT,
    end_time    BIGINT,
    timezone    TEXT,
    place       TEXT,
    picture     TEXT,
    detail      TEXT   NOT NULL,
    published   BIGINT NOT NULL,
    updated     BIGINT,
    version     BIGINT NOT NULL,
    revision    BIGINT NOT NULL,
    digest      TEXT   NOT NULL DEFAULT '',
    changed_at  BIGINT NOT NULL,
    received_at BIGINT,
    verified    TEXT,
    verified_at BIGINT,
    proof       TEXT,
    media_name  TEXT
);
CREATE INDEX publication_media ON publication (media_name) WHERE media_name IS NOT NULL;
CREATE INDEX publication_newest ON publication (published, id) WHERE state = 'published';
CREATE INDEX publication_by_kind ON publication (kind, published, id) WHERE state = 'published';
CREATE INDEX publication_by_network ON publication (network_id, published, id) WHERE state = 'published';
CREATE INDEX publication_by_author ON publication (author_id, published, id) WHERE state = 'published';
CREATE INDEX publication_agenda ON publication (start_time, id) WHERE start_time IS NOT NULL;
CREATE INDEX publication_changed ON publication (changed_at);

-- Its texts, one row a language; the original is marked.
CREATE TABLE publication_text (
    publication_id TEXT   NOT NULL REFERENCES publication (id),
    language       TEXT   NOT NULL,
    original       BIGINT NOT NULL,
    name           TEXT   NOT NULL,
    summary        TEXT   NOT NULL,
    source         TEXT,
    html           TEXT   NOT NULL,
    PRIMARY KEY (publication_id, language)
);

-- Immutable snapshots of what was published here.
CREATE TABLE revision (
    publication_id TEXT   NOT NULL REFERENCES publication (id),
    revision       BIGINT NOT NULL,
    member_id      TEXT   NOT NULL,
    body           TEXT   NOT NULL,
    at             BIGINT NOT NULL,
    PRIMARY KEY (publication_id, revision)
);

-- What a member is writing: the only thing that autosave touches. The id becomes the publication's.
CREATE TABLE draft (
    id        TEXT   NOT NULL,
    member_id TEXT   NOT NULL REFERENCES member (id),
    body      TEXT   NOT NULL,
    saved_at  BIGINT NOT NULL,
    PRIMARY KEY (id, member_id)
);
CREATE INDEX draft_by_member ON draft (member_id, saved_at);

-- Bytes as received, that prove a remote publication.
CREATE TABLE evidence (
    publication_id TEXT   NOT NULL PRIMARY KEY REFERENCES publication (id),
    body           TEXT   NOT NULL,
    method         TEXT   NOT NULL,
    actor_document TEXT   NOT NULL,
    at             BIGINT NOT NULL
);

CREATE TABLE media (
    name       TEXT   NOT NULL,
    member_id  TEXT   NOT NULL,
    media_type TEXT   NOT NULL,
    width      BIGINT NOT NULL,
    height     BIGINT NOT NULL,
    bytes      BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (name, member_id)
);

-- Who listens to whom. A row starts as a text somebody pasted, until its target is found.
CREATE TABLE follow (
    id          TEXT   NOT NULL PRIMARY KEY,
    uri         TEXT   NOT NULL UNIQUE,
    follower_id TEXT   NOT NULL REFERENCES actor (id),
    target_id   TEXT   REFERENCES actor (id),
    target_text TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('looking', 'pending', 'accepted', 'rejected', 'failed')),
    error       TEXT,
    created_at  BIGINT NOT NULL,
    decided_at  BIGINT
);
CREATE INDEX follow_by_target ON follow (target_id, state);
CREATE INDEX follow_by_follower ON follow (follower_id, state);
CREATE UNIQUE INDEX follow_once ON follow (follower_id, target_id) WHERE target_id IS NOT NULL;

-- An Undo or a Delete that came before what it takes back (D17); it counts only for that speaker.
CREATE TABLE undone (
    uri       TEXT   NOT NULL,
    actor_uri TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (uri, actor_uri)
);

CREATE TABLE announce (
    uri            TEXT   NOT NULL PRIMARY KEY,
    actor_id       TEXT   NOT NULL REFERENCES actor (id),
    publication_id TEXT   NOT NULL REFERENCES publication (id),
    at             BIGINT NOT NULL
);
CREATE INDEX announce_by_publication ON announce (publication_id);

-- Reading a followed network's outbox back to its first item (D18).
CREATE TABLE backfill (
    actor_id   TEXT   NOT NULL PRIMARY KEY REFERENCES actor (id),
    state      TEXT   NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    next_url   TEXT,
    done       BIGINT NOT NULL,
    total      BIGINT,
    pages      BIGINT NOT NULL,
    full_once  BIGINT NOT NULL DEFAULT 0,
    error      TEXT,
    started_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What a deed left, in the past tense (D5).
CREATE TABLE fact (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    payload    TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE job (
    id          TEXT   NOT NULL PRIMARY KEY,
    kind        TEXT   NOT NULL,
    payload     TEXT   NOT NULL,
    run_at      BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,
    lease       TEXT,
    lease_until BIGINT NOT NULL,
    error       TEXT,
    created_at  BIGINT NOT NULL
);
CREATE INDEX job_by_time ON job (run_at);

-- What we say: the bytes once, then one delivery an inbox.
CREATE TABLE activity (
    id         TEXT   NOT NULL PRIMARY KEY,
    uri        TEXT   NOT NULL UNIQUE,
    actor_id   TEXT   NOT NULL REFERENCES actor (id),
    type       TEXT   NOT NULL,
    object_uri TEXT   NOT NULL,
    public     BIGINT NOT NULL,
    body       TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX activity_by_object ON activity (object_uri);
CREATE INDEX activity_by_actor ON activity (actor_id, created_at);

CREATE TABLE delivery (
    id          TEXT   NOT NULL PRIMARY KEY,
    activity_id TEXT   NOT NULL REFERENCES activity (id),
    inbox       TEXT   NOT NULL,
    host        TEXT   NOT NULL,
    object_uri  TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('waiting', 'delivered', 'refused', 'gone', 'expired')),
    attempts    BIGINT NOT NULL,
    next_at     BIGINT NOT NULL,
    status      BIGINT,
    error       TEXT,
    created_at  BIGINT NOT NULL,
    done_at     BIGINT,
    UNIQUE (activity_id, inbox)
);
CREATE INDEX delivery_waiting ON delivery (host, next_at) WHERE state = 'waiting';
CREATE INDEX delivery_order ON delivery (inbox, object_uri) WHERE state = 'waiting';
CREATE INDEX delivery_newest ON delivery (created_at);
CREATE INDEX delivery_by_object ON delivery (object_uri);

-- What strangers said to us, kept before we answer 202. The pair that identifies it is kept for ever.
CREATE TABLE inbound (
    id           TEXT   NOT NULL PRIMARY KEY,
    actor_origin TEXT   NOT NULL,
    activity     TEXT   NOT NULL,
    actor_uri    TEXT   NOT NULL,
    body         TEXT,
    received_at  BIGINT NOT NULL,
    processed_at BIGINT,
    outcome      TEXT,
    UNIQUE (actor_origin, activity)
);
CREATE INDEX inbound_newest ON inbound (received_at);
