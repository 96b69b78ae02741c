"""Portals: the list, a phone, many at once, charts, trials, nothing."""

from playwright.sync_api import Page

from tests.browser.pictures.scene import Stage, scene
from tests.browser.visit import NARROW, WIDE

LIST = ".st-key-inventory-list"
LOOK = ".st-key-inventory-look-body"


def _see_rows(page: Page) -> None:
    page.locator(f"{LIST} tbody tr").first.wait_for()


@scene("demo")
def inventory(stage: Stage) -> None:
    """The whole estate."""
    visit = stage.open("/inventory", size=(WIDE[0], 1000))
    _see_rows(visit.page)
    stage.shoot_screen(visit)


@scene("demo")
def inventory_390(stage: Stage) -> None:
    """What failed and is not fixed, on a phone; one is selected."""
    visit = stage.open(
        "/inventory?failed=now&sort=-last_run_at&columns=state,name,last-error", size=(NARROW[0], 1300)
    )
    _see_rows(visit.page)
    visit.page.locator(f"{LIST} tbody input").first.click()
    visit.page.get_by_text("1 selected").wait_for()
    stage.shoot_screen(visit)


@scene("contoso")
def inventory_preview(stage: Stage) -> None:
    """What a rename would do to each."""
    visit = stage.open("/inventory?sort=name&instance=contoso")
    page = visit.page
    _see_rows(page)
    page.locator(f"{LIST} thead input").click()
    page.get_by_text("5 selected").wait_for()
    visit.act(page.get_by_role("button", name="Rename by pattern").click)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="New name").fill("{name} ({language})")
    visit.act(lambda: page.keyboard.press("Enter"))
    dialog.get_by_text("Contoso Field (French - France)").wait_for()
    stage.shoot_screen(visit)


@scene("demo")
def inventory_charts(stage: Stage) -> None:
    """How portals divide by language, and what was made by day."""
    visit = stage.open("/inventory?look=charts&by=language")
    visit.page.locator(f"{LOOK} .js-plotly-plot").nth(2).wait_for()
    stage.shoot_part(visit, visit.page.locator(LOOK))


@scene("demo")
def inventory_trials(stage: Stage) -> None:
    """A calendar of trials."""
    visit = stage.open("/inventory?look=trials")
    visit.page.locator(".portico-calendar").wait_for()
    stage.shoot_part(visit, visit.page.locator(LOOK), height=760)


@scene("empty")
def inventory_empty(stage: Stage) -> None:
    """No portal yet."""
    visit = stage.open("/inventory")
    visit.page.get_by_text("There is no portal yet").wait_for()
    stage.shoot(visit)
