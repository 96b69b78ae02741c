"""The services, opened for one command and closed behind it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.access import Actor
from core.commandline.errors import MissingOption

if TYPE_CHECKING:
    from core.bootstrap import Services


@contextmanager
def opened(*, open_store: bool = True) -> Iterator["Services"]:
    """The services for the length of a block, on a store that is made if missing; StoreOlder, StoreNewer."""
    from core.bootstrap import build_services

    services = build_services(open_store=open_store)
    try:
        yield services
    finally:
        services.close()


def actor(email: str) -> Actor:
    """Who acts; whether they may is for `core.access` to decide. Raises MissingOption where nobody is named."""
    if not email.strip():
        raise MissingOption("--as is empty. Say who acts, by e-mail.", field="as")
    return Actor(email.strip())
