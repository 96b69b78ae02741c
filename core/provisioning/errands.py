"""Work that goes on in the engine's process beside the runs: what stands above this room fills it in."""

from collections.abc import Callable
from typing import Protocol


class Errand(Protocol):
    """Work that is done a portion at a time, in a thread of its own, as long as the executor lives.

    Whatever process dies, its work is taken up by the next: a portion may be repeated.
    """

    def work(self, executor_id: str, pause: Callable[[], bool]) -> bool:
        """Do a portion; whether there is more to do at once. `pause` is called now and then, and says whether to stop."""

    def is_idle(self) -> bool:
        """Whether nothing is left that a drained store must not have."""
