"""A page that follows what others do: what was pressed counts, dialogs stay, what was said stays."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.paths import ROOT


def _page() -> None:
    from unittest.mock import patch

    import streamlit as st

    from pages.ui import acting, keys
    from pages.ui.address import Address
    from pages.ui.following import follow

    def looked_at_twice(run_every: object) -> object:
        """A fragment that the clock runs once more, as no test's page does."""
        return lambda draw: lambda: (draw(), draw()) if run_every else draw()

    state = st.session_state
    state["runs"] = state.get("runs", 0) + 1
    address = Address("somewhere")
    if state["runs"] == 1:
        keys.keep_address("somewhere", {"search": "new", "bulk": "2"})
        keys.leave_notice("It is done.")
        # As a look was sent before that was written.
        st.query_params.from_dict({"search": "old"})
    acting.notice()
    # Out of date whenever one looks: as if somebody changed something all the time.
    with patch("streamlit.fragment", looked_at_twice):
        follow(lambda: state["runs"] <= state["stale runs"], address)
    address.follow()
    st.markdown(f"{address.get('search')} {address.get('bulk')}")


def _opened(stale_runs: int, *, has_dialog: bool = False) -> AppTest:
    page = AppTest.from_function(_page)
    page.session_state["stale runs"] = stale_runs
    page.session_state["portico.dialog"] = has_dialog
    page.run()
    assert not page.exception
    return page


def test_the_page_runs_anew_by_the_clock_alone_when_it_is_out_of_date() -> None:
    page = _opened(stale_runs=3)
    assert page.session_state["runs"] == 4
    assert [one.value for one in page.success] == ["It is done."], "nobody has acted since"


def test_what_was_just_written_holds_when_a_look_set_out_before() -> None:
    page = _opened(stale_runs=1)
    assert page.markdown[0].value == "new 2"
    assert dict(page.query_params) in ({"search": ["new"], "bulk": ["2"]}, {"search": "new", "bulk": "2"})


def test_a_dialog_stays_open_when_the_page_is_out_of_date() -> None:
    assert _opened(stale_runs=3, has_dialog=True).session_state["runs"] == 1


def test_nothing_is_followed_when_it_is_not_wanted() -> None:
    def still_page() -> None:
        import streamlit as st

        from pages.ui.following import follow

        follow(lambda: st.markdown("drawn") is not None, is_wanted=False)

    page = AppTest.from_function(still_page).run()
    assert [one.value for one in page.markdown] == ["drawn"]


@pytest.mark.parametrize(
    ("what", "where"), [("run_every=", "following.py"), ("st.dialog(", "dialogs.py")], ids=["look", "dialog"]
)
def test_there_is_one_way_to_look_by_the_clock_and_to_open_a_dialog(what: str, where: str) -> None:
    using = {path.name for path in (ROOT / "pages").rglob("*.py") if what in path.read_text(encoding="utf-8")}
    assert using == {where}
