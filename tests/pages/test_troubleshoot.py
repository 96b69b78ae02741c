"""The troubleshooting page: what is broken, why, and what to press (R21, R24–R27)."""

import io
import json
import re
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Actor
from core.bootstrap import Services
from core.diagnosis import load_diagnoser, reading
from core.insight.failures import FailureFilter, grouped
from core.platforms.port import InstanceChange
from core.portals.commands import StartProvisioning
from tests.insight.rows import unexplained
from tests.pages.conftest import ADMIN, AMELIE, OLIVER, OpenPage, text_of

FRENCH = 1036
Drive = Callable[[], None]


@pytest.fixture
def run_engine(console: Services) -> Drive:
    """Run what is queued until nothing is left."""

    def run() -> None:
        with console.engine().running() as engine:
            while not engine.is_idle():
                threading.Event().wait(0.05)  # it does not tell when it is idle: it is asked

    return run


@pytest.fixture
def rules_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the records of diagnosis, which the pages of this test read."""
    folder = tmp_path / "diagnosis"
    shutil.copytree(reading.FOLDER, folder)
    monkeypatch.setattr(reading, "FOLDER", folder)
    load_diagnoser.cache_clear()
    yield folder
    load_diagnoser.cache_clear()


def _change(console: Services, **change: object) -> None:
    console.instances.change("contoso", (InstanceChange(**change),), Actor(AMELIE))  # type: ignore[arg-type]  # by its fields' names


def _submit(console: Services, portal: str, audience: str = "customer", subdomain: str = "help") -> int:
    request = StartProvisioning("Help", subdomain, "contoso", FRENCH, AMELIE, audience, portal)
    return console.portals.provision(request, Actor(AMELIE), accepted_terms=True, force=True).portal_id


def _labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def _press(page: AppTest, start: str) -> None:
    next(button for button in page.button if button.label.startswith(start)).click()


def _button(page: AppTest, start: str) -> None:
    _press(page, start)
    page.run()


def _in_dialog(page: AppTest, start: str, *, is_forced: bool = False) -> None:
    """Run the plan. Without a browser a dialog does not outlive a run, so it is opened anew with each press."""
    if is_forced:
        _press(page, start)
        page.checkbox(key="plan-force").check().run()
        assert not page.button(key="plan-run").disabled
    _press(page, start)
    page.button(key="plan-run").click().run()
    assert not page.exception


def test_a_plain_sentence_is_shown_when_nothing_failed(open_page: OpenPage) -> None:
    page = open_page("troubleshoot")
    assert "Nothing is broken." in text_of(page)
    assert "Nothing has failed here" in text_of(page)


def test_the_cause_stands_above_when_solutions_were_refused(
    console: Services, run_engine: Drive, open_page: OpenPage
) -> None:
    # R24, R25: one cause, not one a solution.
    _change(console, action="administration-mode", is_on=True)
    _submit(console, "community")
    run_engine()
    page = open_page("troubleshoot")
    text = text_of(page)
    assert "1 cause behind" in text
    assert "1 portal" in text
    assert "Administration or maintenance mode is on, in Contoso" in text
    assert "0 of 25 would pass" in text
    _change(console, action="administration-mode", is_on=False)
    again = open_page("troubleshoot")
    assert "all 25 would pass" in text_of(again)


def test_a_retry_opens_its_plan_and_heals_when_it_is_run(
    console: Services, run_engine: Drive, open_page: OpenPage
) -> None:
    # R25, R27: the list that was shown runs, in order, and the portal goes live by itself.
    _change(console, action="administration-mode", is_on=True)
    portal = _submit(console, "community")
    run_engine()
    _change(console, action="administration-mode", is_on=False)
    page = open_page("troubleshoot")
    _button(page, "Retry all 25")
    assert text_of(page).count("Would pass") == 25
    _in_dialog(page, "Retry all 25")
    assert "Under way: 25 solutions, in order" in text_of(page)
    run_engine()
    assert console.insight.portal(portal, Actor(AMELIE)).verdict.state == "healthy"
    assert "Nothing is broken." in text_of(open_page("troubleshoot"))
    ever = open_page("troubleshoot", ever="yes")
    assert "Fixed since" in text_of(ever)


def test_a_retry_is_refused_when_it_can_not_pass(
    console: Services, run_engine: Drive, open_page: OpenPage
) -> None:
    # R27: the prerequisites are named, and an administrator who knows better can go on.
    _submit(console, "partner-field-service", "partner")
    run_engine()
    page = open_page("troubleshoot")
    assert "PartnerPortal and FieldService are missing in Contoso" in text_of(page)
    _button(page, "Retry all 1")
    assert page.button(key="plan-run").disabled
    _in_dialog(page, "Retry all 1", is_forced=True)
    assert "Under way: 1 solution" in text_of(page)
    run_engine()
    again = open_page("troubleshoot")
    assert "2 attempts" in text_of(again)


def test_a_restart_is_offered_when_the_process_broke(
    console: Services, run_engine: Drive, open_page: OpenPage
) -> None:
    # R21, R22
    portal = _submit(console, "custom")
    console.instances.change("contoso", (InstanceChange("reachable", is_on=False),), Actor(ADMIN))
    run_engine()
    page = open_page("troubleshoot")
    assert "The platform can't be reached, in Contoso" in text_of(page)
    console.instances.change("contoso", (InstanceChange("reachable", is_on=True),), Actor(ADMIN))
    page = open_page("troubleshoot")
    _button(page, "Restart provisioning of 1 portal")
    assert "Restarted: 1 portal" in text_of(page)
    run_engine()
    assert console.insight.portal(portal, Actor(AMELIE)).verdict.state == "healthy"


def test_nothing_is_offered_when_one_is_no_administrator(
    console: Services, run_engine: Drive, open_page: OpenPage
) -> None:
    _change(console, action="administration-mode", is_on=True)
    _submit(console, "community")
    run_engine()
    page = open_page("troubleshoot", acts=OLIVER)
    assert "Only a System Administrator of Contoso can retry" in text_of(page)
    assert not [label for label in _labels(page) if label.startswith("Retry")]
    elsewhere = open_page("troubleshoot", acts="wei.chen@fabrikam.example")
    assert "Nothing is broken." in text_of(elsewhere)


def test_the_filters_hold_when_the_address_names_them(
    console: Services, run_engine: Drive, open_page: OpenPage
) -> None:
    _change(console, action="administration-mode", is_on=True)
    _submit(console, "community")
    run_engine()
    assert "1 failure" in text_of(open_page("troubleshoot", solution="CommunityPortal"))
    assert "No failure matches" in text_of(open_page("troubleshoot", cause="timeout"))
    assert "No failure matches" in text_of(open_page("troubleshoot", age="older"))
    assert "25 failures" in text_of(open_page("troubleshoot", portal="community", age="hour"))


def test_the_platform_is_asked_anew_when_one_checks_now(
    console: Services, run_engine: Drive, open_page: OpenPage
) -> None:
    _submit(console, "partner-field-service", "partner")
    run_engine()
    page = open_page("troubleshoot")
    _button(page, "Check now")
    assert "Checked now." in text_of(page)
    assert "must be in Contoso first" in text_of(page)


def _pasted(open_page: OpenPage, text: str) -> str:
    page = open_page("troubleshoot")
    page.button(key="troubleshoot-paste-open").click().run()
    page.button(key="troubleshoot-paste-open").click()
    page.text_area(key="troubleshoot-pasted").set_value(text)
    page.button(key="troubleshoot-diagnose").click().run()
    return text_of(page)


def test_a_pasted_error_is_explained_when_it_is_known(open_page: OpenPage) -> None:
    said = _pasted(
        open_page, "The following solution cannot be imported: Foo. Some dependencies are missing."
    )
    assert "Something that the package needs is not in the instance" in said
    assert "missing-dependency" in said


def test_no_cause_is_guessed_when_a_pasted_error_is_not_known(open_page: OpenPage) -> None:
    said = _pasted(open_page, "The kettle is cold.")
    assert "Not known" in said
    assert "Kept for learning" in said
    page = open_page("troubleshoot")
    page.session_state["pasted-unexplained"] = True
    page.run()
    assert "The kettle is cold." in text_of(page)
    assert "It explains 1 of these 1 message." in text_of(page)


WORDS = "Solution import failed: the flux capacitor overheated again while '{}' came in"


def test_a_record_is_drafted_and_tried_when_no_rule_explains_a_failure(
    console: Services, run_engine: Drive, open_page: OpenPage
) -> None:
    _change(console, action="administration-mode", is_on=True)
    _submit(console, "custom")
    run_engine()
    unexplained(console.store, WORDS)
    page = open_page("troubleshoot")
    assert "A message that no rule explains, in Contoso" in text_of(page)
    assert "1 cause behind 15 failures" in text_of(page)
    (group,) = grouped(console.failures.find(FailureFilter(), Actor(AMELIE)).items)
    page.session_state[f"draft-{group.id}"] = True
    page.run()
    said = text_of(page)
    assert "It explains 15 of these 15 messages" in said
    assert "none would get a wrong cause" in said
    text = page.text_area(key=f"draft-text-{group.id}")
    drafted = str(text.value)
    assert "flux capacitor" in drafted
    # Too broad: it says which known messages it would take. Wrong: it says where.
    text.set_value(drafted.replace("title: What", "title: 1\nnothing: What")).run()
    assert "Correct it, then try it again" in text_of(page)
    broad = re.sub(r"decide:\n.*", "decide:\n    - import failed\n", drafted)
    page.text_area(key=f"draft-text-{group.id}").set_value(broad).run()
    assert "would get a wrong cause. Make its words narrower" in text_of(page)
    assert "instead of unknown" in text_of(page)


def test_what_is_wrong_is_said_once_and_the_rest_is_shown_when_a_record_is_wrong(
    console: Services, run_engine: Drive, open_page: OpenPage, rules_folder: Path
) -> None:
    _change(console, action="administration-mode", is_on=True)
    _submit(console, "community")
    run_engine()
    good = rules_folder.joinpath("timeout.yaml").read_text(encoding="utf-8")
    rules_folder.joinpath("timeout.yaml").write_text(good.replace("title:", "titel:"), encoding="utf-8")
    load_diagnoser.cache_clear()
    page = open_page("troubleshoot")
    said = [error.value for error in page.error]
    assert len(said) == 1
    assert "**data/diagnosis/timeout\\.yaml**, at **title**: Field required" in said[0]
    text = text_of(page)
    assert "1 cause behind" in text
    assert "Administration mode, in Contoso" in text
    assert "Retry all 25" in _labels(page)
    _button(page, "Paste an error")
    assert not page.exception
    assert len(page.error) == 2  # the page's, and the box's
    rules_folder.joinpath("timeout.yaml").write_text(good, encoding="utf-8")
    again = open_page("troubleshoot")
    assert not again.error
    assert "Administration or maintenance mode is on, in Contoso" in text_of(again)


def test_figures_and_bundles_still_come_when_a_record_is_wrong(
    console: Services, run_engine: Drive, rules_folder: Path
) -> None:
    _change(console, action="administration-mode", is_on=True)
    portal = _submit(console, "community")
    run_engine()
    rules_folder.joinpath("timeout.yaml").write_text("title: [", encoding="utf-8")
    load_diagnoser.cache_clear()
    rows = console.failures.tally("cause", Actor(AMELIE))
    assert [row.name for row in rows] == ["administration-mode"]
    with zipfile.ZipFile(io.BytesIO(console.cases.of_portal(portal, Actor(AMELIE)))) as bundle:
        versions = json.loads(bundle.read("versions.json"))
        diagnosed = json.loads(bundle.read("diagnosis.json"))
    assert "timeout.yaml" in versions["rules"]
    assert {one["now"] for one in diagnosed} == {None}
