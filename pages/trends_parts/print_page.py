"""The trends to print: what is on the screen, on sheets of A4. Plain HTML, served beside the console."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from core.bootstrap import Services
from core.insight.trends import DayRate, Spread, Trends
from pages.trends_parts.causes import CUTS
from pages.trends_parts.wanted import instance_names, portal_names, wanted_trends
from pages.trends_parts.wording import answer, healing, percent, spread, unusual
from pages.ui.actor import actor_of
from pages.ui.badges import LIVES
from pages.ui.services import services
from pages.ui.times import duration

MOST_ROWS = 10
_WIDTH, _HEIGHT = 1000.0, 240.0
_STYLE = """
@page { size: A4 portrait; margin: 14mm; }
* { box-sizing: border-box; }
body { font: 10pt/1.35 system-ui, sans-serif; color: #111; background: #fff; margin: 0 auto; max-width: 182mm; }
h1 { font-size: 16pt; margin: 0 0 1mm; } h2 { font-size: 12pt; margin: 5mm 0 1mm; } p { margin: 1mm 0; }
table { border-collapse: collapse; width: 100%; margin: 1mm 0; }
th, td { border-bottom: .2mm solid #bbb; padding: .6mm 1.5mm; text-align: start; }
.n { text-align: end; font-variant-numeric: tabular-nums; } tr, svg { break-inside: avoid; } h2 { break-after: avoid; }
svg { width: 100%; height: auto; }
@media screen { body { padding: 10mm 4mm; } }
"""


def print_trends(request: Request) -> HTMLResponse:
    """The page for what the address chooses, as the page's own address does; for who acts in this browser."""
    everything: Services = services()
    query = request.query_params
    wanted = wanted_trends(everything, lambda name: query.get(name, ""))
    actor = actor_of(request)
    trends = everything.trends.read(wanted, actor)
    chosen = [
        instance_names(everything).get(wanted.instance or "", ""),
        portal_names(everything).get(wanted.template or "", ""),
    ]
    return HTMLResponse(page_html(trends, " · ".join(filter(None, chosen)), everything.clock()))


def page_html(trends: Trends, chosen: str, now: datetime) -> str:
    """The whole page."""
    period = f"{trends.since} to {trends.until}" + (f" · {chosen}" if chosen else "")
    causes = [
        (c.name, LIVES[c.life].word, f"{c.failures:,}", f"{c.change:+,}", f"{c.open:,}", _median(c.fix_s))
        for c in trends.causes[:MOST_ROWS]
    ]
    heads = ("Cause", "Life", "Failures", "Change", "Open", "Time to fix, median")
    cuts = "".join(
        f"<h2>Failures by {name.lower()}</h2>"
        + _table(
            (name, "Failures", "Before"),
            [(one.name, f"{one.failures:,}", f"{one.previous:,}") for one in trends.cuts[cut][:MOST_ROWS]],
        )
        for cut, name in CUTS.items()
        if trends.cuts.get(cut)
    )
    changes = "".join(f"<p>{marker.day}: {escape(marker.text)}</p>" for marker in trends.markers)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Trends</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>'
        f"<h1>Trends</h1><p>{escape(period)}</p><p><strong>{escape(answer(trends))}</strong></p>"
        f"<h2>Failure rate by day, % of runs</h2>{_chart(trends)}<p>{escape(unusual(trends))}</p>"
        f"<h2>Causes</h2>{_table(heads, causes, words=2) if causes else '<p>Nothing failed.</p>'}"
        f"<h2>Time to provision</h2><p>{escape(spread(trends.provisioning))}</p>"
        f"<h2>Time to recover</h2><p>{escape(spread(trends.recovery))}</p>"
        f"<h2>How failures were healed</h2><p>{escape(healing(trends.healing))}</p>{cuts}"
        f"{'<h2>What was changed</h2>' + changes if changes else ''}"
        f"<p>Portico, {now:%Y-%m-%d %H:%M} UTC</p></main></body></html>"
    )


def _chart(trends: Trends) -> str:
    """The control chart as lines: the rate, and dashed its upper limit."""
    shares = [share for one in trends.days for share in (one.rate.share, one.high) if share is not None]
    if not shares:
        return "<p>Nothing ran.</p>"
    top = max(*shares, 0.01)
    places = {one.day: (number + 0.5) / len(trends.days) * _WIDTH for number, one in enumerate(trends.days)}

    def height(share: float) -> float:
        return _HEIGHT * (1 - share / top)

    def points(days: Iterable[tuple[DayRate, float | None]]) -> str:
        found = (f"{places[one.day]:.1f},{height(share):.1f}" for one, share in days if share is not None)
        return " ".join(found)

    dots = "".join(
        f'<circle cx="{places[one.day]:.1f}" cy="{height(one.rate.share):.1f}" r="7" fill="none" stroke="#b91c1c" '
        'stroke-width="3"/>'
        for one in trends.unusual
        if one.rate.share is not None
    )
    said = escape(f"{answer(trends)} {unusual(trends)}")
    return (
        f'<svg viewBox="0 -10 {_WIDTH:.0f} {_HEIGHT + 45:.0f}" role="img" aria-label="{said}">'
        f'<line x1="0" x2="{_WIDTH}" y1="{_HEIGHT}" y2="{_HEIGHT}" stroke="#555"/>'
        f'<polyline fill="none" stroke="#777" stroke-dasharray="8 6" points="{points((d, d.high) for d in trends.days)}"/>'
        '<polyline fill="none" stroke="#1f5fa8" stroke-width="3" '
        f'points="{points((d, d.rate.share) for d in trends.days)}"/>{dots}'
        f'<text x="0" y="12" font-size="22">{percent(top)}</text><text x="0" y="{_HEIGHT + 28}" font-size="22">'
        f'{trends.since}</text><text x="{_WIDTH}" y="{_HEIGHT + 28}" font-size="22" text-anchor="end">{trends.until}</text>'
        "</svg>"
    )


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]], words: int = 1) -> str:
    """A table whose first columns are words, the others numbers."""
    names = "".join(f'<th scope="col"{_kind(at, words)}>{escape(word)}</th>' for at, word in enumerate(heads))
    body = "".join(
        "<tr>"
        + "".join(f"<td{_kind(at, words)}>{escape(value)}</td>" for at, value in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"


def _kind(at: int, words: int) -> str:
    return "" if at < words else ' class="n"'


def _median(what: Spread) -> str:
    return "–" if what.median_s is None else duration(what.median_s)
