"""A console that is lived in: portals in every state, made through its own store while it runs."""

import time
from collections.abc import Callable, Iterator
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
def services_of(console: Console, **others: str) -> Iterator[Services]:
    """The services on the store of a console that runs, as a second process has them.

    The settings that are not among *others* come from the environment, as the console's own do.
    """
    settings = Settings(data_dir=console.data_dir, portal_port=console.port)
    services = build_services(settings.model_copy(update=others))
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
    name: str | None = None,
    instance: str = "contoso",
    language: int = 1036,
    audience: str = "customer",
    portal: str = "customer-self-service",
    force: bool = False,
) -> int:
    """Submit a portal; the console's engine finds it."""
    name = name or subdomain.capitalize()
    request = StartProvisioning(name, subdomain, instance, language, actor.email, audience, portal)
    return services.portals.provision(request, actor, accepted_terms=True, force=force).portal_id


def change(services: Services, instance: str, actor: Actor, what: InstanceChange) -> None:
    """An administrative action on an instance."""
    services.instances.change(instance, (what,), actor)


def wait_until_ended(services: Services, portal_id: int) -> None:
    """Wait until the console has run the portal's latest run."""
    wait_until(
        lambda: not services.insight.portal(portal_id, AMELIE).runs[0].is_open,
        f"the end of portal {portal_id}'s run",
    )


def wait_until(has_come: Callable[[], bool], what: str) -> None:
    """Wait for what the console's process does."""
    deadline = time.monotonic() + _PATIENCE_S
    while not has_come():
        if time.monotonic() > deadline:
            raise TimeoutError(f"It did not come: {what}.")
        time.sleep(0.05)  # another process does it: nothing tells us


def act_as(visit: Visit, name: str) -> None:
    """Choose who acts in the menu at the top right."""
    box = visit.page.get_by_role("combobox", name="Acting as")

    def choose() -> None:
        box.click()
        box.press_sequentially(name)
        visit.page.get_by_role("option", name=name).click()

    visit.act(choose)
