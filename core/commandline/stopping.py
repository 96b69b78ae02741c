"""Ctrl-C and SIGTERM end a wait at its next look, so that the engine can stop clean."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether somebody asked to stop, and by which signal; the second time interrupts whatever is done."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self.by: int | None = None

    def __bool__(self) -> bool:
        """Whether to stop."""
        return self._asked.is_set()

    def ask(self, by: int = signal.SIGTERM, _frame: FrameType | None = None) -> None:
        """Ask to stop."""
        if self._asked.is_set():
            raise KeyboardInterrupt
        self.by = by
        self._asked.set()

    def wait(self, seconds: float) -> bool:
        """Wait so long or until somebody asks; returns whether they did."""
        return self._asked.wait(seconds)


@contextmanager
def on_signals(stop: Stop) -> Iterator[Stop]:
    """Let Ctrl-C and SIGTERM ask `stop`, for the length of a block; only the main thread gets signals."""
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, stop.ask) for number in SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
