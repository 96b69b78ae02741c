"""The preflight: every check of a request, each as fine, or blocked with its fix (R1–R3, R9–R16).

The submit judges the same request by the same checks; `BlockedCheck` holds the error that it raises.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core import errors
from core.access import Actor, can_pick, require_pick, require_system_administrator
from core.catalogue import Catalogue
from core.directory.directory import Directory, KnownInstance
from core.errors import PorticoError
from core.platforms.port import SYSTEM_ADMINISTRATOR, Instance
from core.portals import names
from core.portals.commands import Check, StartProvisioning
from core.portals.licences import Licences
from core.portals.subdomains import Subdomains
from core.solutions.version import Version


@dataclass(frozen=True)
class Judged:
    """A check, and the error that the submit raises where it is blocked."""

    check: Check
    error: PorticoError | None = None


Judgement = Callable[[], str]


class PreflightChecks:
    """Judges requests."""

    def __init__(
        self,
        catalogue: Catalogue,
        directory: Directory,
        subdomains: Subdomains,
        licences: Licences,
        manifest_needs: Callable[[str], tuple[tuple[str, str], ...]],
        is_our_import: Callable[[str], bool],
    ) -> None:
        self._catalogue = catalogue
        self._directory = directory
        self._subdomains = subdomains
        self._licences = licences
        self._manifest_needs = manifest_needs
        self._is_our_import = is_our_import

    def judge(self, request: StartProvisioning, actor: Actor) -> tuple[Judged, ...]:
        """Every check, in the form's order."""
        known, found = self._instance(request, actor)
        judged = list(found)
        judged.append(_judge("name", "R5", lambda: self._name(request)))
        judged.append(
            _judge(
                "subdomain",
                "R9",
                lambda: names.check_subdomain(request.subdomain) and "The URL is well formed",
            )
        )
        if judged[-1].error is None:
            judged.append(
                _judge("subdomain-free", "R10", lambda: self._subdomains.require_free(request.subdomain))
            )
        if known is not None:
            judged += self._of_instance(request, known.instance)
        judged += self._choice(request, known)
        if known is not None and can_pick(actor, known.instance):
            judged += self._state_of(known, actor)
        judged.append(_judge("application", "R4", lambda: self._licences.require_free(request.application)))
        return tuple(judged)

    def _instance(
        self, request: StartProvisioning, actor: Actor
    ) -> tuple[KnownInstance | None, tuple[Judged, ...]]:
        if not request.instance:
            error = errors.InstanceNotAvailable("Choose the instance that the portal is linked to.")
            return None, (_blocked("instance", "R2", error),)
        try:
            known = self._directory.get(request.instance)
        except (errors.NotFound, errors.PlatformUnreachable) as error:
            return None, (_blocked("instance", "R2", error),)
        instance = known.instance
        pick = _judge(
            "instance", "R2", lambda: require_pick(actor, instance) or f"You can pick {instance.name}"
        )
        if pick.error is not None:
            return known, (pick,)
        may = _judge(
            "system-administrator",
            "R1",
            lambda: require_system_administrator(actor, instance) or f"You administer {instance.name}",
            page="instances",
        )
        return known, (pick, may)

    def _name(self, request: StartProvisioning) -> str:
        names.check_name(request.name)
        return "The portal has a name"

    def _of_instance(self, request: StartProvisioning, instance: Instance) -> Iterator[Judged]:
        yield _judge("language-supported", "R13", lambda: self._supported(request.language))
        yield _judge("language", "R12", lambda: self._installed(request.language, instance), page="instances")
        yield _judge("administrator", "R3", lambda: _administrator(request.administrator, instance))

    def _supported(self, lcid: int | None) -> str:
        if lcid is None:
            raise errors.LanguageNotInstalled("Choose the portal's language.")
        if not self._catalogue.is_supported(lcid):
            self._refuse_unsupported(lcid)
        return f"Portals are offered in {_language(self._catalogue, lcid)}"

    def _refuse_unsupported(self, lcid: int) -> None:
        try:
            self._catalogue.language(lcid)
        except errors.NotFound as error:
            raise errors.LanguageNotSupported(
                f"No portal is offered in the language {lcid}. Choose one of those that `catalogue` lists."
            ) from error

    def _installed(self, lcid: int | None, instance: Instance) -> str:
        if lcid is None:
            raise errors.LanguageNotInstalled("Choose the portal's language.")
        if lcid not in instance.languages:
            raise errors.LanguageNotInstalled(
                f"{_language(self._catalogue, lcid)} is not installed in {instance.name}. Install it there, or choose "
                "another language.",
                details={"language": lcid, "installed": list(instance.languages)},
            )
        return f"{_language(self._catalogue, lcid)} is installed in {instance.name}"

    def _choice(self, request: StartProvisioning, known: KnownInstance | None) -> Iterator[Judged]:
        audience = _judge("audience", "R15", lambda: self._audience(request.audience))
        yield audience
        offered = _judge("portal", "R15", lambda: self._offered(request))
        yield offered
        if offered.error is None and known is not None:
            portal = str(request.portal)
            yield _judge(
                "prerequisites",
                "R16",
                lambda: self._prerequisites(portal, known.instance),
                True,
                page="instances",
            )

    def _audience(self, slug: str | None) -> str:
        if not slug:
            raise errors.PortalNotForAudience("Choose who will visit the portal.", field="audience")
        return f"Portals for the audience {self._catalogue.audience(slug).name}"

    def _offered(self, request: StartProvisioning) -> str:
        if not request.portal:
            raise errors.PortalNotForAudience("Select the portal to be deployed.")
        portal = self._catalogue.portal(request.portal)
        if not request.audience:
            raise errors.PortalNotForAudience(
                "Choose the audience first; it decides which portals are offered."
            )
        offered = self._catalogue.offered(request.audience)
        if portal not in offered:
            raise errors.PortalNotForAudience(
                f"{portal.name} is not offered to the audience {self._catalogue.audience(request.audience).name}. "
                f"Choose one of: {', '.join(p.name for p in offered)}.",
                details={"offered": [p.slug for p in offered]},
            )
        return f"{portal.name} is offered to this audience"

    def _prerequisites(self, portal: str, instance: Instance) -> str:
        template = self._catalogue.portal(portal)
        missing = [
            name for name in template.requires if not self._is_met(template.solutions[-1], name, instance)
        ]
        if missing:
            listed = " and ".join(missing)
            are = "is" if len(missing) == 1 else "are"
            raise errors.PrerequisiteMissing(
                f"{template.name} needs {listed}, which {are} not in {instance.name}. Install {'it' if len(missing) == 1 else 'them'} there first.",
                details={"missing": missing},
            )
        return (
            f"Everything that {template.name} needs is there"
            if template.requires
            else "Nothing has to be there first"
        )

    def _is_met(self, solution: str, needed: str, instance: Instance) -> bool:
        found = instance.solution(needed)
        lowest = dict(self._manifest_needs(solution)).get(needed)
        return found is not None and (lowest is None or Version.parse(found.version) >= Version.parse(lowest))

    def _state_of(self, known: KnownInstance, actor: Actor) -> Iterator[Judged]:
        """What the state of the instance says: an administrator can go on although it blocks."""
        instance = known.instance
        yield _judge("reachable", "R8", lambda: _reachable(known), True)
        yield _judge("administration-mode", "R8", lambda: _open_for_imports(instance), True, page="instances")
        yield _judge("import-running", "R8", lambda: self._no_other_import(instance), True)
        yield _judge("access-mode", "R26", lambda: _read_write(actor, instance), True, page="instances")

    def _no_other_import(self, instance: Instance) -> str:
        running = instance.import_running
        if running is not None and not self._is_our_import(instance.slug):
            raise errors.InstanceBlocked(
                f"{running} is being imported into {instance.name} now, and an instance takes one import at a time. "
                "Wait until it has ended."
            )
        return (
            f"No other import runs in {instance.name}"
            if running is None
            else f"Waits for its turn in {instance.name}"
        )


def _judge(
    id_: str, rule: str, judgement: Judgement, is_forceable: bool = False, page: str | None = None
) -> Judged:
    try:
        message = judgement()
    except PorticoError as error:
        return _blocked(id_, rule, error, is_forceable, page)
    return Judged(Check(id_, rule, "fine", message))


def _blocked(
    id_: str, rule: str, error: PorticoError, is_forceable: bool = False, page: str | None = None
) -> Judged:
    message, _, fix = error.message.partition(". ")
    check = Check(id_, rule, "blocked", message.rstrip("."), fix or None, is_forceable, page)
    return Judged(check, error)


def _administrator(email: str | None, instance: Instance) -> str:
    if not email:
        raise errors.AdministratorNotEligible("Choose the portal administrator.")
    user = instance.user(email)
    if user is None or not user.has(SYSTEM_ADMINISTRATOR):
        raise errors.AdministratorNotEligible(
            f"{email} does not hold the System Administrator role in {instance.name}. Choose one of: "
            f"{', '.join(u.email for u in instance.administrators())}.",
            details={"eligible": [u.email for u in instance.administrators()]},
        )
    return f"{user.name} can administer the portal"


def _reachable(known: KnownInstance) -> str:
    if not known.is_reachable:
        raise errors.InstanceBlocked(
            f"{known.instance.name} does not answer; it was last seen at {known.synchronised_at:%Y-%m-%d %H:%M} UTC. "
            "Wait until it does."
        )
    return f"{known.instance.name} answers"


def _open_for_imports(instance: Instance) -> str:
    if instance.administration_mode:
        raise errors.InstanceBlocked(
            f"{instance.name} is in administration mode and takes no imports. Switch administration mode off."
        )
    return f"{instance.name} is not in administration mode"


def _read_write(actor: Actor, instance: Instance) -> str:
    user = instance.user(actor.email)
    if user is not None and user.access_mode != "read-write":
        raise errors.InstanceBlocked(
            f"Your access mode in {instance.name} is {user.access_mode}, and an import needs Read-Write. Change it.",
        )
    return "Your access mode is Read-Write"


def _language(catalogue: Catalogue, lcid: int) -> str:
    return (
        catalogue.language(lcid).name.split(" - ")[0]
        if catalogue.is_supported(lcid)
        else f"The language {lcid}"
    )
