"""Servers to measure: each a process of its own on loopback, ended by its id; and a client that costs little."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.apart import ROOT
from tests.browser.console import free_port

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 20


@contextmanager
def serving(
    command: list[str], port: int, log: Path, environment: Mapping[str, str], folder: Path = ROOT
) -> Iterator[int]:
    """The server of this command, run in the folder, for as long as the block lasts; gives the port."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PORTICO_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=folder,
            env={**own, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_it_listens(process, port, log)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def uvicorn(app: str, log: Path, environment: Mapping[str, str]) -> Iterator[int]:
    """An application served by uvicorn as it is; gives the port."""
    port = free_port()
    command = ["uvicorn", app, "--port", str(port), "--log-level", "warning", "--no-access-log"]
    with serving(command, port, log, environment):
        yield port


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"The server did not start: {said[-4000:]}") from None
            time.sleep(0.05)  # nothing announces that a server has come up
        else:
            return


def seconds_a_request(port: int, host: str, requests: int, visitors: int) -> float:
    """Seconds a request of the page at /, asked for by so many visitors at a time, a kept connection each."""
    each = max(1, requests // visitors)
    with ExitStack() as stack:
        connections = [_connect(stack, port) for _ in range(visitors)]
        for connection in connections:
            _ask(connection, host, 1)
        with ThreadPoolExecutor(visitors) as threads:
            began = time.perf_counter()
            list(threads.map(lambda connection: _ask(connection, host, each), connections))
            return (time.perf_counter() - began) / (each * visitors)


def _connect(stack: ExitStack, port: int) -> socket.socket:
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _ask(connection: socket.socket, host: str, requests: int) -> None:
    request = f"GET / HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\nAccept: text/html\r\n\r\n".encode()
    for _ in range(requests):
        connection.sendall(request)
        _read_answer(connection)


def _read_answer(connection: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _receive(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"The server answers {head[:60]!r}.")
    length = next(
        int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length:")
    )
    left = length - len(body)
    while left > 0:
        left -= len(_receive(connection))


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise RuntimeError("The server closed the connection.")
    return data
