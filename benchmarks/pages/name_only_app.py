"""The page with one widget as an ASGI application, as the console is one."""

from pathlib import Path

import streamlit as st

app = st.App(Path(__file__).with_name("name_only.py"))
