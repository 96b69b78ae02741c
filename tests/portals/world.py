"""A fresh console for the tests of portals, insight, the directory and the store, and people to act in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.access import Actor
from core.bootstrap import Services, build_services
from core.errors import PorticoError, SeveralErrors
from core.insight.models import PortalDetails
from core.platforms.port import InstanceChange
from core.portals.commands import Check, Started, StartProvisioning
from core.settings import CONSOLE_ADMINISTRATOR, Settings
from tests.contract.tenant import MovableClock

ADMIN = Actor(CONSOLE_ADMINISTRATOR, "Console Administrator")
AMELIE = Actor("amelie.laurent@contoso.example", "Amélie Laurent")
MARCO = Actor("marco.bianchi@contoso.example", "Marco Bianchi")  # an administrator without Read-Write
PRIYA = Actor("priya.sharma@contoso.example", "Priya Sharma")  # a System Customizer
OLIVER = Actor("oliver.bennett@contoso.example", "Oliver Bennett")  # any other user
NADIA = Actor("nadia.haddad@fabrikam.example", "Nadia Haddad")  # administers Fabrikam, customizes Contoso
LAYLA = Actor("layla.mansour@adventure-works.example", "Layla Mansour")
STRANGER = Actor("nobody@elsewhere.example")

CONTOSO, FABRIKAM, ADVENTURE = "contoso", "fabrikam", "adventure-works"
ENGLISH, GERMAN, FRENCH, JAPANESE, ARABIC, HEBREW = 1033, 1031, 1036, 1041, 1025, 1037

GOOD = StartProvisioning(
    name="Contoso Help",
    subdomain="contoso-help",
    instance=CONTOSO,
    language=FRENCH,
    administrator=AMELIE.email,
    audience="customer",
    portal="customer-self-service",
)


class World:
    """A console with its own clock; `submit` and `checks` start from a request that is fine."""

    def __init__(self, settings: Settings, clock: MovableClock | None = None) -> None:
        self.clock = clock or MovableClock()
        self.settings = settings
        self.services: Services = build_services(settings, clock=self.clock)
        self.portals = self.services.portals
        self.insight = self.services.insight
        self.store = self.services.store

    def submit(
        self, actor: Actor = AMELIE, *, terms: bool = True, force: bool = False, **values: Any
    ) -> Started:
        return self.portals.provision(request(**values), actor, accepted_terms=terms, force=force)

    def refusals(self, actor: Actor = AMELIE, **values: Any) -> list[PorticoError]:
        """What the submit raises, each error; none where it is granted."""
        try:
            self.submit(actor, **values)
        except SeveralErrors as several:
            return list(several.errors)
        except PorticoError as error:
            return [error]
        return []

    def codes(self, actor: Actor = AMELIE, **values: Any) -> list[str]:
        return [error.code for error in self.refusals(actor, **values)]

    def checks(self, actor: Actor = AMELIE, **values: Any) -> dict[str, Check]:
        found = self.portals.preflight(request(**values), actor).checks
        assert len({check.id for check in found}) == len(found), "a check stands twice"
        return {check.id: check for check in found}

    def blocked(self, actor: Actor = AMELIE, **values: Any) -> dict[str, Check]:
        return {id_: check for id_, check in self.checks(actor, **values).items() if check.state == "blocked"}

    def change(self, action: Any, instance: str = CONTOSO, **values: Any) -> None:
        """Something happens on the platform itself."""
        assert self.services.administration
        self.services.administration.change_instance(instance, (InstanceChange(action, **values),))

    def details(self, portal_id: int, actor: Actor = ADMIN) -> PortalDetails:
        return self.insight.portal(portal_id, actor)

    def close(self) -> None:
        self.services.close()


def request(**values: Any) -> StartProvisioning:
    """A request that is fine, but for the values given."""
    return StartProvisioning(**{**vars(GOOD), **values})


@contextmanager
def opened(settings: Settings) -> Iterator[World]:
    world = World(settings)
    try:
        yield world
    finally:
        world.close()


def copy_data(made: Path, data_dir: Path) -> None:
    """The files of a console that was made before; nobody may have them open."""
    shutil.copytree(made, data_dir, dirs_exist_ok=True)
