"""Faults of Portico's own: a sentence for people, and a file with the traceback under the data directory."""

import logging
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from core.commandline.errors import FileNotUsable, Unexpected
from core.errors import InvalidValue, PorticoError, StoreError

FOLDER = "errors"
ENGINE_LOGGER = "dbos"


def as_error(error: Exception) -> PorticoError:
    """Any exception as an error with a sentence; what is known of an unexpected one goes into a file."""
    if isinstance(error, PorticoError):
        return error
    if isinstance(error, UnicodeEncodeError) and error.encoding == "utf-8":
        return InvalidValue("An argument holds characters that are no text. Write it in UTF-8.")
    file = write(error)
    details = {} if file is None else {"file": str(file)}
    where = "nowhere, for the data directory can't be written" if file is None else f"in {file}"
    if _is_of_the_store(error):
        return StoreError(
            "The store does not answer as it should. Run `python -m core doctor`; "
            f"the particulars are {where}.",
            details=details,
        )
    if isinstance(error, OSError) and error.filename is not None:
        what = f"{error.filename} can't be used: {error.strerror}"
        return FileNotUsable(
            f"{what}. Check the path and your rights; the particulars are {where}.", details=details
        )
    return Unexpected(
        f"Portico met a fault of its own. What is known of it is {where}; report it.", details=details
    )


def write(error: BaseException) -> Path | None:
    """Write the traceback into a new file under the data directory; None where that can't be written."""
    lines = traceback.format_exception(error)
    return _write_text(f"{datetime.now(UTC).isoformat()}\n{' '.join(sys.argv)!r}\n\n{''.join(lines)}")


@contextmanager
def kept_off_the_screen() -> Iterator[None]:
    """Logs go to standard error in a line each; their tracebacks, and those of threads, to a file."""
    handler, root, engine = _LineHandler(), logging.getLogger(), logging.getLogger(ENGINE_LOGGER)
    hook, threading.excepthook = threading.excepthook, _on_thread_error
    handlers, propagates = engine.handlers, engine.propagate
    # The workflow library would print to standard error itself; it does not where its logger has a handler.
    engine.handlers, engine.propagate = [logging.NullHandler()], True
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        engine.handlers, engine.propagate = handlers, propagates
        threading.excepthook = hook


class _LineHandler(logging.Handler):
    """A log record as one line on the standard error of the moment."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """Print the first line; all of a longer one, and the exception that it carries, goes to a file."""
        text = self.format(record)
        first, _, more = text.partition("\n")
        file = _write_text(text) if more else None
        sys.stderr.write(f"{record.levelname.lower()}: {first}{'' if file is None else f' ({file})'}\n")


def _on_thread_error(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        name = "?" if args.thread is None else args.thread.name
        logging.getLogger(__name__).error("the thread %s ended by a fault", name, exc_info=args.exc_value)


def _write_text(text: str) -> Path | None:
    folder = _data_dir() / FOLDER
    file = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}-{uuid4().hex[:6]}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError:
        return None
    return file


def _data_dir() -> Path:
    from core.settings import Settings

    # Also where another setting is wrong: this one must still be found.
    default = Settings.model_fields["data_dir"].default
    return Path(os.environ.get("PORTICO_DATA_DIR") or default)


def _is_of_the_store(error: Exception) -> bool:
    """Whether the database itself failed; its library is not loaded to find out."""
    kind = getattr(sys.modules.get("sqlalchemy.exc"), "DBAPIError", None)
    return kind is not None and isinstance(error, kind)
