"""Activity: bulk actions, notifications, what everybody did."""

from tests.browser.pictures.scene import Stage, scene
from tests.browser.visit import NARROW


@scene("contoso")
def activity(stage: Stage) -> None:
    """Bulk actions."""
    visit = stage.open("/activity")
    visit.page.get_by_text("Rename 4 portals").first.wait_for()
    stage.shoot(visit)


@scene("contoso")
def activity_bulk(stage: Stage) -> None:
    """One of them, with what became of each portal."""
    visit = stage.open("/activity?bulk={bulk}")
    visit.page.get_by_text("5 of 5 portals reported").wait_for()
    stage.shoot(visit)


@scene("contoso")
def activity_latest(stage: Stage) -> None:
    """What everybody did."""
    stage.shoot(stage.open("/activity?view=latest"))


@scene("contoso")
def activity_notifications(stage: Stage) -> None:
    """Notifications, and what was told."""
    visit = stage.open("/activity?view=notifications")
    visit.page.get_by_text("Unclear").first.wait_for()
    stage.shoot(visit)


@scene("contoso")
def activity_notifications_390(stage: Stage) -> None:
    """The same on a phone, in the dark."""
    visit = stage.open("/activity?view=notifications", size=NARROW, scheme="dark")
    visit.page.get_by_text("Unclear").first.wait_for()
    stage.shoot(visit, until=visit.page.locator(".st-key-notices-need-me"))


@scene("contoso")
def activity_add(stage: Stage) -> None:
    """The form of a notification."""
    visit = stage.open("/activity?view=notifications")
    visit.act(visit.page.get_by_role("button", name="Add a notification").first.click)
    visit.page.get_by_role("dialog").get_by_role("textbox", name="Name").wait_for()
    stage.shoot(visit, until=visit.page.get_by_role("dialog"))
