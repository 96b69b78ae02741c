"""Find a Chromium, or install one: `python -m tests.browser.chromium` prints where it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APT = "/usr/bin/apt-get"


def find() -> Path | None:
    """The Chromium that is there: PORTICO_CHROMIUM, one on the PATH, Playwright's own; None without one."""
    chosen = os.environ.get("PORTICO_CHROMIUM")
    if chosen:
        return Path(chosen)
    on_path = (shutil.which(name) for name in _NAMES)
    candidates = [Path(found) for found in on_path if found]
    return next((path for path in [*candidates, _playwrights_own()] if _answers(path)), None)


def prepare() -> Path:
    """The Chromium that is there, or a new one; raises RuntimeError that says what to do."""
    found = find()
    for install in (_install_by_apt, _install_by_playwright):
        if not found:
            install()
            found = find()
    if found:
        return found
    raise RuntimeError(
        "The browser tests need Chromium and none could be installed. Install the package `chromium`, or set "
        "PORTICO_CHROMIUM to the program's path."
    )


def _playwrights_own() -> Path:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _answers(program: Path) -> bool:
    # Ubuntu's package is a script that asks for a snap: being there is not enough.
    if not program.exists():
        return False
    asked = subprocess.run([program, "--version"], capture_output=True, check=False, timeout=60)
    return asked.returncode == 0


def _install_by_apt() -> None:
    if os.geteuid() != 0 or not Path(_APT).exists():
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run([_APT, "-qq", *arguments], env=environment, check=False, stdout=sys.stderr)


def _install_by_playwright() -> None:
    options = ["--with-deps"] if os.geteuid() == 0 else []
    command = [sys.executable, "-m", "playwright", "install", *options, "chromium"]
    subprocess.run(command, check=False, stdout=sys.stderr)


if __name__ == "__main__":
    try:
        print(prepare())
    except RuntimeError as error:
        sys.exit(str(error))
