"""The form, a portal, the licences."""

import re

from playwright.sync_api import expect

from tests.browser.pictures.scene import Stage, scene


@scene("contoso")
def provision(stage: Stage) -> None:
    """The form, filled in, with a preflight that blocks nothing."""
    visit = stage.open("/?name=Contoso+Aide&subdomain=contoso-aide&language=1036")
    expect(visit.page.get_by_text("contoso-aide.localhost").first).to_be_visible()
    stage.shoot(visit)


@scene("moving")
def portal_progress(stage: Stage) -> None:
    """A portal on its way: which step, which solution, how long it takes."""
    visit = stage.open("/portal?id={under_way}", actor="Nadia Haddad")
    visit.page.get_by_text(re.compile(r"solution ([89]|1\d) of 21")).first.wait_for()
    stage.shoot(visit)


@scene("contoso")
def applications(stage: Stage) -> None:
    """Licences, free and used."""
    stage.shoot(stage.open("/applications"))


@scene("broken")
def portal_install_failed(stage: Stage) -> None:
    """A portal whose solution was refused."""
    visit = stage.open("/portal?id={field}")
    visit.page.get_by_text("Install Failed").first.wait_for()
    stage.shoot(visit)
