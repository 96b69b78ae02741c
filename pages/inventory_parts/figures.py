"""What have we got, and what needs me: the figures, one stacked bar, and what came and failed by day."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from core.insight.inventory import Headline, Series
from pages.inventory_parts.known import HEALTH
from pages.inventory_parts.link import PLACE, Choices
from pages.ui.address import Address
from pages.ui.badges import icon_html
from pages.ui.components import mount, sent
from pages.ui.words import count

KEY = "inventory-figures"
DAYS = 30
# What is fine first, and what needs a person last: the order is the same everywhere.
ORDER = ("healthy", "getting-set-up", "slow", "stuck", "failed")
_SCRIPT = Path(__file__).with_suffix(".js")
_HTML = """<div class="portico-figures">
  <figure class="portico-health">
    <div class="portico-stack" aria-hidden="true"></div>
    <div class="portico-stack-legend" role="group" aria-label="Health of the portals: each shows only these"></div>
  </figure>
  <figure class="portico-days"></figure>
</div>"""


def sentence(headline: Headline) -> str:
    """12,408 portals · 31 need you · 204 configuring · 6 trials end in 7 days, 24 in 30; as Markdown."""
    said = [f"**{count(headline.total, 'portal')}**"]
    if headline.need_you:
        said.append(f"**{headline.need_you:,} {'needs' if headline.need_you == 1 else 'need'} you**")
    else:
        said.append("nothing needs you")
    if headline.configuring:
        said.append(f"{headline.configuring:,} configuring")
    if headline.trials_30_days:
        soon = f"{headline.trials_7_days:,} in 7 days, " if headline.trials_7_days else ""
        said.append(f"trials that end: {soon}{headline.trials_30_days:,} in 30")
    return " · ".join(said)


def figures(health: Mapping[str, int], by_day: Series, choices: Choices, address: Address) -> None:
    """The bar with its legend, and the days. `health`: how many have each verdict, under the other filters."""
    chosen = choices.wanted.verdicts
    data = {"bar": bar(health, chosen), "legend": legend(health, chosen), "days": days(by_day)}
    mount("figures", _SCRIPT, _HTML, data, key=KEY, pick=lambda: _pick(chosen, address))


def bar(health: Mapping[str, int], chosen: tuple[str, ...]) -> str:
    """A part a verdict, as long as there are many; the least can still be seen."""
    parts = [
        f'<span data-pick="{one}" class="portico-part portico-{HEALTH[one].colour}'
        f'{" portico-faded" if chosen and one not in chosen else ""}" '
        f'style="flex-grow:{health[one]}" title="{HEALTH[one].word}: {health[one]:,}"></span>'
        for one in ORDER
        if health.get(one)
    ]
    return "".join(parts)


def legend(health: Mapping[str, int], chosen: tuple[str, ...]) -> str:
    """A button a verdict: word, figure, and whether it is chosen."""
    return "".join(
        f'<button type="button" data-pick="{one}" aria-pressed="{str(one in chosen).lower()}">'
        f"{icon_html(HEALTH[one])} {HEALTH[one].word} <b>{health.get(one, 0):,}</b></button>"
        for one in ORDER
        if health.get(one) or one in chosen or one in ("healthy", "failed")
    )


def days(by_day: Series) -> str:
    """Two columns a day, of what came and of what failed since; in words for who can't see them."""
    most, made, bad = max(by_day.created, default=0), sum(by_day.created), sum(by_day.failed)
    if not most:
        return ""
    number = len(by_day.days)
    told = f"Portals by day, the last {number} days: {made:,} created, of which {bad:,} have failed since. Most on a day: {most:,}."
    columns = "".join(
        f'<span title="{day:%d %b}: {created:,} created, {failed:,} failed">'
        f'<i class="portico-blue" style="height:{_share(created - failed, most)}"></i>'
        f'<i class="portico-red" style="height:{_share(failed, most)}"></i></span>'
        for day, created, failed in zip(by_day.days, by_day.created, by_day.failed, strict=True)
    )
    return (
        f'<div class="portico-columns" role="img" aria-label="{escape(told)}">{columns}</div>'
        f"<figcaption>{number} days: {made:,} created, {bad:,} failed since</figcaption>"
    )


def _share(part: int, most: int) -> str:
    return f"{100 * max(part, 0) / most:.1f}%"


def _pick(chosen: tuple[str, ...], address: Address) -> None:
    """Show only these; the same again shows all."""
    one: Any = sent(KEY, "pick")
    if one in HEALTH:
        address.choose(**PLACE, verdict="" if chosen == (one,) else str(one))
