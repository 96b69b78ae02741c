"""A console of its own for each test, and pages run as scripts."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from pages.ui.services import services
from tests.paths import ROOT

AMELIE = "amelie.laurent@contoso.example"
PRIYA = "priya.sharma@contoso.example"
OLIVER = "oliver.bennett@contoso.example"
NADIA = "nadia.haddad@fabrikam.example"
ADMIN = "admin@portico.example"

OpenPage = Callable[..., AppTest]


@pytest.fixture
def console(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """The services that the pages of this test work with, on a store of their own."""
    monkeypatch.setenv("PORTICO_DATA_DIR", str(data_dir))
    monkeypatch.setenv("PORTICO_PLATFORM_PATIENCE_S", "0")
    st.cache_resource.clear()
    built = services()
    yield built
    built.close()
    st.cache_resource.clear()


@pytest.fixture
def open_page(console: Services) -> OpenPage:  # noqa: ARG001 - the pages work with it
    """`open_page("portal", acts=…, id="1")`: the page as that person sees it under that address."""

    def open_one(file: str, /, acts: str = AMELIE, **address: str) -> AppTest:
        page = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=30)
        page.session_state["portico.actor"] = acts
        page.run()
        page.switch_page(f"{file}.py")
        for key, value in address.items():
            page.query_params[key] = value
        page.run()
        assert not page.exception, page.exception
        return page

    return open_one


def widget(page: AppTest, key: str) -> Any:
    """A widget of a kind that has no list of its own: pills."""
    return page.get_by_key(key)


def text_of(page: AppTest) -> str:
    """Everything that the page says."""
    elements = [
        *page.title,
        *page.header,
        *page.markdown,
        *page.caption,
        *page.html,
        *page.error,
        *page.warning,
    ]
    elements += [*page.info, *page.success, *page.code]
    titles = [
        str(getattr(element.proto, "title", "")) for element in (*page.error, *page.warning, *page.info)
    ]
    return "\n".join([*(str(element.value) for element in elements), *titles]).replace("\\", "")
