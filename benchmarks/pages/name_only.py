"""A page with one widget and nothing else: what a rerun costs at least."""

import streamlit as st

st.text_input("Name", key="name")
