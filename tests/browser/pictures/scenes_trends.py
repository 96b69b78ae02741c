"""Trends: the page, paper, a phone, nothing."""

from playwright.sync_api import Locator

from tests.browser.pictures.scene import Stage, scene
from tests.browser.visit import NARROW, Visit

A4_PORTRAIT = (794, 1123)


def _rate(visit: Visit) -> Locator:
    """The chart of the failure rate, once it is drawn."""
    chart = visit.page.locator(".js-plotly-plot").first
    chart.locator(".trace").first.wait_for()
    return chart


@scene("demo")
def trends(stage: Stage) -> None:
    """Is it getting better? As far as the causes."""
    visit = stage.open("/trends")
    _rate(visit)
    stage.shoot(visit, until=visit.page.get_by_role("region", name="Causes of failures"))


@scene("demo")
def trends_print(stage: Stage) -> None:
    """The same on paper."""
    stage.shoot_screen(stage.open("/trends/print", size=A4_PORTRAIT))


@scene("demo")
def trends_390(stage: Stage) -> None:
    """On a phone."""
    visit = stage.open("/trends", size=NARROW)
    stage.shoot(visit, until=_rate(visit))


@scene("empty")
def trends_empty(stage: Stage) -> None:
    """Nothing ran yet."""
    visit = stage.open("/trends")
    visit.page.get_by_text("Nothing ran in the last 30 days").wait_for()
    stage.shoot(visit)
