"""The command line's room: each command loads what it needs only when it runs, so that all start fast."""
