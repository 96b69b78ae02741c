"""Is it getting better? Failures over time, what they come from, and how long things take."""

from urllib.parse import urlencode

import streamlit as st

from pages.trends_parts import behind
from pages.trends_parts.causes import causes, cuts
from pages.trends_parts.figures import figures
from pages.trends_parts.lengths import healing, lengths
from pages.trends_parts.rate import rate
from pages.trends_parts.wanted import filters, wanted_trends
from pages.trends_parts.wording import answer
from pages.ui.actor import actor
from pages.ui.address import Address
from pages.ui.services import services

everything, who = services(), actor()
address = Address("trends")
address.follow()
wanted = wanted_trends(everything, address.get)
trends = everything.trends.read(wanted, who)

st.title("Trends", anchor=False)
st.markdown(f"**{answer(trends)}**")
figures(trends)
filters(everything, who, address, wanted)


@st.fragment
def rates() -> None:
    """The control chart: a click on a day shows its failures."""
    rate(trends)
    behind.follow()


@st.fragment
def origins() -> None:
    """Causes and cuts: another cut does not draw the rest anew."""
    causes(trends)
    cuts(trends, address)
    behind.follow()


@st.fragment
def times() -> None:
    """Lengths and healing."""
    lengths(trends)
    healing(trends)
    behind.follow()


rates()
origins()
times()
chosen = {"days": wanted.days, "instance": wanted.instance, "portal": wanted.template}
query = urlencode({name: value for name, value in chosen.items() if value})
st.link_button("Print", f"/trends/print?{query}", icon=":material/print:", key="trends-print")
