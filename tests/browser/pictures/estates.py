"""The conditions that pictures show: nothing yet, a life in Contoso, something broken, a made-up estate."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Literal

from core.access import Actor
from core.bootstrap import Services
from core.demo import Wanted
from core.notices.models import NoticeState, WantNotices
from core.platforms.port import InstanceChange
from core.portals.bulk.models import Act
from tests.browser.console import Console
from tests.browser.lived_in import (
    AMELIE,
    NADIA,
    change,
    provision,
    services_of,
    wait_until,
    wait_until_ended,
)
from tests.notices.receiver import Receiver, receiving

Ids = Mapping[str, int]
Estate = Literal["empty", "contoso", "moving", "broken", "demo"]
FRENCH, ENGLISH, GERMAN = 1036, 1033, 1031
JAMES, KATHARINA = Actor("james.whitfield@contoso.example"), Actor("katharina.vogel@contoso.example")
_RECEIVING_HOST = "127.0.0.1"
_SENT: tuple[NoticeState, ...] = ("sent",)
_UNCLEAR: tuple[NoticeState, ...] = ("unclear",)
# Portals have the address that people see, whatever the port of the console that is pictured.
_USUAL = {"PORTICO_PORTAL_PORT": "8501"}
_TOLD = _USUAL | {"PORTICO_NOTICE_HOSTS": _RECEIVING_HOST}


def empty(_console: Console, _stack: ExitStack) -> Ids:
    """Nothing has been done yet."""
    return {}


def demo(console: Console, _stack: ExitStack) -> Ids:
    """What `make demo` shows."""
    with services_of(console, notice_hosts=_RECEIVING_HOST) as services:
        services.demo().make(Wanted(portals=500, days=90, seed=1))
    return {}


def contoso(console: Console, stack: ExitStack) -> Ids:
    """Portals of several kinds, one refused, bulk actions, notifications; Fabrikam takes its time."""
    receiver = stack.enter_context(receiving())
    with services_of(console, notice_hosts=_RECEIVING_HOST) as services:
        _listen(services, receiver)
        ids = {
            "help": provision(services, "contoso-help", JAMES, name="Contoso Help", language=FRENCH),
            "forum": provision(
                services, "contoso-forum", AMELIE, name="Contoso Forum", portal="community", language=ENGLISH
            ),
            "staff": provision(
                services,
                "contoso-staff",
                AMELIE,
                name="Contoso Staff",
                audience="employee",
                portal="employee-self-service",
                language=ENGLISH,
            ),
        }
        for portal in ids.values():
            wait_until_ended(services, portal)
        ids["shop"] = _cancelled_shop(services)
        wait_until(
            lambda: services.sent_notices.page(AMELIE, states=_SENT).total == len(ids), "a message a run"
        )
        receiver.is_rude = True  # what comes now may have arrived or not, for both who hear of it
        ids["field"] = _refused_field(services)
        wait_until(
            lambda: len(services.sent_notices.page(AMELIE, states=_UNCLEAR).items) == 2,
            "two unclear messages",
        )
        receiver.is_rude = False
        services.notifications.send_again(
            services.sent_notices.page(AMELIE, states=_UNCLEAR).items[0].id, AMELIE
        )
        portals = [ids[name] for name in ("help", "forum", "staff", "shop")]
        _act(services, "rename", portals, {"pattern": "{name} {number:02}"}, "All portals of Contoso")
        ids["bulk"] = _act(services, "restart", [*portals, ids["field"]], {}, "All portals of Contoso")
        wait_until_ended(services, ids["shop"])
        services.feature_notes.write(
            "forums", "Support wants to answer in one place. Ask Priya first.", AMELIE
        )
        change(services, "fabrikam", NADIA, InstanceChange("delay", delay_s=3600))
        ids["under_way"] = _fabrikam_service(services)
        wait_until(
            lambda: services.insight.portal(ids["under_way"], NADIA).runs[0].is_open, "the run in Fabrikam"
        )
    return ids


def moving(console: Console, _stack: ExitStack) -> Ids:
    """One portal stands; another is on its way, at a pace that can be watched."""
    with services_of(console, notice_hosts=_RECEIVING_HOST) as services:
        change(services, "contoso", AMELIE, InstanceChange("delay", delay_s=1))
        wait_until_ended(
            services, provision(services, "contoso-help", AMELIE, name="Contoso Help", language=ENGLISH)
        )
        change(services, "fabrikam", NADIA, InstanceChange("delay", delay_s=1.5))
        service = _fabrikam_service(services)
    return {"under_way": service}


def broken(console: Console, _stack: ExitStack) -> Ids:
    """One portal lacks what it needs, another met the administration mode, which is off again."""
    with services_of(console, notice_hosts=_RECEIVING_HOST) as services:
        field = _refused_field(services)
        change(services, "contoso", AMELIE, InstanceChange("administration-mode", is_on=True))
        forum = provision(
            services,
            "contoso-forum",
            AMELIE,
            name="Contoso Forum",
            portal="community",
            force=True,
            language=ENGLISH,
        )
        wait_until_ended(services, forum)
        change(services, "contoso", AMELIE, InstanceChange("administration-mode", is_on=False))
    return {"field": field, "forum": forum}


ESTATES: dict[Estate, tuple[Callable[[Console, ExitStack], Ids], Mapping[str, str]]] = {
    "empty": (empty, _USUAL),
    "contoso": (contoso, _TOLD),
    "moving": (moving, _USUAL),
    "broken": (broken, _USUAL),
    "demo": (demo, _USUAL),
}


def _fabrikam_service(services: Services) -> int:
    return provision(
        services, "fabrikam-service", NADIA, name="Fabrikam Service", instance="fabrikam", language=ENGLISH
    )


def _refused_field(services: Services) -> int:
    """Partner Field Service in Contoso, although what it needs is not there."""
    portal = provision(
        services,
        "contoso-field",
        AMELIE,
        name="Contoso Field",
        language=FRENCH,
        audience="partner",
        portal="partner-field-service",
        force=True,
    )
    wait_until_ended(services, portal)
    return portal


def _cancelled_shop(services: Services) -> int:
    """A portal whose run was cancelled under way, because Contoso took its time."""
    change(services, "contoso", AMELIE, InstanceChange("delay", delay_s=3600))
    portal = provision(
        services, "contoso-shop", KATHARINA, name="Contoso Shop", language=GERMAN, portal="custom"
    )
    services.lifecycle.cancel(portal, KATHARINA)
    change(services, "contoso", AMELIE, InstanceChange("delay", delay_s=0))
    wait_until_ended(services, portal)
    return portal


def _listen(services: Services, receiver: Receiver) -> None:
    for wanted in (
        WantNotices("On call", receiver.address, ("run-failed", "run-slow")),
        WantNotices("Everything that ends", receiver.address, ("run-ended",), ("contoso",)),
        WantNotices("Team, every morning", receiver.address, ("trial-ends", "cause-surges"), (), "daily"),
    ):
        services.notifications.add(wanted, AMELIE)


def _act(services: Services, act: Act, portals: list[int], arguments: Mapping[str, str], wanted: str) -> int:
    """Act on many, and wait until each is reported."""
    bulk_id = services.bulk.start(services.bulk.preview(act, portals, arguments, AMELIE), AMELIE, wanted)
    wait_until(lambda: not services.bulk_insight.one(bulk_id, AMELIE).is_open, "the end of the bulk action")
    return bulk_id
