"""The services of this process: built once, shared by the server and by every page."""

import streamlit as st

from core.bootstrap import Services, build_services


@st.cache_resource(show_spinner=False)
def services() -> Services:
    """Everything that the console can do. Raises what `build_services` raises: StoreOlder and the like."""
    return build_services()
