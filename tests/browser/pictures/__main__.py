"""Take the pictures of README.md and of the guides: all, or those whose names are given."""

import os
import sys

from playwright.sync_api import Error

from tests.browser.pictures import SCENES, open_studio


def main(names: list[str]) -> int:
    """Take them one after the other; 1 where a scene could not be played, 2 where a name is unknown."""
    unknown = [name for name in names if name not in SCENES]
    if unknown:
        print(
            f"No scene takes {', '.join(unknown)}. There are: {', '.join(sorted(SCENES))}.", file=sys.stderr
        )
        return 2
    _leave_settings_outside()
    missed = []
    with open_studio() as studio:
        for one in [scene for name, scene in SCENES.items() if not names or name in names]:
            try:
                studio.take(one)
            except (
                AssertionError,
                Error,
            ) as error:  # what it waits for did not come; the others are taken all the same
                missed.append(one.name)
                print(f"{one.name}: {error}", file=sys.stderr, flush=True)
            else:
                print(one.name, flush=True)
    return 1 if missed else 0


def _leave_settings_outside() -> None:
    """The developer's own settings are none of the pictures'."""
    for name in [name for name in os.environ if name.startswith("PORTICO_") and name != "PORTICO_CHROMIUM"]:
        del os.environ[name]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
