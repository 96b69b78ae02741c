"""The left-hand strip: must-haves first, then what is shown, then weights. On a phone it is a drawer."""

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.insight.matrix import MOST_WEIGHT, Matrix
from pages.compare_parts.link import Choices, weights_text
from pages.ui import keys
from pages.ui.address import Address

_ROWS = {"all": "All", "differences": "Differences only", "common": "In common only"}
_FIRST_WEIGHT = 5


def drawer() -> None:
    """What opens the strip on a phone; on a wide screen it is always there, and this is not."""
    st.toggle("Must-haves and filters", key="compare-drawer")


def strip(services: Services, actor: Actor, matrix: Matrix, choices: Choices, address: Address) -> None:
    """Every choice of what is shown and ranked."""
    features = {row.slug: row.name for row in matrix.rows}
    keys.mirror("compare-must", list(choices.wanted.must_haves))
    st.multiselect(
        "Must have",
        list(features),
        format_func=lambda slug: features[slug],
        key="compare-must",
        placeholder="Choose features",
        wrap=True,
        on_change=address.take,
        args=("must", "compare-must"),
    )
    _columns(matrix, choices, address)
    _rows(matrix, choices, address)
    with st.expander("Weights", key="compare-weights", icon=":material/balance:"):
        _weights(services, actor, features, choices, address)


def _columns(matrix: Matrix, choices: Choices, address: Address) -> None:
    wanted = choices.wanted
    keys.mirror("compare-audience", wanted.audience)
    st.pills(
        "Audience",
        list(matrix.audiences),
        format_func=lambda slug: matrix.audiences[slug],
        key="compare-audience",
        wrap=True,
        on_change=address.take,
        args=("audience", "compare-audience"),
    )
    names = {column.slug: column.name for column in matrix.columns}
    keys.mirror("compare-portals", list(wanted.portals))
    st.multiselect(
        "Portals",
        list(names),
        format_func=lambda slug: names[slug],
        key="compare-portals",
        placeholder="All",
        wrap=True,
        on_change=address.take,
        args=("portals", "compare-portals"),
    )
    keys.mirror("compare-add-ons", wanted.add_ons)
    st.toggle("With the partner add-ons", key="compare-add-ons", on_change=_take_add_ons, args=(address,))


def _rows(matrix: Matrix, choices: Choices, address: Address) -> None:
    wanted = choices.wanted
    keys.mirror("compare-show", wanted.only)
    st.radio(
        "Rows",
        list(_ROWS),
        format_func=lambda only: _ROWS[only],
        key="compare-show",
        on_change=_take_show,
        args=(address,),
    )
    keys.mirror("compare-search", wanted.text)
    st.text_input(
        "Search",
        type="search",
        placeholder="Name or explanation",
        key="compare-search",
        live="300ms",
        on_change=address.take,
        args=("search", "compare-search"),
    )
    keys.mirror("compare-groups", list(wanted.groups))
    st.pills(
        "Groups",
        list(matrix.groups),
        selection_mode="multi",
        format_func=str.capitalize,
        key="compare-groups",
        wrap=True,
        on_change=address.take,
        args=("groups", "compare-groups"),
    )
    keys.mirror("compare-explain", choices.explain)
    st.toggle("Explain every row", key="compare-explain", on_change=_take_explain, args=(address,))


def _weights(
    services: Services, actor: Actor, features: dict[str, str], choices: Choices, address: Address
) -> None:
    """How much each feature weighs; the person's own can be kept, and brought back."""
    weights = dict(choices.wanted.weights)
    keys.mirror("compare-weighed", list(weights))
    st.multiselect(
        "Weigh",
        list(features),
        format_func=lambda slug: features[slug],
        key="compare-weighed",
        placeholder="Choose features",
        help="Weights rank the portals that the must-haves leave.",
        wrap=True,
        on_change=_take_weighed,
        args=(address, weights),
    )
    for feature, weight in weights.items():
        key = f"compare-weight-{feature}"
        keys.mirror(key, weight)
        st.slider(
            features[feature],
            1,
            MOST_WEIGHT,
            key=key,
            on_change=_take_weight,
            args=(address, weights, feature),
        )
    own = services.feature_notes.weights(actor)
    with st.container(horizontal=True):
        st.button(
            "Keep as mine",
            key="compare-keep-weights",
            on_click=_keep_weights,
            args=(services, actor, weights),
            disabled=not weights and not own,
            help="Kept under your name, and brought back by “Use mine”.",
        )
        st.button(
            "Use mine",
            key="compare-use-weights",
            on_click=address.choose,
            kwargs={"weights": weights_text(own)},
            disabled=not own,
        )


def _take_add_ons(address: Address) -> None:
    address.choose(**{"add-ons": "" if keys.widget_value("compare-add-ons") else "hide"})


def _take_show(address: Address) -> None:
    only = str(keys.widget_value("compare-show"))
    address.choose(show="" if only == "all" else only)


def _take_explain(address: Address) -> None:
    address.choose(explain="rows" if keys.widget_value("compare-explain") else "")


def _take_weighed(address: Address, weights: dict[str, int]) -> None:
    chosen = keys.widget_value("compare-weighed") or []
    address.choose(weights=weights_text({feature: weights.get(feature, _FIRST_WEIGHT) for feature in chosen}))


def _take_weight(address: Address, weights: dict[str, int], feature: str) -> None:
    weight = int(keys.widget_value(f"compare-weight-{feature}"))
    address.choose(weights=weights_text({**weights, feature: weight}))


def _keep_weights(services: Services, actor: Actor, weights: dict[str, int]) -> None:
    services.feature_notes.weigh(weights, actor)
    keys.leave_notice("These weights are kept as yours." if weights else "You keep no weights any more.")
