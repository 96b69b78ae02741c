"""The store: what has happened, in SQLite or PostgreSQL."""
