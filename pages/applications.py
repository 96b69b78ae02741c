"""x"""
import streamlit as st

st.title("applications", anchor=False)
