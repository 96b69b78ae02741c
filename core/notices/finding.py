"""Finds what there is to tell. Each look may be repeated, by any process: a notice is written once by its key."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.insight.history import Histories
from core.insight.verdicts import limits_now
from core.notices import wording
from core.notices.writing import Found, Listener
from core.settings import Settings
from core.storage.failure_tables import Failure
from core.storage.inventory_tables import StoreMark
from core.storage.tables import Event, Portal, Run

MARK = "notices"
# A transaction that took its number earlier may be written later: what is younger is looked at again.
SETTLED = timedelta(minutes=1)
MOST_AT_ONCE = 5000
_ENDS = ("run-succeeded", "run-failed", "run-cancelled")
TRIAL_DAYS = (1, 7)

# A cause surges: so many failures in the last hours, and so many times what is usual in as many hours of the week before.
SURGE_HOURS = 6
SURGE_FAILURES = 5
SURGE_TIMES = 3.0
SURGE_DAYS = 7


def position(session: Session) -> int:
    """Behind which event to look."""
    mark = session.get(StoreMark, MARK)
    return 0 if mark is None else int(mark.value["event"])


def before(session: Session, at: datetime | None) -> int:
    """The number of the latest event before that time, found by halving: events have no index by time."""
    low, high = 0, session.exec(select(sa.func.max(Event.id))).one() or 0
    while at is not None and low < high:
        middle = (low + high + 1) // 2
        query = select(Event.at).where(col(Event.id) <= middle).order_by(col(Event.id).desc()).limit(1)
        found = session.exec(query).first()
        if found is None or found < at - SETTLED:
            low = middle
        else:
            high = middle - 1
    return low


def ended_runs(session: Session, settings: Settings, now: datetime) -> tuple[list[Found], int, bool]:
    """The runs that ended since the position, the new position, and whether there is more to read at once."""
    since = position(session)
    query = (
        sa.select(
            col(Event.id),
            col(Event.at),
            col(Event.act),
            col(Run.id),
            col(Run.kind),
            col(Run.requested_by),
            col(Run.instance),
            col(Run.error),
            col(Portal.id),
            col(Portal.name),
            col(Portal.subdomain),
        )
        .join(Run, col(Run.id) == col(Event.run_id))
        .outerjoin(Portal, col(Portal.id) == col(Run.portal_id))
        .where(col(Event.id) > since, col(Event.act).in_(_ENDS))
        .order_by(col(Event.id))
        .limit(MOST_AT_ONCE)
    )
    rows = session.connection().execute(query).all()
    settled = select(sa.func.max(Event.id)).where(col(Event.id) > since, col(Event.at) < now - SETTLED)
    if len(rows) == MOST_AT_ONCE:
        settled = settled.where(col(Event.id) <= rows[-1][0])
    reached = session.exec(settled).one() or since
    return [_ended(row, settings) for row in rows], reached, len(rows) == MOST_AT_ONCE and reached > since


def slow_runs(session: Session, settings: Settings, now: datetime, histories: Histories) -> Iterator[Found]:
    """The runs under way that take longer than 95 % of their kind."""
    for limits in limits_now(session, now, histories):
        if limits.slow_before is None:
            continue
        query = (
            select(Run, Portal)
            .join(Portal, col(Portal.id) == col(Run.portal_id))
            .where(col(Run.ended_at).is_(None), col(Run.template) == limits.template)
            .where(col(Run.started_at) < limits.slow_before)
            .order_by(col(Run.started_at))
            .limit(MOST_AT_ONCE)
        )
        for run, portal in session.exec(query).all():
            started_at = run.started_at or run.created_at
            links = _links(settings, portal.id, portal.subdomain)
            message = wording.of_slow_run(portal.name, run.kind, started_at, links)
            yield Found(("run-slow",), f"run:{run.id}:slow", run.instance, now, *message)


def ending_trials(session: Session, settings: Settings, now: datetime) -> Iterator[Found]:
    """The trials that end in 1 day, and those in 7; each is told at both, or at the later only where it is found late."""
    lasts = timedelta(days=settings.trial_days)
    query = (
        sa.select(
            col(Portal.id),
            col(Portal.name),
            col(Portal.subdomain),
            col(Portal.instance),
            col(Portal.created_at),
        )
        .where(col(Portal.type) == "trial", col(Portal.state) != "deleted")
        .where(col(Portal.created_at) > now - lasts)
        .where(col(Portal.created_at) <= now - lasts + timedelta(days=max(TRIAL_DAYS)))
        .order_by(col(Portal.created_at))
        .limit(MOST_AT_ONCE)
    )
    for portal_id, name, subdomain, instance, created_at in session.connection().execute(query):
        ends_at = created_at + lasts
        days = next(one for one in TRIAL_DAYS if ends_at - now <= timedelta(days=one))
        message = wording.of_trial_end(name, ends_at, days, _links(settings, portal_id, subdomain))
        key = f"portal:{portal_id}:trial-ends:{ends_at:%Y-%m-%d}:{days}"
        yield Found(("trial-ends",), key, instance, now, *message)


def surges(
    session: Session, everybody: Sequence[Listener], settings: Settings, now: datetime
) -> Iterator[tuple[Found, Listener]]:
    """The causes that surge, in the instances of each who listens; at most once a day and cause for each."""
    listening = [one for one in everybody if "cause-surges" in one.occasions]
    if not listening:
        return
    recent = _failures(session, now - timedelta(hours=SURGE_HOURS), now)
    causes = {cause for cause, number in _by_cause(recent, None).items() if number >= SURGE_FAILURES}
    if not causes:
        return
    start = now - timedelta(hours=SURGE_HOURS)
    before = _failures(session, start - timedelta(days=SURGE_DAYS), start)
    for listener in listening:
        counted, usually = _by_cause(recent, listener.instances), _by_cause(before, listener.instances)
        for cause in sorted(causes):
            number = counted.get(cause, 0)
            usual = usually.get(cause, 0) * SURGE_HOURS / (SURGE_DAYS * 24)
            if number < SURGE_FAILURES or number < SURGE_TIMES * usual:
                continue
            places = sorted(slug for slug, of in recent if of == cause and _is_heard(listener, slug))
            links = settings.console_links("troubleshoot", ever="yes", cause=cause, **{"from": start.date()})
            message = wording.of_surge(cause, number, SURGE_HOURS, usual, places, links)
            key = f"cause:{cause}:surges:{now:%Y-%m-%d}"
            yield Found(("cause-surges",), key, places[0], now, *message, tuple(places[1:])), listener


def _ended(row: Any, settings: Settings) -> Found:
    _, at, act, run_id, kind, by, instance, error, portal_id, name, subdomain = row
    state = act.removeprefix("run-")
    if portal_id is None:
        links = settings.console_links("solutions", instance=instance)
    else:
        links = _links(settings, portal_id, subdomain)
    said = str((error or {}).get("message") or "")[:300] if state == "failed" else ""
    message = wording.of_run_end(name or instance, kind, state, by, said, links)
    occasions = ("run-failed", "run-ended") if state == "failed" else ("run-ended",)
    return Found(occasions, f"run:{run_id}:ended", instance, at, *message)


def _links(settings: Settings, portal_id: int | None, subdomain: str) -> tuple[str, ...]:
    return settings.portal_url(subdomain), *settings.console_links("portal", id=portal_id)


def _failures(session: Session, start: datetime, end: datetime) -> dict[tuple[str, str], int]:
    """How often each cause came up in each instance: by its instance and cause."""
    query = (
        sa.select(col(Failure.instance), col(Failure.cause), sa.func.count())
        .where(col(Failure.failed_at) > start, col(Failure.failed_at) <= end)
        .group_by(col(Failure.instance), col(Failure.cause))
    )
    return {(slug, cause): number for slug, cause, number in session.connection().execute(query)}


def _by_cause(counted: dict[tuple[str, str], int], instances: frozenset[str] | None) -> dict[str, int]:
    found: dict[str, int] = {}
    for (slug, cause), number in counted.items():
        if instances is None or slug in instances:
            found[cause] = found.get(cause, 0) + number
    return found


def _is_heard(listener: Listener, slug: str) -> bool:
    return listener.instances is None or slug in listener.instances
