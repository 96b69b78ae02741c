"""Wait for runs: beside whoever runs the engine, or by running it here."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from core.commandline.errors import Interrupted
from core.commandline.output import hint
from core.commandline.stopping import Stop, on_signals

if TYPE_CHECKING:
    from core.bootstrap import Services

LOOK_S = 0.2


def wait_for(
    services: "Services", run_ids: Sequence[str], look: Callable[[], None], stop: Stop | None = None
) -> None:
    """Return when every run has ended; `look` is called at each look at them, the last time after the end.

    Where a live process runs the engine, only the rows are read; where none does, or once that one died, the
    engine runs in this process. Raises Interrupted: the runs go on at the engine's next start.
    """
    from core.provisioning.queries import open_runs

    wanted = set(run_ids)
    wait_while(
        services, lambda: bool(wanted & set(open_runs(services.store))), look, stop, {"runs": list(run_ids)}
    )


def wait_while(
    services: "Services",
    is_under_way: Callable[[], bool],
    look: Callable[[], None],
    stop: Stop | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Return when it is no more under way, as `wait_for`; `details` stand in the Interrupted that it raises."""
    from core.provisioning.leases import has_live_executor

    with ExitStack() as stack:
        stop = stack.enter_context(on_signals(stop or Stop()))
        is_ours = False
        while is_under_way():
            look()
            if not is_ours and not has_live_executor(services.store, services.settings.lease_s):
                hint("No engine runs on this store; running it here.")
                stack.enter_context(services.engine().running())
                is_ours = True
            if stop.wait(LOOK_S):
                raise Interrupted(
                    "Interrupted. What was begun goes on when the console or `python -m core worker` runs.",
                    details=details,
                )
    look()
