"""Compare: the answer, weights, paper, a phone, nothing left."""

from playwright.sync_api import expect

from tests.browser.pictures.scene import Stage, scene
from tests.browser.visit import NARROW, WIDE

A4_LANDSCAPE = (1123, 794)
THREE = "/compare?must=forums,blogs,ideas"


@scene("contoso")
def compare(stage: Stage) -> None:
    """Three must-haves, and what each portal misses of them."""
    visit = stage.open(f"{THREE}&show=differences", size=(WIDE[0], 900))
    visit.page.get_by_text("meets all 3").first.wait_for()
    stage.shoot_screen(visit)


@scene("contoso")
def compare_weights(stage: Stage) -> None:
    """Three portals meet both must-haves; the heat map."""
    visit = stage.open(
        "/compare?must=forums,comments&weights=faceted-search:4,ideas:3,blogs:2&alike=show&show=differences"
    )
    visit.page.locator(".js-plotly-plot").first.wait_for()
    stage.shoot(visit)


@scene("contoso")
def compare_print(stage: Stage) -> None:
    """The sheet of A4."""
    stage.shoot_screen(stage.open("/compare/print?must=forums,blogs,ideas", size=A4_LANDSCAPE))


@scene("contoso")
def compare_phone(stage: Stage) -> None:
    """Two portals side by side."""
    stage.shoot_screen(stage.open(THREE, size=NARROW))


@scene("contoso")
def compare_phone_drawer(stage: Stage) -> None:
    """The filters of a phone, opened."""
    visit = stage.open(THREE, size=NARROW)
    visit.act(lambda: visit.page.get_by_text("Must-haves and filters").click())
    expect(visit.page.get_by_label("Must have", exact=True)).to_be_visible()
    stage.shoot_screen(visit)


@scene("contoso")
def compare_empty(stage: Stage) -> None:
    """Filters leave nothing."""
    visit = stage.open("/compare?search=holograms")
    visit.page.get_by_text("Nothing is left to compare").wait_for()
    stage.shoot_screen(visit)


@scene("contoso")
def compare_old_link(stage: Stage) -> None:
    """A link that asks for what there is not."""
    visit = stage.open("/compare?must=forums,holograms&portals=partner,community,intranet")
    visit.page.get_by_text("The link asks for what does not exist").wait_for()
    stage.shoot_screen(visit)


@scene("contoso")
def compare_dark(stage: Stage) -> None:
    """In the dark."""
    visit = stage.open(THREE, scheme="dark")
    visit.page.get_by_text("meets all 3").first.wait_for()
    stage.shoot_screen(visit)
