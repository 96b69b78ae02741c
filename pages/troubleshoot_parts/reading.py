"""What the page knows: the groups, what a retry of everything would do now, and the words for them."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.access import Actor, is_system_administrator
from core.bootstrap import Services
from core.diagnosis import UNKNOWN, Diagnoser
from core.directory.directory import KnownInstance
from core.insight.failures import FailureFilter, FailureGroup, FailureList, grouped
from core.insight.failures.grouping import MISSING, NOW_THERE
from core.phrasing import listed
from core.portals.retries import ImportPlan, PlannedItem
from pages.troubleshoot_parts.rules import find_rules
from pages.ui.words import count

SHOWN_NAMES = 3
AGE_S = 5


@dataclass(frozen=True)
class Outlook:
    """What a retry would do now with the failures of one group; those that the person may not retry have none."""

    items: tuple[PlannedItem, ...]

    @property
    def passing(self) -> int:
        """How many would pass."""
        return sum(item.outlook != "fails" for item in self.items)

    @property
    def obstacles(self) -> tuple[PlannedItem, ...]:
        """The first that stands in the way in each instance, and each other one."""
        found = {(i.wanted.instance, i.reason): i for i in self.items if i.outlook == "fails"}
        return tuple(found.values())


@dataclass(frozen=True)
class View:
    """Everything that one look at the page shows."""

    failures: FailureList
    groups: tuple[FailureGroup, ...]
    plan: ImportPlan
    known: Mapping[str, KnownInstance]
    standing: Mapping[str, frozenset[str]]
    administered: frozenset[str]
    rules: Diagnoser | None  # none where a record is wrong

    def outlook(self, group: FailureGroup) -> Outlook:
        """What a retry of everything would do with this group."""
        wanted = set(group.installations)
        return Outlook(tuple(i for i in self.plan.items if i.wanted.installation_id in wanted))

    def name(self, slug: str) -> str:
        """An instance by its name."""
        return self.known[slug].instance.name if slug in self.known else slug

    def where(self, group: FailureGroup) -> str:
        """Contoso; Contoso and Fabrikam; 12 instances."""
        names = [self.name(slug) for slug in group.instances]
        return and_(names) if len(names) <= SHOWN_NAMES else count(len(names), "instance")

    def title(self, group: FailureGroup) -> str:
        """What is wrong, and where."""
        if group.cause == MISSING and group.subject == NOW_THERE:
            return f"What was missing in {self.where(group)} is there now"
        if group.cause == MISSING and group.missing:
            are = "is" if len(group.missing) == 1 else "are"
            return f"{and_(group.missing)} {are} missing in {self.where(group)}"
        title = self._title(group.cause)
        subject = f": {group.subject}" if group.subject and group.cause != UNKNOWN else ""
        return f"{title}{subject}, in {self.where(group)}"

    def is_known(self, group: FailureGroup) -> bool:
        """Whether there is a record of the cause: it can be of an earlier version, or no record can be read."""
        return self.rules is not None and group.cause in self.rules.causes

    def _title(self, cause: str) -> str:
        if cause == UNKNOWN:
            return "A message that no rule explains"
        if self.rules is None:
            return cause.replace("-", " ").capitalize()
        return self.rules.record(cause).title if cause in self.rules.causes else "Not known"


def read(services: Services, actor: Actor, wanted: FailureFilter) -> View:
    """One look: the failures, what stands in the instances, and the plan for those that the person may retry."""
    found = services.failures.find(wanted, actor)
    slugs = {one.instance for one in found.items}
    known = {k.slug: k for k in services.directory.all(max_age_s=AGE_S) if k.slug in slugs}
    standing = {
        slug: frozenset(s.unique_name for s in k.instance.solutions if not s.is_holding)
        for slug, k in known.items()
    }
    mine = frozenset(s for s, k in known.items() if is_system_administrator(actor, k.instance))
    ids = [
        id_
        for one in found.items
        if one.instance in mine and one.closed_at is None
        for id_ in one.installations
    ]
    plan = services.installations.plan_retry(ids, actor) if ids else ImportPlan(())
    return View(found, grouped(found.items, standing), plan, known, standing, mine, find_rules())


def and_(names: list[str] | tuple[str, ...]) -> str:
    """A, B and C; the fourth and more as a number."""
    shown = list(names[:SHOWN_NAMES])
    if len(names) > SHOWN_NAMES:
        shown.append(f"{len(names) - SHOWN_NAMES} more")
    return listed(shown)
