"""The main job in a real browser: from the form to a living portal, and what the form keeps on the way."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Locator, expect

from core.catalogue import load_catalogue
from tests.browser.audit import focused
from tests.browser.conftest import OpenVisit
from tests.browser.console import Console
from tests.browser.lived_in import AMELIE, act_as, provision, services_of
from tests.browser.visit import Visit

FRENCH = 1036


def _field(visit: Visit, name: str) -> Locator:
    return visit.page.get_by_role("textbox", name=name, exact=True)


def _fill(visit: Visit, name: str, text: str) -> None:
    field = _field(visit, name)
    field.fill(text)
    visit.act(lambda: field.press("Enter"))


def _choose(visit: Visit, name: str, option: str) -> None:
    box = visit.page.get_by_role("combobox", name=name)
    box.scroll_into_view_if_needed()
    visit.settle()  # a list that opens while the page still scrolls closes again
    box.click()
    visit.act(lambda: visit.page.get_by_role("option", name=option).click())


def test_a_portal_lives_in_french_when_the_form_asked_for_it(console: Console, open_visit: OpenVisit) -> None:
    """R4, R7, R8, R12, R14, R15, R17, R18, R19: the form, the terms, the progress, the portal and its features."""
    visit = open_visit(console.url)
    _fill(visit, "Name", "Contoso Aide")
    _fill(visit, "Portal URL", "contoso-aide")
    _choose(visit, "Language", "French - France · français")
    visit.act(lambda: visit.page.get_by_role("button", name="Submit").click())
    expect(visit.page.get_by_role("dialog")).to_contain_text("Terms of Service")
    expect(visit.page.get_by_role("dialog")).to_contain_text("in French - France for Contoso")
    visit.page.get_by_role("button", name="Accept and provision").click()
    expect(visit.page.get_by_role("heading", name="Contoso Aide", exact=True)).to_be_visible(timeout=60_000)
    visit.settle()
    expect(visit.page.locator(".st-key-portal-title")).to_contain_text("Provisioned")
    assert visit.page.url.endswith("/portal?id=1")
    assert visit.outside == []

    # Nothing polls any more: the last look was the last.
    before = visit.runs
    visit.page.wait_for_timeout(2500)
    assert visit.runs == before

    address = visit.page.get_by_role("link", name="Open").get_attribute("href")
    assert address == console.portal_url("contoso-aide")
    visit.page.goto(address)
    html = visit.page.locator("html")
    assert html.get_attribute("lang") == "fr-FR"
    assert html.get_attribute("dir") == "ltr"
    assert "portico_visitor" not in str(visit.page.context.cookies(address))
    _see_every_feature(console)


def _see_every_feature(console: Console) -> None:
    """Each dot of the portal's column is seen as its record says, and no gap is (R17)."""
    catalogue = load_catalogue()
    dots = {feature.slug for feature in catalogue.features_of("customer-self-service")}
    with httpx.Client(base_url=f"http://127.0.0.1:{console.port}", trust_env=False) as client:
        client.headers["Host"] = f"contoso-aide.localhost:{console.port}"
        home = client.get("/").text
        settings = client.get("/_services/settings").json()
        for feature in catalogue.features:
            is_there = (
                feature.slug in dots and catalogue.condition_of(feature.slug, "customer-self-service") is None
            )
            place = feature.seen.at
            if feature.seen.kind == "mark":
                seen = f'data-feature="{feature.slug}"' in home
            elif feature.seen.kind == "setting":
                seen = place in settings
            else:
                seen = client.get(place).status_code == 200
            assert seen == is_there, feature.slug


def test_nothing_is_started_when_another_was_faster(console: Console, open_visit: OpenVisit) -> None:
    """R10: the form said free, and between the terms and their acceptance it was taken."""
    visit = open_visit(f"{console.url}/?name=Second&subdomain=wanted")
    visit.act(lambda: visit.page.get_by_role("button", name="Submit").click())
    with services_of(console) as services:
        provision(services, "wanted", AMELIE)
    visit.act(lambda: visit.page.get_by_role("button", name="Accept and provision").click())
    expect(visit.page.get_by_role("dialog")).to_contain_text("taken by another portal")


def _walk_the_list(visit: Visit, name: str) -> None:
    visit.page.get_by_role("combobox", name=name).focus()
    visit.settle()
    for _ in range(2):
        visit.page.keyboard.press("ArrowDown")


def test_one_run_shows_the_change_and_the_focus_stays_when_a_field_changes(
    console: Console, open_visit: OpenVisit
) -> None:
    visit = open_visit(console.url)
    page = visit.page
    changes: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "provision-name": (
            lambda: _field(visit, "Name").fill("Contoso Help"),
            lambda: page.keyboard.press("Enter"),
        ),
        "provision-subdomain": (
            lambda: _field(visit, "Portal URL").focus(),
            lambda: page.keyboard.type("contoso-help"),
        ),
        "provision-audience": (
            lambda: page.get_by_role("radio", name="Customer", exact=True).focus(),
            lambda: page.keyboard.press("ArrowLeft"),
        ),
        "provision-portal": (
            lambda: page.get_by_role("radio", name="Customer Self-Service Portal").focus(),
            lambda: page.keyboard.press("ArrowDown"),
        ),
        "provision-application": (
            lambda: page.get_by_role("radio", name="Portal Add-On · Production").focus(),
            lambda: page.keyboard.press("ArrowDown"),
        ),
        "provision-language": (
            lambda: _walk_the_list(visit, "Language"),
            lambda: page.keyboard.press("Enter"),
        ),
    }
    for key, (prepare, change) in changes.items():
        prepare()
        runs = visit.act(change)
        assert runs == 1, key
        stop = focused(page)
        assert stop is not None, key
        assert stop.key == key
    assert visit.layout_shift < 0.1, visit.layout_shifts


def test_alternatives_are_offered_when_the_subdomain_is_taken(
    console: Console, open_visit: OpenVisit
) -> None:
    """R10, and the focus stays in what was offered."""
    with services_of(console) as services:
        provision(services, "busy", AMELIE)
    visit = open_visit(f"{console.url}/?subdomain=busy")
    expect(visit.page.get_by_text("taken by another portal").first).to_be_visible()
    offered = visit.page.get_by_role("radio", name="busy-portal")
    offered.focus()
    assert visit.act(lambda: visit.page.keyboard.press("Enter")) == 1
    assert _field(visit, "Portal URL").input_value() == "busy-portal"
    stop = focused(visit.page)
    assert stop is not None
    assert stop.key == "provision-alternative"


def test_what_was_seen_is_back_when_one_goes_back_reloads_or_copies(
    console: Console, open_visit: OpenVisit
) -> None:
    visit = open_visit(console.url)
    page = visit.page
    _fill(visit, "Name", "Contoso Help")
    visit.act(lambda: page.get_by_text("Partner", exact=True).click())
    visit.act(lambda: page.get_by_text("Partner Portal", exact=True).click())
    copied = page.url
    visit.act(page.go_back)
    expect(page.get_by_role("radio", name="Customer Self-Service Portal")).to_be_checked()
    visit.act(page.go_forward)
    expect(page.get_by_role("radio", name="Partner Portal")).to_be_checked()
    page.reload()
    visit.settle()
    assert _field(visit, "Name").input_value() == "Contoso Help"
    visit.act(lambda: page.get_by_role("link", name="Applications").click())
    visit.act(page.go_back)
    assert _field(visit, "Name").input_value() == "Contoso Help"
    expect(page.get_by_role("radio", name="Partner Portal")).to_be_checked()
    other = open_visit(copied)
    assert _field(other, "Name").input_value() == "Contoso Help"
    expect(other.page.get_by_role("radio", name="Partner Portal")).to_be_checked()


def test_the_same_person_acts_when_the_page_is_reloaded(console: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(console.url)
    act_as(visit, "Nadia Haddad")
    visit.page.reload()
    visit.settle()
    expect(visit.page.get_by_role("combobox", name="Acting as")).to_have_value("Nadia Haddad")
    expect(visit.page.get_by_text("No sign-in yet")).to_be_visible()
    other = open_visit(console.url)
    expect(other.page.get_by_role("combobox", name="Acting as")).to_have_value("Amélie Laurent")


@pytest.mark.parametrize("name", ["<b>Help</b>", "**Help** :red[x] $a$"])
def test_a_name_is_shown_as_typed_when_it_looks_like_markup(
    console: Console, open_visit: OpenVisit, name: str
) -> None:
    with services_of(console) as services:
        portal = provision(services, f"markup-{len(name)}", AMELIE, language=FRENCH)
        services.portals.rename(portal, name, AMELIE)
    visit = open_visit(f"{console.url}/portal?id={portal}")
    expect(visit.page.get_by_role("heading", level=1)).to_contain_text(name)
    visit.go(f"{console.url}/inventory?search=markup-{len(name)}")
    expect(visit.page.get_by_role("rowheader")).to_contain_text(name)


def test_every_script_is_asked_for_at_once_when_the_form_is_opened(
    console: Console, open_visit: OpenVisit
) -> None:
    """Streamlit would ask for some when it meets their element, a round trip or three later (pages/server/early.py)."""
    visit = open_visit(console.url)
    fetched = visit.page.evaluate("() => performance.getEntriesByType('resource').map(one => one.name)")
    scripts = {address.rpartition("/")[2] for address in fetched if address.endswith(".js")}
    named = httpx.get(console.url, trust_env=False).text
    assert len(scripts) > 60
    assert [name for name in sorted(scripts) if f"static/js/{name}" not in named] == []
