"""Options that several commands have, declared once."""

from typing import Annotated

import typer

Actor = Annotated[str, typer.Option("--as", metavar="EMAIL", help="Who acts.", show_default=False)]
OptionalActor = Annotated[
    str | None, typer.Option("--as", metavar="EMAIL", help="Who acts; needed.", show_default=False)
]
Reader = Annotated[str, typer.Option("--as", metavar="EMAIL", help="Who reads.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", help="At most so many; without it all.")]
Offset = Annotated[int, typer.Option("--offset", metavar="N", help="Leave out so many at the beginning.")]
Sort = Annotated[
    str | None,
    typer.Option("--sort", metavar="FIELD", help="Sort by this field; -FIELD the other way round."),
]
PortalId = Annotated[int, typer.Argument(metavar="ID", help="The portal's number.", show_default=False)]
