"""The provisioning form's widgets as a plain Streamlit script, with nothing behind them."""

import streamlit as st

st.set_page_config(page_title="Stock", layout="wide")
st.selectbox(
    "Acting as", ["Amélie Laurent", "Console administrator"], label_visibility="collapsed", width=240
)
st.title("Provision a portal")
form, aside = st.columns([2, 1], gap="large")
with form:
    st.subheader("Application")
    st.radio("Licence", ["Portal Add-On · Production", "Portal Add-On · Trial"], label_visibility="collapsed")
    st.subheader("General settings")
    st.text_input("Name", placeholder="Contoso Help", help="How people recognise the portal.")
    st.markdown("Type: **Production**", help="Set by the subscription.")
    st.text_input("Portal URL", placeholder="contoso-help")
    st.caption("Letters, digits and hyphens.")
    st.selectbox("Instance", ["Contoso", "Fabrikam"], help="The instances that you administer.")
    st.selectbox("Language", ["English", "French", "German"], help="The languages that are installed.")
    st.selectbox(
        "Portal administrator", ["Amélie Laurent", "Jonas Weber"], index=None, placeholder="Choose one"
    )
    st.subheader("Portal audience")
    st.radio(
        "Portal audience", ["Customer", "Employee", "Partner"], horizontal=True, label_visibility="collapsed"
    )
    st.subheader("Select portal to be deployed")
    st.radio(
        "Portal",
        ["**Customer Self-Service Portal**", "**Custom Portal**", "**Community Portal**"],
        captions=["Customers read articles.", "A plain start.", "Customers help each other."],
        label_visibility="collapsed",
    )
    with st.expander("The features of this portal"):
        st.markdown("**Content**: articles, forums, ideas")
    st.button("Submit", type="primary", icon=":material/rocket_launch:")
with aside:
    st.subheader("Preflight")
    with st.container(gap="small"):
        for check in range(12):
            st.markdown(f":green[:material/check_circle:] Check {check} is fine")
    st.caption(":material/timer: Usually a few minutes.")
