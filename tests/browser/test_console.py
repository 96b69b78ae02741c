"""The console as a process: how it starts, what it refuses, how it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.browser.conftest import OpenVisit
from tests.browser.console import free_port, running_console
from tests.paths import ROOT

HEADINGS = {
    "": "Provision a portal",
    "provision?name=Contoso": "Provision a portal",
    "applications": "Applications",
    "inventory": "Portals",
    "portal?id=1": "Portal",
}


@pytest.mark.parametrize("path", HEADINGS)
def test_a_page_has_its_frame_when_it_is_the_first_that_is_opened(
    tmp_path: Path, open_visit: OpenVisit, path: str
) -> None:
    """A deep link to a new process runs the shell, never a page alone."""
    with running_console(tmp_path) as console:
        visit = open_visit(f"{console.url}/{path}")
        assert visit.page.get_by_role("heading", level=1).inner_text() == HEADINGS[path]
        assert visit.page.get_by_role("combobox", name="Acting as").count() == 1
        assert visit.page.get_by_role("navigation", name="App pages").count() == 1
        assert console.stop() == 0
        assert "Traceback" not in console.log.read_text()


def test_scripts_travel_compressed_when_the_browser_asks(tmp_path: Path) -> None:
    with running_console(tmp_path) as console, httpx.Client(base_url=console.url, trust_env=False) as client:
        page = client.get("/").text
        script = page.partition('src="./')[2].partition('"')[0]
        answer = client.get(f"/{script}", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert client.get("/healthz").json() == {"status": "ok", "engine": "embedded"}


@pytest.mark.parametrize(
    ("environment", "options", "sentence"),
    [
        ({}, ["--server.address=0.0.0.0"], "no sign-in yet"),
        ({"PORTICO_LEASE_S": "soon"}, [], "PORTICO_LEASE_S is not usable"),
    ],
)
def test_it_says_why_when_it_does_not_start(
    tmp_path: Path, environment: dict[str, str], options: list[str], sentence: str
) -> None:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(ROOT / "app.py"),
        f"--server.port={port}",
        *options,
    ]
    own = {"PORTICO_DATA_DIR": str(tmp_path), **environment}
    ended = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode != 0
    assert sentence in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr + ended.stdout


def test_it_serves_and_ends_when_uvicorn_runs_it(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port)]
    own = {"PORTICO_DATA_DIR": str(tmp_path), "PORTICO_PORTAL_PORT": str(port)}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "running on" in line:
                break
        with httpx.Client(base_url=f"http://localhost:{port}", trust_env=False) as client:
            assert client.get("/healthz").status_code == 200
            assert "<style>" in client.get("/").text
            assert client.get("/", headers={"Host": f"nobody.localhost:{port}"}).status_code == 404
            assert client.get("/", headers={"X-Forwarded-For": "1.2.3.4"}).status_code == 403
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(30) == 0
        assert "Traceback" not in rest
