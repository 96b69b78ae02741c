"""The preflight: every check of a request, each as fine, or blocked with its fix (R1–R3, R9–R16).

The submit judges the same request by the same checks; `Judged` holds the error that it raises.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core import errors
from core.access import Actor, can_pick, require_pick, require_system_administrator
from core.catalogue import Catalogue
from core.directory.directory import Directory, KnownInstance
from core.errors import PlatformUnreachable, PorticoError
from core.platforms.port import Instance
from core.portals import instance_checks, names
from core.portals.commands import Check, StartProvisioning
from core.portals.licences import Licences
from core.portals.retries import ImportPlans
from core.portals.subdomains import Subdomains
from core.solutions.version import Version


@dataclass(frozen=True)
class Judged:
    """A check, and the error that the submit raises where it is blocked."""

    check: Check
    error: PorticoError | None = None


# Gives the sentence of a check that is fine, or raises the error of one that blocks.
Judgement = Callable[[], str]


class PreflightChecks:
    """Judges requests."""

    def __init__(
        self,
        catalogue: Catalogue,
        directory: Directory,
        subdomains: Subdomains,
        licences: Licences,
        plans: ImportPlans,
        manifest_needs: Callable[[str], tuple[tuple[str, str | None], ...]],
        is_our_import: Callable[[str], bool],
    ) -> None:
        self._catalogue = catalogue
        self._directory = directory
        self._subdomains = subdomains
        self._licences = licences
        self._plans = plans
        self._manifest_needs = manifest_needs
        self._is_our_import = is_our_import

    def judge(self, request: StartProvisioning, actor: Actor) -> tuple[Judged, ...]:
        """Every check, in the form's order; a value that is not there yet has one check, which asks for it.

        What stands in an instance is told to nobody who can't pick it.
        """
        known, of_instance = self._instance(request, actor)
        judged = [_judge("application", "R4", lambda: self._licences.require_free(request.application))]
        judged += self._name_and_url(request)
        judged += of_instance
        judged += self._language(request.language, known)
        judged += self._administrator(request.administrator, known)
        judged += self._choice(request, known, actor)
        if known is not None:
            judged += self._state_of(known, actor)
        return tuple(judged)

    def _name_and_url(self, request: StartProvisioning) -> Iterator[Judged]:
        yield _judge("name", "R5", lambda: names.check_name(request.name) and "The portal has a name")
        label = _judge(
            "subdomain", "R9", lambda: names.check_subdomain(request.subdomain) and "The URL is well formed"
        )
        yield label
        if label.error is None:
            yield _judge("subdomain-free", "R10", lambda: self._subdomains.require_free(request.subdomain))

    def _instance(
        self, request: StartProvisioning, actor: Actor
    ) -> tuple[KnownInstance | None, tuple[Judged, ...]]:
        """The instance where the actor can pick it, and what that says of the two rules about it."""
        if not request.instance:
            error = errors.InstanceNotAvailable("Choose the instance that the portal is linked to.")
            return None, (_blocked("instance", "R2", error),)
        try:
            known = self._directory.get(request.instance)
        except (errors.NotFound, PlatformUnreachable) as error:
            return None, (_blocked("instance", "R2", error),)
        instance = known.instance

        def may_pick() -> str:
            require_pick(actor, instance)
            return f"You can pick {instance.name}"

        def may_submit() -> str:
            require_system_administrator(actor, instance)
            return f"You administer {instance.name}"

        judged = (
            _judge("instance", "R2", may_pick),
            _judge("system-administrator", "R1", may_submit, page="instances"),
        )
        return (known if can_pick(actor, instance) else None), judged

    def _language(self, lcid: int | None, known: KnownInstance | None) -> Iterator[Judged]:
        if lcid is None:
            yield _blocked("language", "R12", errors.LanguageNotInstalled("Choose the portal's language."))
            return
        supported = _judge("language-supported", "R13", lambda: self._supported(lcid))
        yield supported
        if supported.error is None and known is not None:
            yield _judge("language", "R12", lambda: self._installed(lcid, known.instance), page="instances")

    def _supported(self, lcid: int) -> str:
        try:
            self._catalogue.language(lcid)
        except errors.NotFound as error:
            raise errors.LanguageNotSupported(
                f"No portal is offered in the language {lcid}. Choose one of those that `catalogue` lists.",
                details={"language": lcid},
            ) from error
        return f"Portals are offered in {self._language_name(lcid)}"

    def _installed(self, lcid: int, instance: Instance) -> str:
        language = self._language_name(lcid)
        if lcid not in instance.languages:
            raise errors.LanguageNotInstalled(
                f"{language} is not installed in {instance.name}. Install it there, or choose another.",
                details={"language": lcid, "installed": list(instance.languages)},
            )
        return f"{language} is installed in {instance.name}"

    def _language_name(self, lcid: int) -> str:
        """French - France is French, but there are two of Portuguese."""
        full = self._catalogue.language(lcid).name
        short, _, place = full.partition(" - ")
        is_only = sum(one.name.partition(" - ")[0] == short for one in self._catalogue.languages) == 1
        return short if is_only or not place else f"{short} ({place})"

    def _administrator(self, email: str | None, known: KnownInstance | None) -> Iterator[Judged]:
        if not email:
            error = errors.AdministratorNotEligible("Choose the portal administrator.")
            yield _blocked("administrator", "R3", error)
        elif known is not None:
            yield _judge("administrator", "R3", lambda: instance_checks.administrator(email, known.instance))

    def _choice(
        self, request: StartProvisioning, known: KnownInstance | None, actor: Actor
    ) -> Iterator[Judged]:
        audience = _judge("audience", "R15", lambda: self._audience(request.audience))
        yield audience
        slug = request.portal
        if not slug:
            error = errors.PortalNotForAudience("Select the portal to be deployed.")
            yield _blocked("portal", "R15", error)
            return
        if audience.error is not None:
            # Nothing is offered to nobody, and that has been said; only a portal that there is not is news.
            exists = _judge("portal", "R15", lambda: self._catalogue.portal(slug).name)
            yield from () if exists.error is None else (exists,)
            return
        offered = _judge("portal", "R15", lambda: self._offered(slug, str(request.audience)))
        yield offered
        if offered.error is None and known is not None:
            yield _judge(
                "prerequisites", "R16", lambda: self._prerequisites(slug, known.instance), True, "instances"
            )
            if known.is_reachable and request.language is not None:
                language = request.language
                yield _judge(
                    "packages", "R24", lambda: self._packages(slug, known, language, actor), True, "solutions"
                )

    def _audience(self, slug: str | None) -> str:
        if not slug:
            raise errors.PortalNotForAudience("Choose who will visit the portal.", field="audience")
        return f"Portals for the audience {self._catalogue.audience(slug).name}"

    def _offered(self, slug: str, audience: str) -> str:
        portal = self._catalogue.portal(slug)
        offered = self._catalogue.offered(audience)
        if portal not in offered:
            raise errors.PortalNotForAudience(
                f"{portal.name} is not offered to the audience {self._catalogue.audience(audience).name}. "
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
            are, them = ("is", "it") if len(missing) == 1 else ("are", "them")
            raise errors.PrerequisiteMissing(
                f"{template.name} needs {' and '.join(missing)}, which {are} not in {instance.name}. "
                f"Install {them} there first.",
                details={"missing": missing},
            )
        if template.requires:
            return f"Everything that {template.name} needs is there"
        return "Nothing has to be there first"

    def _packages(self, portal: str, known: KnownInstance, language: int, actor: Actor) -> str:
        """The packages that would be imported are sound, and made for this instance."""
        template = self._catalogue.portal(portal)
        found = self._plans.package_at_fault(known, template.solutions, language, actor.email)
        if found is not None:
            raise errors.InstanceBlocked(
                f"{found.wanted.solution} {found.version} can't be installed in {known.instance.name}. {found.reason} "
                "Mend that first."
            )
        return f"{known.instance.name} takes every package of {template.name}"

    def _is_met(self, solution: str, needed: str, instance: Instance) -> bool:
        found = instance.solution(needed)
        lowest = dict(self._manifest_needs(solution)).get(needed)
        return found is not None and (lowest is None or Version.parse(found.version) >= Version.parse(lowest))

    def _state_of(self, known: KnownInstance, actor: Actor) -> Iterator[Judged]:
        """What the state of the instance says: an administrator can go on although it blocks."""
        instance = known.instance
        yield _judge("reachable", "R8", lambda: instance_checks.reachable(known), True)
        if known.is_reachable:  # of one that is silent the rest is hearsay
            yield _judge(
                "administration-mode",
                "R8",
                lambda: instance_checks.open_for_imports(instance),
                True,
                "instances",
            )
            yield _judge("import-running", "R8", lambda: self._no_other_import(instance), True)
            yield _judge(
                "access-mode", "R26", lambda: instance_checks.read_write(actor, instance), True, "instances"
            )

    def _no_other_import(self, instance: Instance) -> str:
        running = instance.import_running
        if running is None:
            return f"No other import runs in {instance.name}"
        if self._is_our_import(instance.slug):
            return f"Waits for its turn in {instance.name}"
        raise errors.InstanceBlocked(
            f"{running} is being imported into {instance.name} now, and an instance takes one import at a "
            "time. Wait until it has ended."
        )


def _judge(
    id_: str, rule: str, judgement: Judgement, is_forceable: bool = False, page: str | None = None
) -> Judged:
    try:
        message = judgement()
    except PorticoError as error:
        # A platform that is silent is a state too, whatever was asked of it.
        return _blocked(id_, rule, error, is_forceable or isinstance(error, PlatformUnreachable), page)
    return Judged(Check(id_, rule, "fine", message))


def _blocked(
    id_: str, rule: str, error: PorticoError, is_forceable: bool = False, page: str | None = None
) -> Judged:
    """The last sentence of an error is what to do; names in those before it can hold full stops."""
    message, _, fix = error.message.rpartition(". ")
    if not message:
        message, fix = fix, ""
    check = Check(id_, rule, "blocked", message.rstrip("."), fix or None, is_forceable, page)
    return Judged(check, error)
