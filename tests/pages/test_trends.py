"""The page Trends: is it getting better? Each mark leads to the failures behind it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from starlette.requests import Request

from core.bootstrap import Services
from core.provisioning.trend_days import bucket_of, middle_of
from core.storage.failure_tables import Failure
from core.storage.tables import Event, Run
from pages.trends_parts.print_page import print_trends
from pages.ui.times import duration
from tests.pages.conftest import ADMIN, AMELIE, OpenPage, text_of, widget

WEI = "wei.chen@fabrikam.example"


@pytest.fixture
def history(console: Services) -> None:
    """A worse week than the one before, in Contoso; one failure in Fabrikam."""
    now = console.clock()
    rows: list[object] = []
    for number in range(120):
        at = now - timedelta(days=1.5 if number < 60 else 9)
        state = "failed" if number < 25 else "succeeded"
        instance = "fabrikam" if number == 0 else "contoso"
        rows.append(
            Run(
                id=f"run-{number}", number=1, kind="provision", state=state, requested_by=AMELIE, template="custom",
                instance=instance, values={}, created_at=at - timedelta(seconds=240), ended_at=at,
            )
        )  # fmt: skip
        if state == "failed":
            healed_at = at + timedelta(hours=1) if number % 2 else None
            rows.append(
                Failure(
                    kind="run", key=f"run-{number}", run_id=f"run-{number}", instance=instance, template="custom",
                    cause="unreachable", language=1036, failed_at=at, last_at=at, healed_at=healed_at,
                    healed_by="first-retry" if healed_at else None, error={"message": "Nobody answers."},
                )
            )  # fmt: skip
    details = {"solution": "Feedback", "version": "9.1.0.0"}
    rows.append(
        Event(
            at=now - timedelta(days=2), actor=AMELIE, act="add-package", instance="contoso", details=details
        )
    )
    with console.store.writing() as session:
        session.add_all(rows)


def test_it_says_what_to_expect_when_nothing_ran(open_page: OpenPage) -> None:
    text = text_of(open_page("trends"))
    assert "Nothing ran in the last 30 days" in text
    assert "once portals are provisioned" in text
    assert "Nothing failed" in text


@pytest.mark.usefixtures("history")
def test_the_question_is_answered_in_one_sentence_when_it_gets_worse(open_page: OpenPage) -> None:
    page = open_page("trends", ADMIN, days="7")
    text = text_of(page)
    assert (
        "It is getting worse: 41.7 % of 60 runs failed in the last 7 days, 0.0 % in the 7 days before."
        in text
    )
    assert "+41.7 points against before" in text
    assert f"**{duration(middle_of(bucket_of(240)))}**" in text
    assert "Feedback 9.1.0.0 added" in text
    assert "48.0 % were healed by the first retry" in text
    charts = page.get("plotly_chart")
    assert len(charts) == 5
    assert all(chart.proto.alt for chart in charts)


@pytest.mark.usefixtures("history")
def test_every_mark_leads_to_its_failures_when_the_link_is_followed(
    console: Services, open_page: OpenPage
) -> None:
    page = open_page("trends", ADMIN, days="7", instance="contoso")
    links = [unescape(link) for link in re.findall(r'href="/troubleshoot\?([^"]+)"', text_of(page))]
    day = (console.clock() - timedelta(days=1.5)).date()
    assert f"instance=contoso&ever=yes&from={day}&to={day}" in links
    (cause,) = (link for link in links if "cause=unreachable" in link)
    address = dict(part.split("=") for part in cause.split("&"))
    troubleshoot = open_page("troubleshoot", ADMIN, **address)
    assert "24 failures" in text_of(troubleshoot) or "12 failures" in text_of(troubleshoot)
    elsewhere = open_page("troubleshoot", ADMIN, ever="yes", **{"from": f"{day + timedelta(days=1)}"})
    assert "Nothing that matches is broken." in text_of(elsewhere)
    assert "Nothing that matches" not in text_of(
        open_page("troubleshoot", ADMIN, ever="yes", language="1036")
    )
    assert "Nothing that matches" in text_of(open_page("troubleshoot", ADMIN, ever="yes", language="1033"))


@pytest.mark.usefixtures("history")
def test_only_what_one_may_see_is_counted_when_a_person_looks(open_page: OpenPage) -> None:
    assert "of 59 runs failed" in text_of(open_page("trends", AMELIE, days="7"))
    assert "of 1 run failed" in text_of(open_page("trends", WEI, days="7"))


@pytest.mark.usefixtures("history")
def test_the_choice_is_in_the_address_when_the_period_is_changed(open_page: OpenPage) -> None:
    page = open_page("trends", ADMIN, days="nonsense", portal="custom")
    widget(page, "trends-days").set_value("90").run()
    assert not page.exception
    assert page.query_params["days"] == "90"
    assert "in the last 90 days" in text_of(page)
    assert "portal=custom" in text_of(page)


@pytest.mark.usefixtures("history")
def test_the_printed_page_says_the_same_when_it_is_asked_for(console: Services) -> None:
    scope = {"type": "http", "query_string": b"days=7&instance=contoso", "headers": []}
    answer = print_trends(Request(scope))
    text = bytes(answer.body).decode()
    assert answer.status_code == 200
    assert "It is getting worse" in text
    assert "Contoso" in text
    assert 'role="img" aria-label="It is getting worse' in text
    assert (
        '<th scope="col">Life</th><th scope="col" class="n">Failures</th>' in text
    )  # words left, numbers right
    assert console.trends.check() == ()
