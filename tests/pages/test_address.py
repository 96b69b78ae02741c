"""The address of a page: what was written last holds."""

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from pages.ui import keys
    from pages.ui.address import Address

    address = Address("somewhere")
    if "has-looked" not in st.session_state:
        st.session_state["has-looked"] = True
        keys.keep_address("somewhere", {"search": "new", "bulk": "2"})
        st.query_params.from_dict(
            {"search": "old"}
        )  # as a look by the clock was sent before that was written
        address.rerun()
    address.follow()
    st.markdown(f"{address.get('search')} {address.get('bulk')}")


def test_what_was_just_written_holds_when_a_look_set_out_before() -> None:
    page = AppTest.from_function(_page).run()
    assert not page.exception
    assert page.markdown[0].value == "new 2"
    assert dict(page.query_params) in ({"search": ["new"], "bulk": ["2"]}, {"search": "new", "bulk": "2"})


def _acting_page() -> None:
    import streamlit as st

    from pages.ui import acting, keys
    from pages.ui.address import Address

    if st.button("Do it"):
        keys.leave_notice("It is done.")
        st.session_state["looks"] = 2
        st.rerun()
    acting.notice()
    if looks := st.session_state.get("looks", 0):  # as the clock has them, in a fragment after the page
        st.session_state["looks"] = looks - 1
        Address("somewhere").rerun()
    st.button("Something else")


def test_what_is_said_of_the_last_deed_stays_when_the_clock_runs_the_page_anew() -> None:
    page = AppTest.from_function(_acting_page).run()
    page.button[0].click().run()
    assert page.session_state["looks"] == 0
    assert [one.value for one in page.success] == ["It is done."]
    page.button[1].click().run()
    assert not page.success
