"""A portal's display name by its state (R7): derived, never stored."""

ENDINGS = {"configuring": "-Configuring", "provisioning-failed": "-Provisioning Failed"}


def display_name(name: str, state: str) -> str:
    """The name as the Applications page shows it."""
    return name + ENDINGS.get(state, "")
