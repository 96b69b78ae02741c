"""Tables and colours for people; in a pipe the same words, plain."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from core.insight.models import DomainSummary, PortalDetails, PortalSummary, RunSummary, StepSummary
from core.platforms.port import Instance
from core.portals.commands import Check

STYLES = {
    "provisioned": "green",
    "succeeded": "green",
    "done": "green",
    "healthy": "green",
    "fine": "green",
    "configuring": "cyan",
    "getting-set-up": "cyan",
    "running": "cyan",
    "waiting": "dim",
    "queued": "dim",
    "skipped": "dim",
    "deleted": "dim",
    "cancelled": "yellow",
    "slow": "yellow",
    "stuck": "yellow",
    "warning": "yellow",
    "installed": "green",
    "installing": "cyan",
    "install-failed": "red",
    "provisioning-failed": "red",
    "failed": "red",
    "blocked": "red",
    "wrong": "red",
}
MARKS = {"fine": "✓", "warning": "!", "blocked": "✗", "wrong": "✗"}


def state(word: str | None) -> Text:
    """A state in its colour; the word is always there."""
    return Text(word or "–", style=STYLES.get(word or "", ""))


def print_table(screen: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table without lines between its rows; cells are plain text unless they are Text."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(
            *(cell if isinstance(cell, Text) else Text("–" if cell is None else str(cell)) for cell in row)
        )
    _print(screen, table)


def print_total(screen: Console, shown: int, total: int, what: str) -> None:
    """How many rows there are, and how many of them were shown."""
    screen.print(Text(f"{shown} of {total} {what}" if shown != total else f"{total} {what}", style="dim"))


def print_portals(screen: Console, portals: Sequence[PortalSummary], total: int) -> None:
    """A row a portal."""
    rows = [
        (p.id, p.display_name, state(p.state), state(p.verdict), p.url, p.instance, p.portal, p.language)
        for p in portals
    ]
    print_table(screen, ("ID", "Name", "State", "Verdict", "URL", "Instance", "Portal", "Language"), rows)
    print_total(screen, len(portals), total, "portals")


def print_portal(screen: Console, found: PortalDetails) -> None:
    """A portal, its verdict and its domains."""
    portal = found.portal
    screen.print(Text(portal.display_name, style="bold"))
    facts = [
        ("State", state(portal.state)),
        ("Verdict", Text.assemble(state(found.verdict.state), f"  {found.verdict.reason}")),
        ("URL", portal.url),
        ("Portal", f"{portal.portal}, {portal.type}, for {portal.audience}"),
        ("Instance", portal.instance),
        ("Language", portal.language),
        ("Administrator", portal.administrator),
        ("Provisioned", _time(portal.provisioned_at)),
        *((f"Domain {d.domain}", _verified(d)) for d in found.domains),
    ]
    print_facts(screen, facts)


def print_facts(screen: Console, facts: Iterable[tuple[str, Any]]) -> None:
    """Names and values, a pair a line."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for name, value in facts:
        table.add_row(Text(name, style="dim"), value if isinstance(value, Text) else Text(str(value)))
    _print(screen, table)


def print_run(screen: Console, run: RunSummary) -> None:
    """A run and its steps."""
    screen.print(Text.assemble(f"Run {run.number} ", state(run.state), (f"  {run.id}", "dim")))
    rows = [
        (step.name, state(step.state), duration(step), step.attempts or "", reason(step))
        for step in run.steps
    ]
    print_table(screen, ("Step", "State", "Took", "Attempts", "Reason"), rows)


def print_checks(screen: Console, checks: Iterable[Check]) -> None:
    """A line a check, and its fix below it."""
    for check in checks:
        print_finding(screen, check.state, f"{check.message} ({check.rule})", check.fix)


def print_finding(screen: Console, found: str, message: str, fix: str | None) -> None:
    """A mark, a sentence, and what to do."""
    screen.print(Text.assemble((MARKS[found], STYLES[found]), f" {message}"))
    if fix:
        screen.print(Text(f"  → {fix}", style=STYLES[found]))


def print_instance(screen: Console, instance: Instance) -> None:
    """An instance with its users and solutions."""
    screen.print(f"[bold]{escape(instance.name)}[/bold]  {escape(instance.url)}")
    languages = ", ".join(str(lcid) for lcid in instance.languages)
    mode = "on" if instance.administration_mode else "off"
    print_facts(
        screen,
        [
            ("Slug", instance.slug),
            ("Languages", f"{languages} (base {instance.base_language})"),
            ("Administration mode", mode),
            ("Solutions", ", ".join(f"{s.unique_name} {s.version}" for s in instance.solutions) or "none"),
        ],
    )
    rows = [(u.name, u.email, ", ".join(u.roles), u.access_mode, u.default_language) for u in instance.users]
    print_table(screen, ("User", "E-mail", "Roles", "Access mode", "Language"), rows)


def _print(screen: Console, table: Table) -> None:
    """A table; in a pipe without the spaces that fill its last column."""
    if screen.is_terminal:
        screen.print(table)
        return
    with screen.capture() as kept:
        screen.print(table)
    screen.out("\n".join(line.rstrip() for line in kept.get().splitlines()), highlight=False)


def duration(step: StepSummary) -> str:
    """How long the step took; empty while it has not ended."""
    if step.started_at is None or step.ended_at is None:
        return ""
    seconds = (step.ended_at - step.started_at).total_seconds()
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.1f} min"  # noqa: PLR2004 - a minute


def reason(step: StepSummary) -> str:
    """Why the step failed or waits."""
    error = step.error or {}
    return str(error.get("message") or error.get("text") or "")


def _time(at: datetime | None) -> str:
    return "not yet" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _verified(domain: DomainSummary) -> str:
    return "not verified" if domain.verified_at is None else f"verified {_time(domain.verified_at)}"
