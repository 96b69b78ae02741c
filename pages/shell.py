"""The frame of every page: page config, who acts, the menu."""

from pathlib import Path

import streamlit as st

from pages.ui import menu
from pages.ui.actor import actor_menu

st.set_page_config(
    page_title="Portico", page_icon=str(Path(__file__).parent / "ui" / "favicon.svg"), layout="wide"
)
page = st.navigation(menu.pages(), position="top")
actor_menu()
page.run()
