"""Ctrl-C is how one stops the console: it ends in order, and nothing about it is an error.

uvicorn shuts down in order as well, but then raises the signal again; `streamlit run` turns that into the word
"Aborted!" and the exit code 1.
"""

import signal
import threading
from types import FrameType

import uvicorn


def end_in_order() -> None:
    """Let SIGINT stop the server that runs us, and no more; a second one stops it at once."""
    server = getattr(signal.getsignal(signal.SIGINT), "__self__", None)
    is_here = threading.current_thread() is threading.main_thread()
    if not is_here or not isinstance(server, uvicorn.Server):
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    signal.signal(signal.SIGINT, stop)
