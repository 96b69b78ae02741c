"""Compare: which portal do we need, and what is the difference?"""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Actor
from core.bootstrap import Services
from core.insight.matrix import MatrixFilter, matrix_of, view_of
from core.insight.matrix.exports import as_csv
from pages.compare_parts.print_page import page_html
from tests.catalogue.test_matrix import MATRIX
from tests.insight.matrix.generated import generated_catalogue
from tests.pages.conftest import AMELIE, OLIVER, PRIYA, OpenPage, text_of, widget


class _Table(HTMLParser):
    """The matrix as its cells' texts, row by row, with the links of its head."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.links: list[str] = []
        self._in_cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
            self._in_cell = True
        elif tag == "a":
            self.links.append(str(dict(attrs)["href"]))

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in ("th", "td", "summary")

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data


def _table(page: AppTest) -> _Table:
    return _Table(next(str(html.value) for html in page.html if "portico-matrix-box" in str(html.value)))


def _dots(table: _Table) -> dict[str, list[bool]]:
    """By feature, whether each cell is a yes: by its words."""
    body = [row for row in table.rows[2:] if len(row) > 1]
    return {re.split(r" \d+ of \d+", row[0])[0]: [cell.startswith("yes") for cell in row[1:]] for row in body}


def _address(page: AppTest) -> dict[str, str]:
    found = {
        name: value[0] if isinstance(value, list) else value for name, value in page.query_params.items()
    }
    return {str(name): str(value) for name, value in found.items()}


def test_every_cell_is_a_word_and_as_the_table_says_when_opened(open_page: OpenPage) -> None:
    # R17
    table = _table(open_page("compare", **{"add-ons": "hide"}))
    assert _dots(table) == {name: [dot == "•" for dot in dots] for name, dots in MATRIX.items()}
    words = {cell for row in table.rows[2:] for cell in row[1:]}
    assert words == {
        "yes",
        "no",
        "yes, with the solution Project Service Automation",
        "yes, with the solution Field Service",
    }


def test_the_add_ons_say_what_they_add_when_opened(open_page: OpenPage) -> None:
    # R16
    page = open_page("compare")
    assert len(_table(page).rows[0]) == 8
    assert (
        "Partner Field Service is the Partner Portal with Field Service Integration always there. It needs "
        "Partner Portal and Field Service in the instance first." in text_of(page)
    )


def test_each_portal_leads_to_the_form_when_its_head_is_followed(open_page: OpenPage) -> None:
    assert _table(open_page("compare")).links[0] == "/provision?audience=partner&portal=customer-self-service"
    table = _table(open_page("compare", audience="customer"))
    assert table.links == [
        f"/provision?audience=customer&portal={slug}"
        for slug in ("customer-self-service", "community", "custom")
    ]


def test_must_haves_rank_and_stand_in_the_address_when_chosen(open_page: OpenPage) -> None:
    page = open_page("compare")
    page.multiselect(key="compare-must").select("forums").select("blogs").run()
    assert _address(page) == {"must": "forums,blogs"}
    text = text_of(page)
    assert "Community meets both; next is Customer Self-Service, without Blogs." in text
    assert "meets both" in "".join(_table(page).rows[1])
    assert {"missing", "yes"} == {
        cell for row in _table(page).rows if row[0].startswith("Blogs") for cell in row[1:]
    }
    assert "a must-have that it has not" in text


def test_hidden_rows_are_counted_when_only_differences_are_shown(open_page: OpenPage) -> None:
    page = open_page("compare", **{"add-ons": "hide"})
    page.radio(key="compare-show").set_value("differences").run()
    assert _address(page) == {"add-ons": "hide", "show": "differences"}
    assert len(_dots(_table(page))) == 14
    assert "Differences only hides 12 equal rows." in text_of(page)
    page.radio(key="compare-show").set_value("common").run()
    assert "In common only hides 14 rows that some portal shown lacks." in text_of(page)


def test_filters_combine_when_several_are_set(open_page: OpenPage) -> None:
    page = open_page("compare")
    widget(page, "compare-audience").set_value("customer").run()
    widget(page, "compare-groups").set_value(["community"]).run()
    page.text_input(key="compare-search").set_value("forum").run()
    page.multiselect(key="compare-portals").select("community").run()
    assert _address(page) == {
        "audience": "customer",
        "groups": "community",
        "search": "forum",
        "portals": "community",
    }
    assert _dots(_table(page)) == {"Forums": [True], "Subscribe to Forum Thread": [False]}


def test_the_page_says_so_when_nothing_is_left(open_page: OpenPage) -> None:
    page = open_page("compare", audience="employee", portals="partner")
    assert "Nothing is left to compare" in text_of(page)
    assert "No portal is left: take a filter away." in text_of(page)


def test_one_press_shows_something_when_one_filter_is_to_blame(open_page: OpenPage) -> None:
    page = open_page("compare", search="zzzz", groups="community")
    assert "“zzzz” finds nothing here" in text_of(page)
    assert {b.key: b.label for b in page.button if str(b.key).startswith("compare-without")} == {
        "compare-without-search": "Without the search: 6 features"
    }
    page.button(key="compare-without-search").click().run()
    assert _address(page) == {"groups": "community"}
    assert len(_dots(_table(page))) == 6


def test_every_filter_goes_when_no_single_one_is_to_blame(open_page: OpenPage) -> None:
    page = open_page("compare", search="zzzz", audience="employee", portals="partner", must="forums")
    assert "No single filter is to blame" in text_of(page)
    page.button(key="compare-without").click().run()
    assert _address(page) == {"must": "forums"}


def test_what_is_unknown_is_named_when_a_link_is_old(open_page: OpenPage) -> None:
    text = text_of(open_page("compare", must="telepathy,forums"))
    assert "The link asks for what does not exist, and it was left out: telepathy" in text


def test_weights_say_why_and_what_would_change_it_when_set(open_page: OpenPage) -> None:
    page = open_page("compare", must="forums", **{"add-ons": "hide"})
    page.multiselect(key="compare-weighed").select("blogs").select("faceted-search").run()
    page.slider(key="compare-weight-faceted-search").set_value(3).run()
    assert _address(page)["weights"] == "blogs:5,faceted-search:3"
    text = text_of(page)
    assert "Community wins over Customer Self-Service, 5 to 3; only it has Blogs (5)." in text
    assert "Customer Self-Service would win if you raise Faceted Search from 3 to 5." in text
    assert "5 points" in "".join(_table(page).rows[1])


def test_weights_are_ones_own_when_kept_and_brought_back(open_page: OpenPage, console: Services) -> None:
    page = open_page("compare", weights="blogs:5,ideas:2")
    page.button(key="compare-keep-weights").click().run()
    assert "These weights are kept as yours." in text_of(page)
    assert console.feature_notes.weights(Actor(AMELIE)) == {"ideas": 2, "blogs": 5}
    later = open_page("compare")
    later.button(key="compare-use-weights").click().run()
    assert _address(later) == {"weights": "ideas:2,blogs:5"}
    assert open_page("compare", acts=PRIYA).button(key="compare-use-weights").disabled


def test_a_note_is_read_by_all_with_who_and_when_when_kept(open_page: OpenPage, console: Services) -> None:
    page = open_page("compare")
    page.selectbox(key="compare-note-feature").set_value("blogs").run()
    page.text_area[0].set_value("<b>Weekly</b>")
    next(button for button in page.button if button.label == "Keep the note").click().run()
    assert "Your note is kept." in text_of(page)
    assert console.feature_notes.of(Actor(AMELIE))["blogs"].note == "<b>Weekly</b>"
    html = "".join(str(html.value) for html in open_page("compare", acts=OLIVER).html)
    assert "&lt;b&gt;Weekly&lt;/b&gt;" in html
    assert "Amélie Laurent, just now" in html


def test_lose_and_gain_are_said_when_two_portals_are_chosen(open_page: OpenPage) -> None:
    page = open_page("compare")
    page.selectbox(key="compare-from").set_value("customer-self-service").run()
    page.selectbox(key="compare-to").set_value("community").run()
    assert _address(page) == {"from": "customer-self-service", "to": "community"}
    text = text_of(page)
    assert "You gain 2 features: Ideas and Blogs." in text
    assert "Community Portal is on offer to the audiences Partner and Customer." in text


def test_the_heat_map_comes_when_it_is_asked_for(open_page: OpenPage) -> None:
    page = open_page("compare", **{"add-ons": "hide"})
    assert not page.get("plotly_chart")
    assert "Most alike are Customer Self-Service and Employee Self-Service, which share 95% of" in text_of(
        page
    )
    page.toggle(key="compare-alike").set_value(True).run()
    assert _address(page)["alike"] == "show"
    assert page.get("plotly_chart")


def test_every_row_is_open_when_all_are_explained(open_page: OpenPage) -> None:
    def opened(page: AppTest) -> int:
        return "".join(str(html.value) for html in page.html).count("<details open>")

    assert opened(open_page("compare")) == 0
    assert opened(open_page("compare", explain="rows")) == 26


@pytest.mark.parametrize(
    "address",
    [
        {},
        {"must": "forums,ideas", "show": "differences"},
        {"portals": "partner,community", "groups": "community,partner", "search": "partner"},
    ],
)
def test_the_export_is_the_screen_when_compared(
    open_page: OpenPage, console: Services, address: dict[str, str]
) -> None:
    page = open_page("compare", **address)
    wanted = MatrixFilter(
        add_ons=True,
        portals=tuple(filter(None, address.get("portals", "").split(","))),
        groups=tuple(filter(None, address.get("groups", "").split(","))),
        text=address.get("search", ""),
        only="differences" if "show" in address else "all",
    )
    head, *rows = [
        line.split(",") for line in as_csv(view_of(matrix_of(console.catalogue), wanted)).splitlines()
    ]
    table = _table(page)
    assert table.rows[0] == head
    assert _dots(table) == {row[0]: [cell == "•" for cell in row[1:]] for row in rows}
    kinds = {str(element.proto.label) for element in page.get("download_button")}
    assert kinds == {"Excel", "CSV", "Markdown"}


def test_the_page_to_print_has_the_screens_cells_when_opened(console: Services) -> None:
    matrix = matrix_of(console.catalogue)
    html = page_html(matrix, {"must": "forums,ideas", "add-ons": "hide"}, console.clock())
    table = _Table(html)
    body = {row[0]: row[1:] for row in table.rows[1:-1] if len(row) > 1}
    assert {name: [cell.startswith("•") for cell in cells] for name, cells in body.items()} == {
        name: [dot == "•" for dot in dots] for name, dots in MATRIX.items()
    }
    assert body["Ideas"] == ["missing", "missing", "missing", "•", "missing"]
    assert body["Field Service Integration"] == ["", "•*", "", "", ""]
    assert "Community meets both" in html


def test_the_page_stays_usable_when_there_are_60_portals_and_200_features(
    open_page: OpenPage, console: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    many: Any = replace(console, catalogue=generated_catalogue(200, 60))
    monkeypatch.setattr("pages.ui.services.services", lambda: many)
    page = open_page("compare", must="feature-1,feature-2", weights="feature-3:4")
    table = _table(page)
    assert len(table.rows[0]) == 61
    assert len(_dots(table)) == 200
    page.radio(key="compare-show").set_value("common").run()
    assert not page.exception
    html = max(len(str(html.value)) for html in open_page("compare").html)
    assert html < 1_000_000
