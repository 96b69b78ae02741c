"""matrix: what the portals have of the features, filtered and ranked as on the Compare page."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.commandline import options
from core.commandline.errors import OptionMisused
from core.commandline.output import console, hint, print_json
from core.errors import InvalidValue, NotFound
from core.phrasing import listed

if TYPE_CHECKING:
    from rich.console import Console

    from core.catalogue import Catalogue
    from core.insight.matrix import View
    from core.insight.matrix.ranking import Ranking


FORMATS = ("table", "csv", "json", "markdown")


def matrix(
    audience: Annotated[
        str | None, typer.Option("--audience", metavar="A", help="Only portals on offer to it.")
    ] = None,
    portal: Annotated[
        list[str] | None,
        typer.Option(
            "--portal", metavar="P", help="Only this portal; as often as there are portals to compare."
        ),
    ] = None,
    must_have: Annotated[
        list[str] | None,
        typer.Option(
            "--must-have",
            metavar="FEATURE",
            help="Rank the portals by it; by name or slug, as often as needed.",
        ),
    ] = None,
    differences: Annotated[
        bool, typer.Option("--differences", help="Only rows in which the portals differ.")
    ] = False,
    common: Annotated[bool, typer.Option("--common", help="Only rows that every portal has.")] = False,
    search: Annotated[
        str,
        typer.Option(
            "--search", metavar="TEXT", help="Only features with these words in name or explanation."
        ),
    ] = "",
    add_ons: Annotated[
        bool, typer.Option("--add-ons", help="All seven columns, where no --portal chooses some.")
    ] = False,
    form: Annotated[
        str, typer.Option("--format", metavar="F", help="table, csv, json or markdown.")
    ] = "table",
    as_json: options.Json = False,
) -> None:
    """The features and which portals have them."""
    from core.catalogue import load_catalogue
    from core.insight.matrix import MatrixFilter, matrix_of, view_of
    from core.insight.matrix.ranking import ranking_of

    if differences and common:
        raise OptionMisused(
            "--differences and --common exclude each other. Give one of them.", field="common"
        )
    if form not in FORMATS:
        raise InvalidValue(
            f"The matrix can't be printed as {form!r}. Choose one of: {', '.join(FORMATS)}.", field="format"
        )
    catalogue = load_catalogue()
    wanted = MatrixFilter(
        audience=None if audience is None else catalogue.audience(audience).slug,
        portals=tuple(catalogue.portal(slug).slug for slug in portal or ()),
        add_ons=add_ons,
        text=search,
        only="differences" if differences else "common" if common else "all",
        must_haves=tuple(_feature(catalogue, name) for name in must_have or ()),
    )
    view = view_of(matrix_of(catalogue), wanted)
    _print(view, ranking_of(view), "json" if as_json else form)


def _feature(catalogue: "Catalogue", wanted: str) -> str:
    """The slug of the feature of that name or slug; raises NotFound with field `must-have`."""
    key = wanted.strip().casefold()
    for feature in catalogue.features:
        if key in (feature.slug, feature.name.casefold()):
            return feature.slug
    raise NotFound(
        f"There is no feature {wanted!r}. `catalogue` lists them, by name.",
        field="must-have",
        details={"feature": wanted},
    )


def _print(view: "View", ranking: "Ranking", form: str) -> None:
    from core.insight.matrix import exports

    if not view.columns:
        hint("No portal is left: none of those chosen is on offer to that audience.")
    if form == "json":
        print_json(exports.as_document(view, ranking))
    elif form == "table":
        _draw(console(), view, ranking)
    else:
        text = exports.as_csv(view) if form == "csv" else exports.as_markdown(view)
        typer.echo(text, nl=False)


def _draw(screen: "Console", view: "View", ranking: "Ranking") -> None:
    from rich.text import Text

    from core.commandline.tables import print_table
    from core.insight.matrix import answers, exports, wording

    head, *rows = exports.table_of(view)
    print_table(screen, head, rows)
    said = [wording.hidden_sentence(view), *exports.condition_notes(view)]
    if ranking.must_haves:
        screen.print()
        print_table(
            screen,
            ("Portal", "Missing must-haves"),
            [(p.column.name, listed(row.name for row in p.missing) or "none") for p in ranking.places],
        )
        said = [wording.headline(view, ranking), *answers.answer_lines(view, ranking), *said]
    for sentence in filter(None, said):
        screen.print(Text(sentence, style="dim"))
