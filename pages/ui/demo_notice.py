"""Whoever looks at a demo is told so, on every page."""

import streamlit as st

from core.insight.marks import DemoMark
from pages.ui.services import services
from pages.ui.words import count


def demo_notice() -> None:
    """A line at the top where the store's portals are made up; nothing where they are real."""
    mark = demo_mark()
    if mark is None:
        return
    told = f"**Demo.** {count(mark.portals, 'portal')} of {count(mark.days, 'day')}, made up: their addresses answer 404."
    if not mark.is_complete:
        told = "**Demo, broken off.** Its making did not end, so its figures agree with nothing. Make it anew in an empty folder."
    with st.container(key="demo-notice"):
        st.markdown(f":material/science: {told}")


# A store becomes a demo once, if ever; nobody waits for that on every click.
@st.cache_resource(show_spinner=False, ttl=10)
def demo_mark() -> DemoMark | None:
    """The mark of a demo; None where the portals are real."""
    return services().marks.demo()
