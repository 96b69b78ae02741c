"""The only file that knows Apprise: it hands a message to a channel, and says what the channel made of it."""

import logging
import warnings
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Literal, Protocol

from core.notices.kinds import redacted

Answer = Literal["sent", "failed", "unclear"]
TIMEOUT_S = 10.0
MAX_PROBLEM = 300
_TELLING = frozenset({"WARNING", "ERROR", "CRITICAL"})
_DETAIL = "Socket Exception"
# The connection broke after the message may have been taken: nobody can say whether it was. By its words, what happened.
_AFTER_IT_WAS_SENT = {
    "read timed out": "no answer came in time",
    "timed out while": "no answer came in time",
    "connection aborted": "it was cut off",
    "remotedisconnected": "it was cut off",
    "connection reset": "it was reset",
    "incompleteread": "the answer was cut off",
    "connection unexpectedly closed": "it was closed",
}


@dataclass(frozen=True)
class Handed:
    """What came of handing a message over; `problem` in the channel's words, without secrets.

    `is_final`: it was never handed over, and trying again would change nothing.
    """

    answer: Answer
    problem: str | None = None
    is_final: bool = False


class Channel(Protocol):
    """Hands messages over."""

    def __call__(self, address: str, title: str, body: str) -> Handed:
        """Hand one message over, once. Raises nothing."""


def send(address: str, title: str, body: str) -> Handed:
    """Hand the message to Apprise, which tries once; a channel that is silent is given up after 10 s."""
    told: list[str] = []

    def keep(entry: Any, _plugin: object) -> None:
        # The other details repeat what was sent, which may speak of errors itself.
        if entry.level in _TELLING or entry.message.startswith(_DETAIL):
            told.append(str(entry.message))

    try:
        apprise = _apprise()
        channel = apprise.Apprise(asset=_asset(apprise))
        if not channel.add(_instance(apprise, address)):
            return Handed("failed", "The address is not understood any more. Write it again.")
        result = channel.notify(
            body=body, title=title, body_format="text", log_callback=keep, log_level=logging.DEBUG
        )
    except Exception as error:  # noqa: BLE001 - a library's plugin for somebody's service: whatever it is, it stays here
        return Handed("unclear", f"The channel broke ({type(error).__name__}).")
    if result:
        return Handed("sent")
    everything = " ".join(told).casefold()
    what = next((words for phrase, words in _AFTER_IT_WAS_SENT.items() if phrase in everything), None)
    if what is not None:
        return Handed("unclear", f"The connection broke while the message was handed over: {what}.")
    return Handed("failed", _problem(told, address))


def understood(address: str) -> bool:
    """Whether the address is complete, as far as it can be told without using it."""
    try:
        return _instance(_apprise(), address) is not None
    except Exception:  # noqa: BLE001 - as above
        return False


def _instance(apprise: ModuleType, address: str) -> Any:
    # No second attempts, which are ours; no redirects, which could lead anywhere.
    joint = "&" if "?" in address else "?"
    own = f"retry=0&redirect=no&overflow=truncate&cto={TIMEOUT_S}&rto={TIMEOUT_S}"
    return apprise.Apprise.instantiate(f"{address}{joint}{own}", asset=_asset(apprise))


def _asset(apprise: ModuleType) -> Any:
    return apprise.AppriseAsset(
        app_id="Portico",
        app_desc="Portico",
        app_url="",
        http_redirects=False,
        storage_mode="memory",
        secure_logging=True,
    )


@cache
def _apprise() -> ModuleType:
    """Loaded when it is first needed: it takes as long as everything else together."""
    with warnings.catch_warnings():
        # Its plugins, which come with the first address, load what Python is about to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        apprise.Apprise.instantiate("json://localhost")
    for name in ("apprise", "urllib3"):
        # They would tell our log whole addresses.
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.addHandler(logging.NullHandler())
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    return apprise


def _problem(told: list[str], address: str) -> str:
    """The last words that say something, without secrets."""
    plain = [entry for entry in told if not entry.startswith(_DETAIL)]  # the detail is in Python's own words
    said = " ".join(" ".join((plain or told)[-2:]).split())
    return redacted(said, address)[:MAX_PROBLEM] or "The channel did not take it, and did not say why."
