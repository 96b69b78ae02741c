"""A filter change on the Compare page, next to the rerun of a page with one widget; at 26 × 5 and at 200 × 60."""

import time
from collections.abc import Callable

from benchmarks.apart import apart
from benchmarks.report import Pairs, line, ratio_line, temporary_folder, title
from benchmarks.samples.compare_reruns import Reruns
from benchmarks.scale import Scale
from core.catalogue import Catalogue, load_catalogue
from core.insight.matrix import Matrix, MatrixFilter, matrix_of, view_of
from core.insight.matrix.answers import answer_lines
from core.insight.matrix.ranking import ranking_of
from core.insight.matrix.workbook import as_workbook
from pages.compare_parts.table import table_html
from tests.insight.matrix.generated import generated_catalogue

FEATURES, PORTALS = 200, 60


def run(scale: Scale) -> None:
    """A search is typed that leaves every row, so that the whole table is drawn anew each time."""
    title(f"Matrix: {scale.reruns} changes of a filter, on the server, next to a page that has nothing else")
    many = f"{FEATURES} × {PORTALS}"
    _rerun("26 × 5", 0, 0, scale.reruns)
    _rerun(many, FEATURES, PORTALS, scale.reruns)
    _parts("26 × 5", load_catalogue(), scale.reruns)
    _parts(many, generated_catalogue(FEATURES, PORTALS), scale.reruns)


def _rerun(name: str, features: int, portals: int, count: int) -> None:
    """Processor time: it hardly depends on what else the machine does."""
    with temporary_folder() as folder:
        found = apart("benchmarks.samples.compare_reruns", Reruns(str(folder), features, portals, count))
    pairs = Pairs(tuple(found["compare"]), tuple(found["empty"]))
    line(f"{name}: the Compare page", f"{1000 * pairs.median_a:6.1f} ms of processor a rerun")
    line(f"{name}: a page with one text input", f"{1000 * pairs.median_b:6.1f} ms")
    ratio_line(f"{name}: the Compare page's rerun / the empty page's", pairs)


def _parts(name: str, catalogue: Catalogue, count: int) -> None:
    """What the matrix itself costs of it."""
    matrix = matrix_of(catalogue)
    view = view_of(matrix, _wanted(matrix))
    ranking = ranking_of(view)
    parts: dict[str, Callable[[], object]] = {
        "filter and rank": lambda: ranking_of(view_of(matrix, _wanted(matrix))),
        "say why": lambda: answer_lines(view, ranking),
        "write the table": lambda: table_html(view, ranking, {}),
        "write the workbook": lambda: as_workbook(view),
    }
    for part, work in parts.items():
        seconds = tuple(_took(work) for _ in range(count))
        line(f"{name}, of this: {part}", f"{1000 * Pairs(seconds, seconds).median_a:6.2f} ms")
    line(f"{name}: the table's HTML", f"{len(table_html(view, ranking, {})) / 1000:6.0f} kB")


def _wanted(matrix: Matrix) -> MatrixFilter:
    features = [row.slug for row in matrix.rows]
    weights = tuple((slug, 5) for slug in features[3:8])
    return MatrixFilter(add_ons=True, must_haves=tuple(features[:3]), weights=weights)


def _took(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
