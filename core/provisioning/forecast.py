"""What would happen now: whether an import would pass, judged from what the platform says of the instance.

The same questions as the platform's own, asked beforehand (R1, R26, R27). A forecast is kept with the retry and compared
with what happened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.access import SYSTEM_ADMINISTRATOR
from core.directory.directory import KnownInstance
from core.phrasing import listed
from core.platforms.port import Instance
from core.solutions.manifest import UNMANAGED, Manifest
from core.solutions.version import Version


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way of an import now: the cause's id, and a sentence; `page` is where it is removed."""

    cause: str
    message: str
    page: str | None = None
    passes_by_itself: bool = False
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedImport:
    """An import to judge: of which package, in which language, for a portal in which, as whom."""

    manifest: Manifest
    language: int
    required_language: int | None
    on_behalf_of: str


def obstacle_to(
    planned: PlannedImport,
    known: KnownInstance,
    will_be_there: Mapping[str, Version] | None = None,
    language_name: Callable[[int], str] = str,
) -> Obstacle | None:
    """The first thing in the way, in the platform's own order; None where the import would pass.

    `will_be_there`: what earlier imports of the same plan bring.
    """
    instance = known.instance
    name = instance.name
    if not known.is_reachable:
        return Obstacle(
            "unreachable", f"{name} does not answer: see whether it is reachable.", passes_by_itself=True
        )
    return (
        _access(planned, instance)
        or _mode(instance)
        or _version(planned, instance)
        or _language(planned, instance, language_name)
        or _kind(planned, instance)
        or _holding(planned, instance)
        or _requirements(planned, instance, will_be_there or {})
    )


def _mode(instance: Instance) -> Obstacle | None:
    if not instance.administration_mode:
        return None
    return Obstacle(
        "administration-mode", f"{instance.name} is in administration mode: switch it off.", "instances"
    )


def _access(planned: PlannedImport, instance: Instance) -> Obstacle | None:
    user = instance.user(planned.on_behalf_of)
    if user is None or not user.has(SYSTEM_ADMINISTRATOR):
        return Obstacle(
            "missing-privilege",
            f"{planned.on_behalf_of} lacks the System Administrator role in {instance.name}: assign it directly.",
            "instances",
        )
    if user.access_mode != "read-write":
        return Obstacle(
            "access-mode",
            f"{user.name}'s access mode in {instance.name} is {user.access_mode}: make it Read-Write.",
            "instances",
        )
    return None


def _version(planned: PlannedImport, instance: Instance) -> Obstacle | None:
    made_for = planned.manifest.package_version
    if made_for is None or made_for.parts[:2] <= Version.parse(instance.version).parts[:2]:
        return None
    return Obstacle(
        "package-too-new",
        f"{planned.manifest.unique_name} is made for version {made_for}, {instance.name} has {instance.version}: "
        "use the package made for it, or update the instance.",
        "solutions",
    )


def _language(
    planned: PlannedImport, instance: Instance, language_name: Callable[[int], str]
) -> Obstacle | None:
    for language in (planned.required_language, planned.language):
        if language is not None and language not in instance.languages:
            return Obstacle(
                "language-not-installed",
                f"{_first_upper(language_name(language))} is not installed in {instance.name}: install it.",
                "instances",
            )
    if planned.required_language not in (None, planned.language):
        return Obstacle(
            "language-not-installed",
            f"It would run in {language_name(planned.language)}, and the portal is in "
            f"{language_name(planned.required_language or 0)}: install in the portal's language.",
            "solutions",
        )
    return None


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _kind(planned: PlannedImport, instance: Instance) -> Obstacle | None:
    name = planned.manifest.unique_name
    there = instance.solution(name)
    if there is None or there.is_managed == (planned.manifest.managed != UNMANAGED):
        return None
    word = "a managed" if there.is_managed else "an unmanaged"
    return Obstacle(
        "managed-mismatch",
        f"{name} stands in {instance.name} as {word} solution: uninstall it, or use the package of that kind.",
        "solutions",
    )


def _holding(planned: PlannedImport, instance: Instance) -> Obstacle | None:
    left_over = f"{planned.manifest.unique_name}_Upgrade"
    if not any(s.unique_name == left_over and s.is_holding for s in instance.solutions):
        return None
    return Obstacle(
        "holding-solution",
        f"The holding solution {left_over} is left over in {instance.name}: uninstall it.",
        "solutions",
    )


def _requirements(
    planned: PlannedImport, instance: Instance, will_be_there: Mapping[str, Version]
) -> Obstacle | None:
    there = {s.unique_name: Version.parse(s.version) for s in instance.solutions if not s.is_holding}
    there |= {name: max(version, there.get(name, version)) for name, version in will_be_there.items()}
    needs = planned.manifest.requires
    missing = tuple(need.solution for need in needs if need.solution not in there)
    if missing:
        return Obstacle(
            "missing-dependency",
            f"{listed(missing)} must be in {instance.name} first.",
            "solutions",
            missing=missing,
        )
    old = tuple(n.solution for n in needs if n.version is not None and there[n.solution] < n.version)
    if old:
        return Obstacle(
            "dependency-too-old",
            f"{', '.join(old)} must be updated in {instance.name} first.",
            "solutions",
            missing=old,
        )
    return None
