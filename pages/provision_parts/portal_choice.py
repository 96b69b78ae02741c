"""For whom the portal is, and which one: what each brings, what each needs."""

from collections import defaultdict

import streamlit as st

from core.bootstrap import Services
from core.catalogue import Catalogue
from core.catalogue.models import PortalTemplate
from pages.provision_parts.choices import Choices
from pages.ui import keys
from pages.ui.address import Address
from pages.ui.words import count, plain


def audience(services: Services, choices: Choices, address: Address) -> None:
    """The audience decides which portals are on offer (R15)."""
    st.header("Portal audience", anchor=False)
    names = {a.slug: a.name for a in services.catalogue.audiences}
    keys.mirror("provision-audience", choices.request.audience)
    st.radio(
        "Portal audience",
        list(names),
        format_func=lambda slug: names[slug],
        key="provision-audience",
        horizontal=True,
        label_visibility="collapsed",
        on_change=address.take,
        args=("audience", "provision-audience"),
    )


def portal(services: Services, choices: Choices, address: Address) -> None:
    """The portals on offer as cards, and what the chosen one brings."""
    st.header("Select portal to be deployed", anchor=False)
    offered = {p.slug: p for p in choices.portals}
    keys.mirror("provision-portal", choices.request.portal)
    st.radio(
        "Portal",
        list(offered),
        format_func=lambda slug: f"**{offered[slug].name}**",
        captions=[_caption(services.catalogue, choices, template) for template in choices.portals],
        key="provision-portal",
        label_visibility="collapsed",
        width="stretch",
        on_change=address.take,
        args=("portal", "provision-portal"),
    )
    if choices.request.portal:
        _features(services.catalogue, services.catalogue.portal(choices.request.portal))


def solution_name(catalogue: Catalogue, unique_name: str) -> str:
    """A solution as people know it: by its product, or by the portal that it is."""
    products = {other.unique_name: other.name for other in catalogue.other_solutions}
    portals = {template.solutions[-1]: template.name for template in catalogue.portals}
    return products.get(unique_name) or portals.get(unique_name) or unique_name


def _caption(catalogue: Catalogue, choices: Choices, template: PortalTemplate) -> str:
    features = count(len(catalogue.features_of(template.slug)), "feature")
    instance = choices.instance
    needed = [
        solution_name(catalogue, name) + ("" if instance is None or instance.solution(name) else " (missing)")
        for name in template.requires
    ]
    needs = f" Needs {' and '.join(needed)} in the instance." if needed else ""
    return plain(f"{template.purpose} {features}.{needs}")


def _features(catalogue: Catalogue, template: PortalTemplate) -> None:
    features = catalogue.features_of(template.slug)
    with st.expander(f"The {count(len(features), 'feature')} of this portal", key="provision-features"):
        groups: dict[str, list[str]] = defaultdict(list)
        for feature in features:
            condition = catalogue.condition_of(feature.slug, template.slug)
            wanted = f" (with {solution_name(catalogue, condition)})" if condition else ""
            groups[feature.group].append(feature.name + wanted)
        for group, names in groups.items():
            st.markdown(f"**{group.capitalize()}**: {plain(', '.join(names))}")
