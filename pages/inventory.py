"""x"""
import streamlit as st

st.title("inventory", anchor=False)
