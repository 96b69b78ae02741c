"""A console that is lived in: portals in every state, made through its own store while it runs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.access import Actor
from core.bootstrap import Services, build_services
from core.platforms.port import InstanceChange
from core.portals.commands import StartProvisioning
from core.settings import Settings
from tests.browser.console import Console
from tests.browser.visit import Visit

AMELIE = Actor("amelie.laurent@contoso.example")
NADIA = Actor("nadia.haddad@fabrikam.example")
_PATIENCE_S = 60


@dataclass(frozen=True)
class LivedIn:
    """The ids of portals by what they show."""

    provisioned: int
    refused: int
    under_way: int


@contextmanager
def services_of(console: Console) -> Iterator[Services]:
    """The services on the store of a console that runs, as a second process has them."""
    services = build_services(Settings(data_dir=console.data_dir, portal_port=console.port))
    try:
        yield services
    finally:
        services.close()


def live_in(console: Console) -> LivedIn:
    """A portal that stands, one whose solutions were refused, one that takes its time."""
    with services_of(console) as services:
        provisioned = provision(services, "stands", AMELIE)
        wait_until_ended(services, provisioned)
        change(services, "contoso", AMELIE, InstanceChange("administration-mode", is_on=True))
        refused = provision(services, "refused", AMELIE, portal="community", force=True)
        wait_until_ended(services, refused)
        change(services, "contoso", AMELIE, InstanceChange("administration-mode", is_on=False))
        change(services, "fabrikam", NADIA, InstanceChange("delay", delay_s=3600))
        under_way = provision(services, "under-way", NADIA, instance="fabrikam", language=1033)
        return LivedIn(provisioned, refused, under_way)


def provision(
    services: Services,
    subdomain: str,
    actor: Actor,
    *,
    instance: str = "contoso",
    language: int = 1036,
    portal: str = "customer-self-service",
    force: bool = False,
) -> int:
    """Submit a portal; the console's engine finds it."""
    request = StartProvisioning(
        subdomain.capitalize(), subdomain, instance, language, actor.email, "customer", portal
    )
    return services.portals.provision(request, actor, accepted_terms=True, force=force).portal_id


def change(services: Services, instance: str, actor: Actor, what: InstanceChange) -> None:
    """An administrative action on an instance."""
    services.instances.change(instance, (what,), actor)


def wait_until_ended(services: Services, portal_id: int) -> None:
    """Wait until the console has run the portal's latest run."""
    deadline = time.monotonic() + _PATIENCE_S
    while services.insight.portal(portal_id, AMELIE).runs[0].is_open:
        if time.monotonic() > deadline:
            raise TimeoutError(f"The run of portal {portal_id} did not end.")
        time.sleep(0.05)  # another process runs it: nothing tells us


def act_as(visit: Visit, name: str) -> None:
    """Choose who acts in the menu at the top right."""
    box = visit.page.get_by_role("combobox", name="Acting as")

    def choose() -> None:
        box.click()
        box.press_sequentially(name)
        visit.page.get_by_role("option", name=name).click()

    visit.act(choose)
