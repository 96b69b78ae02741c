"""The conditions that pictures show: nothing yet, a life in Contoso, something broken, a made-up estate."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Literal

from core.access import Actor
from core.bootstrap import Services, build_services
from core.demo import Wanted
from core.notices.models import NoticeState, WantNotices
from core.platforms.port import InstanceChange
from core.portals.bulk.models import Act
from core.portals.commands import StartProvisioning
from core.settings import Settings
from tests.browser.console import Console
from tests.browser.lived_in import AMELIE, NADIA, change, wait_until_ended
from tests.notices.receiver import Receiver, receiving

Ids = Mapping[str, int]
Estate = Literal["empty", "contoso", "moving", "broken", "demo"]
FRENCH, ENGLISH, GERMAN = 1036, 1033, 1031
JAMES, KATHARINA = Actor("james.whitfield@contoso.example"), Actor("katharina.vogel@contoso.example")
_RECEIVING_HOST = "127.0.0.1"
_PATIENCE_S = 60
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
    with _services(console) as services:
        services.demo().make(Wanted(portals=500, days=90, seed=1))
    return {}


def contoso(console: Console, stack: ExitStack) -> Ids:
    """Portals of several kinds, one refused, bulk actions, notifications; Fabrikam takes its time."""
    receiver = stack.enter_context(receiving())
    with _services(console) as services:
        _listen(services, receiver)
        ids = {
            "help": _provision(services, "Contoso Help", "contoso-help", JAMES, language=FRENCH),
            "forum": _provision(services, "Contoso Forum", "contoso-forum", AMELIE, portal="community"),
            "staff": _provision(
                services,
                "Contoso Staff",
                "contoso-staff",
                AMELIE,
                audience="employee",
                portal="employee-self-service",
            ),
        }
        for portal in ids.values():
            wait_until_ended(services, portal)
        ids["shop"] = _cancelled_shop(services)
        _wait(lambda: services.sent_notices.page(AMELIE, states=_SENT).total == len(ids))
        receiver.is_rude = True  # what comes now may have arrived or not, for both who hear of it
        ids["field"] = _refused_field(services)
        _wait(lambda: len(services.sent_notices.page(AMELIE, states=_UNCLEAR).items) == 2)
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
        ids["under_way"] = _provision(
            services, "Fabrikam Service", "fabrikam-service", NADIA, instance="fabrikam"
        )
        _wait(lambda: services.insight.portal(ids["under_way"], NADIA).runs[0].is_open)
    return ids


def moving(console: Console, _stack: ExitStack) -> Ids:
    """One portal stands; another is on its way, at a pace that can be watched."""
    with _services(console) as services:
        change(services, "contoso", AMELIE, InstanceChange("delay", delay_s=1))
        wait_until_ended(services, _provision(services, "Contoso Help", "contoso-help", AMELIE))
        change(services, "fabrikam", NADIA, InstanceChange("delay", delay_s=1.5))
        service = _provision(services, "Fabrikam Service", "fabrikam-service", NADIA, instance="fabrikam")
    return {"under_way": service}


def broken(console: Console, _stack: ExitStack) -> Ids:
    """One portal lacks what it needs, another met the administration mode, which is off again."""
    with _services(console) as services:
        field = _refused_field(services)
        change(services, "contoso", AMELIE, InstanceChange("administration-mode", is_on=True))
        forum = _provision(services, "Contoso Forum", "contoso-forum", AMELIE, portal="community", force=True)
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


@contextmanager
def _services(console: Console) -> Iterator[Services]:
    """The services on the console's store; notifications may be sent to the receiver here."""
    settings = Settings(data_dir=console.data_dir, portal_port=console.port, notice_hosts=_RECEIVING_HOST)
    services = build_services(settings)
    try:
        yield services
    finally:
        services.close()


def _provision(
    services: Services,
    name: str,
    subdomain: str,
    actor: Actor,
    *,
    instance: str = "contoso",
    language: int = ENGLISH,
    audience: str = "customer",
    portal: str = "customer-self-service",
    force: bool = False,
) -> int:
    request = StartProvisioning(name, subdomain, instance, language, actor.email, audience, portal)
    return services.portals.provision(request, actor, accepted_terms=True, force=force).portal_id


def _refused_field(services: Services) -> int:
    """Partner Field Service in Contoso, although what it needs is not there."""
    portal = _provision(
        services,
        "Contoso Field",
        "contoso-field",
        AMELIE,
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
    portal = _provision(services, "Contoso Shop", "contoso-shop", KATHARINA, language=GERMAN, portal="custom")
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
    _wait(lambda: not services.bulk_insight.one(bulk_id, AMELIE).is_open)
    return bulk_id


def _wait(has_come: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not has_come():
        if time.monotonic() > deadline:
            raise TimeoutError("What a picture shows did not come.")
        time.sleep(0.05)  # the console's process does it: nothing tells us
