"""Start a console as people do, `streamlit run`, on a port and a data directory of its own, and end it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.paths import ROOT

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 20


@dataclass(frozen=True)
class Console:
    """A console that runs. `url` has no slash at its end."""

    port: int
    data_dir: Path
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def portal_url(self, subdomain: str) -> str:
        return f"http://{subdomain}.localhost:{self.port}"

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """End it as Ctrl-C does, or by another signal, with all that it started; gives the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(STOP_TIMEOUT_S)
        finally:
            _end_group(self.process)


def start_console(
    data_dir: Path,
    script: Path = ROOT / "app.py",
    *,
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Console:
    """A console that answers. Its output is in `log`; whoever starts it stops it."""
    port = port or free_port()
    data_dir.mkdir(parents=True, exist_ok=True)
    log = data_dir / f"console-{port}.log"
    own = {"PORTICO_DATA_DIR": str(data_dir), "PORTICO_PORTAL_PORT": str(port)}
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **own, **(environment or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own, ended as one
        )
    console = Console(port, data_dir, log, process)
    _wait_until_it_answers(console)
    return console


@contextmanager
def running_console(
    data_dir: Path, script: Path = ROOT / "app.py", *, environment: Mapping[str, str] | None = None
) -> Iterator[Console]:
    """A console for as long as the block lasts."""
    console = start_console(data_dir, script, environment=environment)
    try:
        yield console
    finally:
        console.stop()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_answers(console: Console) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    with httpx.Client(trust_env=False) as client:
        while True:
            try:
                answer = client.get(f"http://127.0.0.1:{console.port}/_stcore/health")
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                return
            if console.process.poll() is not None or time.monotonic() > deadline:
                _end_group(console.process)
                raise RuntimeError(f"The console did not start: {console.log.read_text(errors='replace')}")
            time.sleep(0.05)  # nothing announces that a server has come up


def _end_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
