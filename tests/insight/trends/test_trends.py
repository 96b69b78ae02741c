"""Is it getting better? Every answer of the trends, from rows that a test can count."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.access import Actor
from core.errors import InvalidValue
from core.insight.trends import TrendFilter, Trends
from core.insight.trends.causes import life_of
from core.settings import Settings
from core.storage.tables import Event
from tests.insight.trends.history import History, history_of

ADMIN = Actor("admin@portico.example")
AMELIE = Actor("amelie.laurent@contoso.example")


@pytest.fixture
def history(settings: Settings) -> Iterator[History]:
    with history_of(settings) as made:
        yield made


@pytest.fixture
def history_on_both(settings_on_both: Settings) -> Iterator[History]:
    with history_of(settings_on_both) as made:
        yield made


def read(history: History, days: int = 30, actor: Actor = ADMIN, **wanted: str) -> Trends:
    return history.services.trends.read(TrendFilter(days, **wanted), actor)


def test_nothing_is_claimed_when_nothing_ran(history: History) -> None:
    found = read(history)
    assert (found.direction, found.now.share, found.causes, found.markers) == ("unknown", None, (), ())
    assert len(found.days) == 30
    assert all(day.high is None and day.standing == "usual" for day in found.days)


def test_it_is_better_when_fewer_runs_fail_than_before(history_on_both: History) -> None:
    history = history_on_both
    history.run(40, "failed", many=30)
    history.run(40, many=70)
    history.run(5, "failed", many=5)
    history.run(5, many=95)
    history.run(5, "cancelled", many=50)  # came to no verdict
    history.written()
    found = read(history)
    assert (found.direction, found.now.runs, found.now.failed) == ("better", 100, 5)
    assert (found.before.runs, found.before.failed) == (100, 30)
    history.run(2, "failed", many=200)
    history.written()
    assert read(history).direction == "worse"
    assert read(history, 365).direction == "unknown"  # nothing ran in the year before


def test_a_day_stands_out_when_more_fail_than_chance_explains(history: History) -> None:
    for day in range(1, 30):
        history.run(day, many=19)
        history.run(day, "failed")
    history.run(0.1, "failed", many=8)
    history.run(0.1, many=12)
    history.written()
    found = read(history)
    assert [day.day for day in found.unusual] == [found.until]
    assert found.unusual[0].standing == "above"
    # A day on which nothing ran is a gap.
    assert read(history, 90).days[0].rate.share is None


def test_only_their_own_instances_are_counted_when_a_person_looks(history_on_both: History) -> None:
    history = history_on_both
    history.run(1, many=3)
    history.run(1, "failed", many=2, instance="fabrikam")
    history.failure(1, many=2, instance="fabrikam", cause="timeout")
    history.failure(1, cause="unreachable")
    history.written()
    own = read(history, actor=AMELIE)
    assert (own.now.runs, own.now.failed, own.failures, own.open) == (3, 0, 1, 1)
    assert [cause.cause for cause in own.causes] == ["unreachable"]
    assert [(cut.key, cut.failures) for cut in own.cuts["instance"]] == [("contoso", 1)]
    everything = read(history)
    assert (everything.now.runs, everything.now.failed, everything.failures) == (5, 2, 3)
    assert [(c.key, c.failures) for c in everything.cuts["instance"]] == [("fabrikam", 2), ("contoso", 1)]
    one = read(history, instance="fabrikam")
    assert (one.now.runs, one.failures) == (2, 2)
    assert read(history, actor=AMELIE, instance="fabrikam").now.runs == 0


def test_one_template_is_counted_when_it_is_chosen(history: History) -> None:
    history.run(1, many=3, took_s=100)
    history.run(1, "failed", template="community")
    history.failure(1, template="community", cause="timeout")
    history.failure(1, cause="unreachable")
    history.written()
    found = read(history, template="community")
    assert (found.now.runs, found.now.failed, found.failures) == (1, 1, 1)
    assert [cause.cause for cause in found.causes] == ["timeout"]
    assert found.provisioning is not None
    assert set(found.cuts) == {"instance"}
    assert read(history, template="custom").provisioning.number == 3  # type: ignore[union-attr]  # kept everywhere
    assert read(history, instance="contoso", template="custom").provisioning is None


def test_each_cut_counts_every_failure_once_when_it_has_the_value(history: History) -> None:
    history.failure(1, solution="A", version="1.0", language=1036, many=2)
    history.failure(40, solution="B", version="2.0", language=1036)
    history.written()
    cuts = read(history).cuts
    assert [(c.key, c.failures, c.previous) for c in cuts["solution"]] == [("A", 2, 0), ("B", 0, 1)]
    assert [(c.key, c.failures, c.previous) for c in cuts["version"]] == [("1.0", 2, 0), ("2.0", 0, 1)]
    assert [(c.name, c.failures) for c in cuts["language"]] == [("French - France", 2)]
    assert [(c.name, c.failures) for c in cuts["portal"]] == [("Custom Portal", 2)]


def test_it_is_told_how_failures_were_healed_and_how_long_it_took(history_on_both: History) -> None:
    history = history_on_both
    history.failure(3, healed_after_s=100, many=5)
    history.failure(3, healed_after_s=1000, many=3, healed_by="later-retry")
    history.failure(3, healed_after_s=10_000, healed_by="itself")
    history.failure(3)
    history.written()
    found = read(history)
    healing = found.healing
    assert (healing.first_retry, healing.later_retry, healing.itself, healing.open) == (5, 3, 1, 1)
    assert found.recovery is not None
    assert found.recovery.number == 9
    assert found.recovery.median_s == pytest.approx(100, rel=0.025)
    assert found.recovery.p90_s == pytest.approx(10_000, rel=0.025)
    (cause,) = found.causes
    assert (cause.open, cause.fix_s.number) == (1, 9)


def test_what_was_changed_is_marked_when_it_lies_in_the_period(history: History) -> None:
    history.event(3, "add-package", solution="Feedback", version="9.1")
    history.event(2, "change-instance", action="administration-mode", is_on=True)
    history.event(60, "add-package", solution="Feedback", version="9.0")
    history.event(1, "rename")
    history.written()
    with history.services.store.writing() as session:
        elsewhere = {"solution": "Faq", "version": "2.0"}
        session.add(
            Event(
                at=history.ago(4), actor="a", act="withdraw-package", instance="fabrikam", details=elsewhere
            )
        )
    texts = ["Contoso: administration mode on", "Feedback 9.1 added", "Faq 2.0 withdrawn"]
    assert [marker.text for marker in read(history).markers] == texts
    assert [marker.text for marker in read(history, actor=AMELIE).markers] == texts[:2]


def test_the_reason_is_given_when_the_period_is_none(history: History) -> None:
    with pytest.raises(InvalidValue) as raised:
        read(history, 0)
    assert raised.value.field == "days"


def test_the_sums_are_made_from_the_rows_when_a_store_comes_from_an_earlier_version(history: History) -> None:
    history.run(1, "failed")
    with history.services.store.writing() as session:
        session.add_all(history._rows)
    assert read(history).now.failed == 1
    assert history.services.trends.check() == ()


@pytest.mark.parametrize(
    ("expected", "failures", "previous", "open_", "first_ago", "last_ago"),
    [
        ("resolved", 9, 0, 0, 20, 4),
        ("resolved", 0, 5, 0, 50, 40),
        ("new", 5, 0, 1, 20, 4),
        ("new", 5, 0, 0, 20, 1),  # nothing open, but not quiet yet
        ("regressed", 1, 0, 1, 90, 2),
        ("ongoing", 4, 0, 1, 45, 1),  # known since the period before
        ("escalating", 20, 8, 3, 50, 0),
        ("ongoing", 4, 2, 1, 50, 0),  # twice as many, which chance explains
        ("ongoing", 120, 100, 1, 50, 0),  # more, by less than half
        ("ongoing", 0, 3, 2, 50, 40),  # nothing new, but open
    ],
)
def test_a_cause_is_where_its_definition_says(
    history: History, expected: str, failures: int, previous: int, open_: int, first_ago: int, last_ago: int
) -> None:
    until = history.clock.now.date()
    days = [until - timedelta(days=ago) for ago in (first_ago, last_ago, 29)]
    first, last, since = days
    life = life_of(
        failures=failures, previous=previous, open_=open_, first=first, last=last, since=since, until=until
    )
    assert life == expected


def test_causes_are_read_with_their_lives(history_on_both: History) -> None:
    history = history_on_both
    history.failure(5, "timeout", many=3)
    history.failure(80, "language", healed_after_s=60)
    history.failure(1, "language", many=2)
    history.failure(50, "unreachable", healed_after_s=60, many=2)
    history.failure(35, "missing-privilege", many=2)
    history.failure(1, "missing-privilege", many=12)
    history.written()
    found = {cause.cause: cause for cause in read(history).causes}
    lives = {name: (cause.life, cause.failures, cause.previous, cause.open) for name, cause in found.items()}
    assert lives == {
        "timeout": ("new", 3, 0, 3),
        "language": ("regressed", 2, 0, 2),
        "unreachable": ("resolved", 0, 2, 0),
        "missing-privilege": ("escalating", 12, 2, 14),
    }
