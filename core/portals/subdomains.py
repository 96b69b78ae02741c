"""Whether a subdomain is free (R10): in our store, after a deleted portal's purge time, on the platform."""

from datetime import datetime
from itertools import islice

from sqlmodel import Session, col, select

from core.errors import PlatformUnreachable, SubdomainInvalid, SubdomainTaken
from core.platforms.port import Platform
from core.portals import names
from core.portals.commands import SubdomainAnswer
from core.storage.store import Store
from core.storage.tables import Portal, ReleasedSubdomain

OFFERED = 3


class Subdomains:
    """Answers whether a subdomain can be had."""

    def __init__(self, store: Store, platform: Platform) -> None:
        self._store = store
        self._platform = platform

    def answer(self, subdomain: str) -> SubdomainAnswer:
        """Whether it is well formed and free, with alternatives where it is taken."""
        try:
            label = names.check_subdomain(subdomain)
            self.require_free(label)
        except SubdomainInvalid as error:
            return SubdomainAnswer("invalid", error.message)
        except SubdomainTaken as error:
            free_at = error.details.get("free_at")
            at = datetime.fromisoformat(free_at) if free_at else None
            free = tuple(islice((a for a in names.alternatives(label) if self._is_free(a)), OFFERED))
            return SubdomainAnswer("purging" if at else "taken", error.message, at, free)
        except PlatformUnreachable as error:
            return SubdomainAnswer("unknown", error.message)
        return SubdomainAnswer("free", _free(label))

    def require_free(self, subdomain: str) -> str:
        """A sentence that it is free; raises SubdomainTaken, PlatformUnreachable."""
        label = names.check_subdomain(subdomain)
        with self._store.reading() as session:
            require_free_in_store(session, label, self._store.clock())
        answer = self._platform.name_availability(label)
        if answer.state != "free":
            raise _taken(label, answer.free_at)
        return _free(label)

    def _is_free(self, label: str) -> bool:
        try:
            self.require_free(label)
        except (SubdomainTaken, PlatformUnreachable):
            return False
        return True


def require_free_in_store(session: Session, label: str, now: datetime) -> None:
    """Raise SubdomainTaken where a portal has the subdomain, or had it until a short while ago."""
    held = select(Portal.id).where(col(Portal.subdomain) == label, col(Portal.state) != "deleted")
    if session.exec(held).first() is not None:
        raise taken(label)
    released = select(ReleasedSubdomain.free_at).where(col(ReleasedSubdomain.subdomain) == label)
    free_at = max((at for at in session.exec(released).all() if at > now), default=None)
    if free_at is not None:
        raise _taken(label, free_at)


def taken(label: str) -> SubdomainTaken:
    """The error for a subdomain that another portal has."""
    return _taken(label, None)


def _free(label: str) -> str:
    return f"The subdomain {label} is free"


def _taken(label: str, free_at: datetime | None) -> SubdomainTaken:
    if free_at is None:
        return SubdomainTaken(
            f"'{label}' is taken by another portal. Choose another subdomain.", details={"subdomain": label}
        )
    return SubdomainTaken(
        f"'{label}' belonged to a deleted portal and is free again at {free_at:%Y-%m-%d %H:%M} UTC. "
        "Wait, or choose another subdomain.",
        details={"subdomain": label, "free_at": free_at.isoformat()},
    )
