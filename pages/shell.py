"""The frame of every page: page config, who acts, the menu, and whether it is a demo."""

from pathlib import Path

import streamlit as st

from pages.ui import keys, menu
from pages.ui.actor import actor_menu
from pages.ui.demo_notice import demo_notice

st.set_page_config(
    page_title="Portico", page_icon=str(Path(__file__).parent / "ui" / "favicon.svg"), layout="wide"
)
keys.dialog_is_open(is_open=False)  # this run has closed it
page = st.navigation(menu.pages(), position="top")
actor_menu()
demo_notice()
page.run()
