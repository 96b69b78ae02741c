"""Why this portal: what is said beneath the headline, on the page, on paper and in a workbook."""

from collections.abc import Sequence

from core.insight.matrix.models import Matrix, View
from core.insight.matrix.ranking import Ranked, Ranking
from core.insight.matrix.weighing import Advantage, Verdict, verdict_of
from core.insight.matrix.wording import all_of, plural, points, solution_name, some
from core.phrasing import listed


def answer_lines(view: View, ranking: Ranking) -> list[str]:
    """What else there is to say of the must-haves and the weights, a sentence a line."""
    if not view.columns:
        return []
    lines = []
    if ranking.must_haves:
        lines += [] if ranking.meeting else [combination_sentence(ranking)]
        shown = ranking.meeting or ranking.places[:1]
        lines += [sentence for place in shown for sentence in condition_sentences(view.matrix, place)]
    verdict = verdict_of(view, ranking) if view.wanted.weights else None
    if verdict is not None:
        lines += [*why(verdict), change_sentence(verdict)]
    return [line for line in lines if line]


def combination_sentence(ranking: Ranking) -> str:
    """Which combination would have all must-haves, where no portal has; else an empty text."""
    if ranking.unmet:
        return f"No portal shown has {listed(row.name for row in ranking.unmet)}, so no combination has all."
    if ranking.combination is None:
        return ""
    columns = ranking.combination.columns
    size = "" if ranking.combination.is_smallest else " A smaller combination may exist."
    return f"Together, {listed(c.short_name for c in columns)} have {all_of(len(ranking.must_haves))}.{size}"


def condition_sentences(matrix: Matrix, place: Ranked) -> tuple[str, ...]:
    """Which must-haves the portal meets only with a further solution, a sentence each."""
    return tuple(
        f"{place.column.short_name} has {row.name} with the solution {solution_name(matrix, solution)} only."
        for row, solution in place.needing
    )


def why(verdict: Verdict) -> tuple[str, str]:
    """Why the first wins over the second, in two lines."""
    first, second = verdict.first, verdict.second
    a, b = first.column.short_name, second.column.short_name
    if verdict.decided_by == "must-haves":
        head = f"{a} goes before {b}: it misses {_number(first)}, {b} {_number(second)}"
    elif verdict.decided_by == "weights":
        head = f"{a} wins over {b}, {first.points} to {second.points}"
    else:
        head = f"{a} and {b} are equal at {points(first.points)}; the table's order puts {a} first"
    return f"{head}{_having(verdict.for_first, '; only it has ')}.", _instead(b, verdict.for_second)


def change_sentence(verdict: Verdict) -> str:
    """The smallest change of a weight that makes another win."""
    change = verdict.change
    if verdict.decided_by == "must-haves":
        return f"The must-haves leave {verdict.first.column.short_name} alone: no weight makes another win."
    if change is None:
        return "No change of a single weight makes another win."
    verb = "raise" if change.after > change.before else "lower"
    return f"{change.winner.short_name} would win if you {verb} {change.row.name} from {change.before} to {change.after}."


def _number(place: Ranked) -> str:
    return (
        f"{len(place.missing)} {plural(len(place.missing), 'must-have')}" if place.missing else "no must-have"
    )


def _having(advantages: Sequence[Advantage], words: str) -> str:
    """Those that weigh something; where none does, all."""
    heavy = [a for a in advantages if a.weight] or list(advantages)
    if not heavy:
        return ""
    names = [f"{a.row.name} ({a.weight})" if a.weight else a.row.name for a in heavy]
    return words + some(names)


def _instead(name: str, advantages: Sequence[Advantage]) -> str:
    having = _having(advantages, "")
    return f"{name} has instead {having}." if having else f"{name} has nothing that the first lacks."
