"""What is being mended, live: a row a run, with how far it is."""

from collections.abc import Mapping, Sequence
from html import escape

from core.insight.failures import Work
from pages.ui.badges import RUN_STATES, UNKNOWN, state_html
from pages.ui.tables import cell, head, row_head, table
from pages.ui.words import RUN_KINDS, STEPS

_KINDS = {"retry": "Retry", "install": "Installation", **RUN_KINDS}


def progress(work: Sequence[Work], names: Mapping[str, str]) -> None:
    """The runs, the oldest first."""
    table(
        "Under way",
        (head("What"), head("Where"), head("State", "narrow"), head("Done", "number narrow"), head("Now")),
        (
            (
                row_head(escape(_KINDS.get(one.kind, one.kind))),
                cell(_where(one, names)),
                cell(state_html(RUN_STATES.get(one.state, UNKNOWN)), "narrow"),
                cell(f"{one.done:,} of {one.total:,}", "number narrow"),
                cell(escape(_now(one))),
            )
            for one in work
        ),
    )


def _where(one: Work, names: Mapping[str, str]) -> str:
    if one.portal is None:
        return escape(names.get(one.instance, one.instance))
    return f'<a href="/portal?id={one.portal.id}">{escape(one.portal.display_name)}</a>'


def _now(one: Work) -> str:
    if not one.is_open:
        return f"{one.failed:,} failed" if one.failed else "Everything went through"
    if one.current is None:
        return "Waits for its turn"
    solution = one.current.removeprefix("install-")
    return f"Installs {solution}" if solution != one.current else STEPS.get(one.current, one.current)
