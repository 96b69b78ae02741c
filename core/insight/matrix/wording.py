"""What the matrix says, in sentences: plain text, without markup, for the page and the command line."""

from collections.abc import Sequence

from core.insight.matrix.likeness import Move
from core.insight.matrix.models import Column, Matrix, Row, View
from core.insight.matrix.ranking import Ranked, Ranking
from core.phrasing import listed

_NAMED = 4
_DELIVERED = {
    "platform": "by the platform itself",
    "site-content": "as site content of the portal",
}


def headline(view: View, ranking: Ranking) -> str:
    """The sentence above the table: who meets the must-haves, and who comes next."""
    if not view.columns:
        return "No portal is left: take a filter away."
    if not ranking.must_haves:
        return _without_must_haves(view, ranking)
    if not ranking.meeting:
        return _nobody(ranking)
    names = [place.column.short_name for place in ranking.meeting]
    rest = [place for place in ranking.places if not place.meets_all]
    many = len(ranking.must_haves)
    what = "the must-have" if many == 1 else all_of(many)
    who = f"{some(names)} {'meets' if len(names) == 1 else 'meet'} {what}"
    least = (
        ""
        if len(names) == 1 or ranking.least is None
        else f"; the least of them is {_size(view, ranking.least)}"
    )
    return f"{who}{least}; next is {_without(rest[0])}." if rest else f"{who}{least}."


def move_sentences(matrix: Matrix, move: Move) -> tuple[str, ...]:
    """From one portal to another: what is lost, gained and kept, and for whom each is."""
    a, b = move.source.short_name, move.target.short_name
    if move.source == move.target:
        return (f"{a} stays {a}: nothing is lost, nothing is gained.", _open_to(move.source))
    sentences = [
        f"You gain {_counted(move.gained)}." if move.gained else "You gain nothing.",
        f"You lose {_counted(move.lost)}." if move.lost else "You lose nothing.",
        f"{len(move.kept)} {'stays' if len(move.kept) == 1 else 'stay'} as {'it is' if len(move.kept) == 1 else 'they are'}.",
    ]
    sentences += [_changed(matrix, *change) for change in move.changed]
    if move.target.requires:
        needs = listed(solution_name(matrix, name) for name in move.target.requires)
        sentences.append(f"{b} needs {needs} in the instance first.")
    return (*sentences, _open_to(move.source), _open_to(move.target))


def delivery(matrix: Matrix, row: Row) -> str:
    """How the feature is delivered, in a sentence."""
    how = _DELIVERED.get(row.delivered.by) or f"by the solution {row.delivered.solution}"
    condition = row.delivered.with_solution
    also = f", and seen once {solution_name(matrix, condition)} is in the instance" if condition else ""
    return f"Delivered {how}{also}."


def hidden_sentence(view: View) -> str:
    """How many rows *differences only* or *in common only* hides; an empty text where it hides none."""
    number = len(view.hidden_rows)
    if view.wanted.only == "all" or not number:
        return ""
    if view.wanted.only == "common":
        return f"In common only hides {number} {plural(number, 'row')} that some portal shown lacks."
    return f"Differences only hides {number} equal {plural(number, 'row')}.{_conditions_that_differ(view)}"


def solution_name(matrix: Matrix, unique_name: str) -> str:
    """A solution by its product's name, a portal's by the portal's, another by its unique name."""
    return matrix.solution_names.get(unique_name, unique_name)


def points(number: int) -> str:
    """A sum of weights: "1 point", "12 points"."""
    return f"{number} {plural(number, 'point')}"


def all_of(number: int) -> str:
    """All of so many, in words: "both", "all 3"."""
    return "both" if number == 2 else f"all {number}"  # noqa: PLR2004 - two are both


def some(names: Sequence[str]) -> str:
    """Names in a row, at most four and how many more."""
    if len(names) <= _NAMED + 1:  # "and 1 more" is no shorter than its name
        return listed(names)
    return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"


def _without_must_haves(view: View, ranking: Ranking) -> str:
    size = f"{len(view.columns)} {plural(len(view.columns), 'portal')}, {len(view.rows)} {plural(len(view.rows), 'feature')}"
    if not view.wanted.weights:
        return f"{size}. Choose what you must have, and the portals are ranked."
    first = ranking.places[0]
    next_ = f"; next is {_weighed(ranking.places[1])}" if len(ranking.places) > 1 else ""
    return f"By your weights, {_weighed(first)} comes first{next_}."


def _nobody(ranking: Ranking) -> str:
    many = len(ranking.must_haves)
    if many == 1:
        return f"No portal shown has {ranking.must_haves[0].name}."
    return f"No portal meets {all_of(many)}; {_without(ranking.places[0])}, comes closest."


def _without(place: Ranked) -> str:
    names = [row.name for row in place.missing]
    return f"{place.column.short_name}, without {some(names)}"


def _weighed(place: Ranked) -> str:
    return f"{place.column.short_name} with {points(place.points)}"


def _size(view: View, column: Column) -> str:
    return f"{column.short_name}, with {len(view.matrix.features_of(column.slug))} features"


def _counted(rows: Sequence[Row]) -> str:
    return f"{len(rows)} {plural(len(rows), 'feature')}: {listed(row.name for row in rows)}"


def _changed(matrix: Matrix, row: Row, before: str | None, after: str | None) -> str:
    if after is None:
        return f"{row.name} no longer waits for the solution {solution_name(matrix, str(before))}: it is always there."
    return f"{row.name} is there with the solution {solution_name(matrix, after)} only."


def _open_to(column: Column) -> str:
    names = column.audience_names
    return f"{column.name} is on offer to the {plural(len(names), 'audience')} {listed(names)}."


def _conditions_that_differ(view: View) -> str:
    """Rows that are equal but for what they wait for are hidden, and named."""
    rows = [row for row in view.hidden_rows if len({row.cell(c.slug) for c in view.columns}) > 1]
    if not rows:
        return ""
    verb = "waits" if len(rows) == 1 else "wait"
    return f" Of these, {listed(row.name for row in rows)} {verb} for a solution in some portals only."


def plural(number: int, one: str) -> str:
    """The noun for that number."""
    return one if number == 1 else f"{one}s"
