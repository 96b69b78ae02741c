"""The charts' colours stay apart for everybody, and on both grounds; every chart has its title, unit and words."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from daltonlens import simulate
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from pages.ui import badges, charts
from pages.ui.style import style_sheet

Vector = NDArray[Any]

_GROUNDS = ("#ffffff", "#171614")
_CLEARLY_APART = 20.0  # of CIELAB's distance: 2 can just be told apart side by side, 100 is black from white
_EYES = [None, simulate.Deficiency.PROTAN, simulate.Deficiency.DEUTAN, simulate.Deficiency.TRITAN]


def _rgb(colour: str) -> Vector:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.uint8)


def _linear(rgb: Vector) -> Vector:
    part = rgb / 255.0
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, other: str) -> float:
    low, high = sorted(float(_linear(_rgb(colour)) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _lab(rgb: Vector) -> Vector:
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ _linear(rgb) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _seen(colour: str, eyes: simulate.Deficiency | None) -> Vector:
    rgb = _rgb(colour)
    if eyes is not None:
        rgb = simulate.Simulator_Machado2009().simulate_cvd(rgb.reshape(1, 1, 3), eyes, severity=1.0)[0, 0]
    return _lab(rgb)


@pytest.mark.parametrize("eyes", _EYES, ids=["all colours", "no red", "no green", "no blue"])
def test_the_colours_stay_apart_when_somebody_sees_fewer(eyes: simulate.Deficiency | None) -> None:
    seen = {name: _seen(colour, eyes) for name, colour in badges.AREAS.items()}
    near = {
        (one, other): float(np.linalg.norm(seen[one] - seen[other])) for one, other in combinations(seen, 2)
    }
    assert {pair: distance for pair, distance in near.items() if distance < _CLEARLY_APART} == {}


@pytest.mark.parametrize("ground", _GROUNDS, ids=["light", "dark"])
def test_marks_are_seen_when_the_page_is_light_or_dark(ground: str) -> None:
    assert {n: _contrast(c, ground) for n, c in badges.AREAS.items() if _contrast(c, ground) < 3} == {}


def test_an_area_has_the_same_colour_when_it_is_drawn_by_the_style_sheet() -> None:
    sheet = style_sheet()
    assert [
        name
        for name, colour in badges.AREAS.items()
        if f".portico-{name} {{ background-color: {colour}; }}" not in sheet
    ] == []


def test_states_are_told_apart_when_there_is_no_colour() -> None:
    assert len(set(badges.PATTERNS.values())) == len(badges.PATTERNS) == len(badges.AREAS)
    assert set(badges.AREAS) == set(badges.MARKS) == set(badges.TEXTS)


def _page() -> None:
    from pages.ui.charts import Series, columns, draw, lines, nothing, ranges, rows

    days = ["2026-11-01", "2026-11-02"]
    series = [Series("Created", [1, 2], "blue"), Series("Failed", [0, 1], "red")]
    draw(columns(days, series, title="By day", unit="portals"), alt="Two days", key="columns")
    draw(
        rows(["Contoso"], series[:1], title="By instance", unit="portals"),
        alt="One",
        key="rows",
        on_pick=print,
    )
    draw(lines(days, series, title="How long", unit="minutes"), alt="Minutes by day", key="lines")
    draw(
        ranges(["Custom"], [(2, 4)], title="How long a run takes", unit="minutes"), alt="2 to 4", key="ranges"
    )
    nothing("No run has ended", "How long runs take shows here.")


def test_every_chart_has_title_unit_and_words_when_it_is_drawn() -> None:
    page = AppTest.from_function(_page).run()
    assert not page.exception
    drawn = page.get("plotly_chart")
    assert [chart.proto.alt for chart in drawn] == ["Two days", "One", "Minutes by day", "2 to 4"]
    for chart, words in zip(
        drawn,
        (
            ("By day", "portals"),
            ("By instance", "portals"),
            ("How long", "minutes"),
            ("How long a run takes", "minutes"),
        ),
        strict=True,
    ):
        assert all(word in chart.proto.spec for word in words)
    assert charts.marker("red")["pattern"]["shape"] in drawn[0].proto.spec
    assert "No run has ended" in page.markdown[0].value
