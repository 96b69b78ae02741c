"""x"""
import streamlit as st

st.title("provision", anchor=False)
