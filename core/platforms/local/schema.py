"""The tables of the local platform: a file for the tenant, one an instance. Times are ISO 8601 in UTC."""

SCHEMA_VERSION = 1

TENANT = """
CREATE TABLE instance (
    position INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
) STRICT;

-- A name belongs to one website, or waits for its purge; unique without regard to case (R10).
CREATE TABLE subdomain (
    name TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
    website_id TEXT NOT NULL UNIQUE,
    instance TEXT NOT NULL REFERENCES instance (slug),
    free_at TEXT
) STRICT;
"""

INSTANCE = """
CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    version TEXT NOT NULL,
    base_language INTEGER NOT NULL,
    is_in_administration_mode INTEGER NOT NULL DEFAULT 0,
    is_reachable INTEGER NOT NULL DEFAULT 1,
    delay_s REAL NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 1  -- grows when the installed solutions change
) STRICT;

CREATE TABLE language (
    position INTEGER PRIMARY KEY,
    lcid INTEGER NOT NULL UNIQUE
) STRICT;

CREATE TABLE user (
    position INTEGER PRIMARY KEY,
    email_key TEXT NOT NULL UNIQUE,  -- the e-mail, case folded
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    access_mode TEXT NOT NULL
        CHECK (access_mode IN ('read-write', 'administrative', 'read', 'non-interactive')),
    default_language INTEGER NOT NULL
) STRICT;

CREATE TABLE user_role (
    position INTEGER PRIMARY KEY,
    email_key TEXT NOT NULL REFERENCES user (email_key),
    role TEXT NOT NULL,
    UNIQUE (email_key, role)
) STRICT;

-- A package's files, kept once however many websites have its content.
CREATE TABLE package (
    digest TEXT PRIMARY KEY,
    unique_name TEXT NOT NULL,
    version TEXT NOT NULL
) STRICT;

CREATE TABLE package_file (
    digest TEXT NOT NULL REFERENCES package (digest) ON DELETE CASCADE,
    path TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (digest, path)
) STRICT;

CREATE TABLE solution (
    position INTEGER PRIMARY KEY,
    unique_name TEXT NOT NULL UNIQUE,
    version TEXT NOT NULL,
    is_managed INTEGER NOT NULL,
    publisher TEXT NOT NULL,
    installed_at TEXT NOT NULL,
    installed_by TEXT NOT NULL,
    language INTEGER NOT NULL,
    is_holding INTEGER NOT NULL DEFAULT 0,
    digest TEXT REFERENCES package (digest)
) STRICT;

CREATE TABLE component (
    unique_name TEXT NOT NULL REFERENCES solution (unique_name) ON DELETE CASCADE,
    type TEXT NOT NULL,
    name TEXT NOT NULL
) STRICT;
CREATE INDEX component_by_solution ON component (unique_name);

CREATE TABLE requirement (
    unique_name TEXT NOT NULL REFERENCES solution (unique_name) ON DELETE CASCADE,
    required TEXT NOT NULL,
    version TEXT,
    PRIMARY KEY (unique_name, required)
) STRICT;

CREATE TABLE website (
    id TEXT PRIMARY KEY,
    subdomain TEXT NOT NULL COLLATE NOCASE,
    name TEXT NOT NULL,
    template TEXT NOT NULL,
    language INTEGER NOT NULL,
    administrator TEXT,
    is_published INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL
) STRICT;

-- The site content of a solution in a website; a newer version takes the place of the older.
CREATE TABLE website_content (
    position INTEGER PRIMARY KEY,
    website_id TEXT NOT NULL REFERENCES website (id) ON DELETE CASCADE,
    unique_name TEXT NOT NULL,
    version TEXT NOT NULL,
    language INTEGER NOT NULL,
    digest TEXT NOT NULL REFERENCES package (digest),
    UNIQUE (website_id, unique_name, language)
) STRICT;

CREATE TABLE website_record (
    position INTEGER PRIMARY KEY,
    website_id TEXT NOT NULL REFERENCES website (id) ON DELETE CASCADE,
    solution TEXT NOT NULL,
    language INTEGER NOT NULL,
    number INTEGER NOT NULL,
    record_table TEXT NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (website_id, solution, language, record_table, number)
) STRICT;

CREATE TABLE operation (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,  -- the solution's name, or the website's id
    state TEXT NOT NULL CHECK (state IN ('running', 'succeeded', 'failed')),
    begun_at TEXT NOT NULL,
    ready_at TEXT NOT NULL,
    request TEXT NOT NULL DEFAULT '{}',
    package BLOB,  -- what is still to be applied
    fault TEXT,
    result TEXT NOT NULL DEFAULT '{}'
) STRICT;
-- One import at a time.
CREATE UNIQUE INDEX operation_running ON operation (state) WHERE state = 'running';
"""
