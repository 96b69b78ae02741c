"""x"""
import streamlit as st

st.title("portal", anchor=False)
