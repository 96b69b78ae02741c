"""Troubleshoot, Solutions, Instances."""

from playwright.sync_api import expect

from tests.browser.pictures.scene import Stage, scene
from tests.browser.visit import Visit

SOLUTIONS, INSTANCES = "/solutions?instance=contoso", "/instances?instance=contoso"


def press(visit: Visit, name: str) -> None:
    """Press the first button of this name."""
    visit.act(visit.page.get_by_role("button", name=name).first.click)


@scene("broken")
def troubleshoot(stage: Stage) -> None:
    """Two causes."""
    visit = stage.open("/troubleshoot")
    visit.page.get_by_text("2 causes behind").wait_for()
    stage.shoot(visit)


@scene("broken")
def troubleshoot_plan(stage: Stage) -> None:
    """The plan of a retry of what can pass."""
    visit = stage.open("/troubleshoot")
    press(visit, "Retry what can pass now")
    visit.page.get_by_role("dialog").get_by_role("button", name="Run this plan").wait_for()
    stage.shoot(visit, until=visit.page.get_by_role("dialog"))


@scene("broken")
def troubleshoot_pasted(stage: Stage) -> None:
    """An error from elsewhere, explained."""
    visit = stage.open("/troubleshoot")
    press(visit, "Paste an error")
    visit.page.get_by_role("textbox", name="The error").fill(
        "Hello, our import stopped again, please help:\n"
        "The following solution cannot be imported: PartnerFieldService. Some dependencies are missing."
    )
    press(visit, "Say what it means")
    expect(visit.page.get_by_text("Sure, ")).to_be_visible()
    stage.shoot(visit, until=visit.page.get_by_role("dialog"))


@scene("empty")
def troubleshoot_empty(stage: Stage) -> None:
    """Nothing is broken."""
    visit = stage.open("/troubleshoot")
    visit.page.get_by_text("Nothing has failed here").wait_for()
    stage.shoot(visit)


@scene("contoso")
def solutions(stage: Stage) -> None:
    """Contoso with one that is refused; the table goes on below."""
    visit = stage.open(SOLUTIONS)
    visit.page.get_by_text("Install Failed").first.wait_for()
    stage.shoot(visit, until=visit.page.locator(".st-key-solutions-panel"))


@scene("contoso")
def solutions_plan(stage: Stage) -> None:
    """The plan of a retry."""
    visit = stage.open(SOLUTIONS)
    press(visit, "Retry the failed solution")
    visit.page.get_by_role("dialog").get_by_role("button", name="Run this plan").wait_for()
    stage.shoot(visit, until=visit.page.get_by_role("dialog"))


@scene("contoso")
def solutions_uninstall(stage: Stage) -> None:
    """Why one can't be uninstalled."""
    visit = stage.open(f"{SOLUTIONS}&solution=MicrosoftForums")
    press(visit, "Uninstall it")
    visit.page.get_by_role("dialog").wait_for()
    stage.shoot(visit, until=visit.page.get_by_role("dialog"))


@scene("contoso")
def solutions_graph(stage: Stage) -> None:
    """How the solutions need each other."""
    visit = stage.open(SOLUTIONS)
    visit.act(visit.page.get_by_text("need each other").click)
    visit.page.locator(".js-plotly-plot .point").first.wait_for()
    stage.shoot_part(visit, visit.page.locator(".st-key-solutions-graph"))


@scene("contoso")
def instances(stage: Stage) -> None:
    """Contoso, as its System Administrator sees it."""
    stage.shoot(stage.open(INSTANCES))


@scene("contoso")
def instances_not_permitted(stage: Stage) -> None:
    """Contoso, as somebody else sees it."""
    stage.shoot(stage.open(INSTANCES, actor="Oliver Bennett"))
