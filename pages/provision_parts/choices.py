"""What the form holds: what was chosen, as far as it is on offer, else what stands to reason.

What was chosen stays in the address even while it is not on offer: back in the first instance, the language
that was chosen there is chosen again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.access import Actor, can_pick, is_system_administrator
from core.bootstrap import Services
from core.catalogue.models import Language, PortalTemplate
from core.directory.directory import KnownInstance
from core.insight.models import ApplicationSummary
from core.platforms.port import Instance, User
from core.portals.commands import StartProvisioning
from pages.ui.address import Address, number_of

DEFAULT_AUDIENCE = "customer"


@dataclass(frozen=True)
class Choices:
    """The form's values, and what each could be instead."""

    request: StartProvisioning
    licences: tuple[ApplicationSummary, ...]  # a free one of each type, production before trial
    free: Mapping[str, int]  # by type
    instances: tuple[KnownInstance, ...]
    languages: tuple[Language, ...]
    administrators: tuple[User, ...]
    portals: tuple[PortalTemplate, ...]
    may_submit: bool

    @property
    def instance(self) -> Instance | None:
        """The instance that is chosen."""
        return next((k.instance for k in self.instances if k.slug == self.request.instance), None)

    @property
    def licence(self) -> ApplicationSummary | None:
        """The licence that would be taken."""
        return next((a for a in self.licences if a.id == self.request.application), None)


def read_choices(services: Services, actor: Actor, address: Address) -> Choices:
    """The form as it stands."""
    instances = tuple(k for k in services.directory.all(max_age_s=5) if can_pick(actor, k.instance))
    slug = address.known("instance", [k.slug for k in instances])
    known = next((k for k in instances if k.slug == slug), instances[0] if instances else None)
    instance = known.instance if known else None
    wanted = address.get("application")
    licences, free = services.insight.licences_on_offer(number_of(wanted))
    licence = next((a for a in licences if str(a.id) == wanted), licences[0] if licences else None)
    languages = _languages(services, instance)
    administrators = instance.administrators() if instance else ()
    audience = address.known("audience", [a.slug for a in services.catalogue.audiences]) or DEFAULT_AUDIENCE
    portals = services.catalogue.offered(audience)
    request = StartProvisioning(
        name=address.get("name"),
        subdomain=address.get("subdomain"),
        instance=known.slug if known else None,
        language=_chosen_language(languages, address.get("language"), instance),
        administrator=_chosen_administrator(administrators, address.get("administrator"), actor),
        audience=audience,
        portal=address.known("portal", [p.slug for p in portals]) or portals[0].slug,
        application=licence.id if licence else None,
    )
    may_submit = instance is not None and is_system_administrator(actor, instance)
    return Choices(request, licences, free, instances, languages, administrators, portals, may_submit)


def _languages(services: Services, instance: Instance | None) -> tuple[Language, ...]:
    installed = instance.languages if instance else ()
    return tuple(
        services.catalogue.language(lcid) for lcid in installed if services.catalogue.is_supported(lcid)
    )


def _chosen_language(languages: tuple[Language, ...], wanted: str, instance: Instance | None) -> int | None:
    offered = [str(language.lcid) for language in languages]
    if wanted in offered:
        return int(wanted)
    if instance and str(instance.base_language) in offered:
        return instance.base_language
    return languages[0].lcid if languages else None


def _chosen_administrator(administrators: tuple[User, ...], wanted: str, actor: Actor) -> str | None:
    emails = [user.email for user in administrators]
    if wanted in emails:
        return wanted
    return actor.email if actor.email in emails else None
