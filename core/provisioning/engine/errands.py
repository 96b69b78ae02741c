"""The threads that do the errands of this process, from an executor's start to its end."""

import logging
import threading
from collections.abc import Sequence

from core.provisioning.errands import Errand
from core.provisioning.outages import is_outage

log = logging.getLogger(__name__)

LOOK_S = 0.5  # how often work that nobody told us of is looked for
PAUSE_S = 0.002  # between two portions' parts: SQLite's writers wait by looking again, not in a queue
STOP_S = 20.0


class ErrandThreads:
    """A thread an errand."""

    def __init__(self, errands: Sequence[Errand], executor_id: str) -> None:
        self._executor_id = executor_id
        self._stopping = threading.Event()
        self._wakes = [threading.Event() for _ in errands]
        self._threads = [
            threading.Thread(target=self._live, args=pair, name="portico-errand", daemon=True)
            for pair in zip(errands, self._wakes, strict=True)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look now. Called from any thread."""
        for wake in self._wakes:
            wake.set()

    def stop(self) -> None:
        """End after the part that is being done."""
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(STOP_S)

    def _live(self, errand: Errand, wake: threading.Event) -> None:
        is_away = False
        while not self._stopping.is_set():
            wake.clear()
            try:
                has_more = errand.work(self._executor_id, self._pause)
                is_away = False
            except Exception as error:  # whatever it is, the errand is tried again
                has_more = False
                if not is_outage(error):
                    log.exception("An errand broke; it is tried again.")
                elif not is_away:
                    log.warning("The store does not answer (%s); errands wait.", type(error).__name__)
                is_away = True
            if not has_more:
                wake.wait(LOOK_S)

    def _pause(self) -> bool:
        return self._stopping.wait(PAUSE_S)
