"""One suite for every platform: what core.platforms.port promises, asked for through the port alone."""
