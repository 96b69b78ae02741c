"""portals: export, reconcile."""

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.commandline import filters, options
from core.commandline.opening import actor, opened
from core.commandline.output import hint, iso, show
from core.errors import InvalidValue
from core.settings import CONSOLE_ADMINISTRATOR

if TYPE_CHECKING:
    from rich.console import Console

    from core.insight.inventory import Reconciliation

_TOLD_EVERY = 100  # instances


@filters.takes_a_filter
def export(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Ends in .csv, .xlsx or .parquet.", show_default=False)
    ],
    which: filters.Which,
    column: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="These columns, in this order; without it all.")
    ] = None,
    as_: options.Reader = CONSOLE_ADMINISTRATOR,
    as_json: options.Json = False,
    sort: options.Sort = None,
) -> None:
    """Write the portals that match every filter into a file; one that is there already is replaced once all is written."""
    from core.insight.inventory import KINDS

    kind = file.suffix.removeprefix(".").lower()
    if kind not in KINDS:
        endings = ", ".join(f".{one}" for one in KINDS)
        raise InvalidValue(
            f"{file.name!r} is no file to export to. Let it end in one of: {endings}.", field="file"
        )
    with opened() as services:
        wanted = which.wanted(services)
        with _replacing(file) as target:
            number = services.inventory.export(
                kind, wanted, actor(as_), target, columns=column, sort=sort or "-created_at"
            )
    document = {"file": str(file), "portals": number}
    show(
        document, as_json, lambda screen: screen.print(f"{number:,} portals written to {file}.", markup=False)
    )


class _replacing:  # noqa: N801 - a context, read as one
    """A new file beside the old one, which it replaces at the end; by an error the old one stays."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> Any:
        try:
            self._new = tempfile.NamedTemporaryFile(
                dir=self._file.parent, prefix=f".{self._file.name}.", delete=False
            )
        except OSError as error:
            raise InvalidValue(
                f"{self._file} can't be written: {error.strerror}. Give another file.", field="file"
            ) from error
        return self._new

    def __exit__(self, kind: object, *_: object) -> None:
        self._new.close()
        made = Path(self._new.name)
        if kind is None:
            made.chmod(0o644)
            made.replace(self._file)
        else:
            made.unlink(missing_ok=True)


def reconcile(as_: options.Reader = CONSOLE_ADMINISTRATOR, as_json: options.Json = False) -> None:
    """Count the portals here and the websites on the platform, and name the odd ones; exit 1 where there are any."""
    with opened() as services:
        found = services.reconciliations.check(actor(as_), _tell)
    document = {
        "checked_at": iso(found.checked_at),
        "here": found.here,
        "there": found.there,
        "silent": list(found.silent),
        "odd_count": found.odd_count,
        "odd": [vars(one) for one in found.odd],
    }
    show(document, as_json, lambda screen: _draw(screen, found))
    if found.odd_count:
        raise typer.Exit(1)


def _tell(done: int, of: int) -> None:
    if done % _TOLD_EVERY == 0 and sys.stderr.isatty():
        hint(f"{done:,} of {of:,} instances")


def _draw(screen: "Console", found: "Reconciliation") -> None:
    from core.commandline.tables import print_table

    equals = "=" if found.here == found.there and not found.odd_count else "≠"
    screen.print(
        f"Reconciled: {found.here:,} portals here {equals} {found.there:,} websites on the platform."
    )
    if found.silent:
        screen.print(f"These instances did not answer: {', '.join(found.silent)}.", markup=False)
    if found.odd_count:
        rows = [
            (
                one.instance,
                one.subdomain,
                one.name,
                "only here" if one.where == "here" else "only on the platform",
            )
            for one in found.odd
        ]
        print_table(screen, ("Instance", "Subdomain", "Name", "Where"), rows)
