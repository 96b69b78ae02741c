"""catalogue: what can be provisioned."""

from typing import TYPE_CHECKING

from core.commandline import options
from core.commandline.output import show

if TYPE_CHECKING:
    from rich.console import Console

    from core.catalogue import Catalogue


def catalogue(as_json: options.Json = False) -> None:
    """Audiences, portals, features and languages."""
    from core.catalogue import load_catalogue

    found = load_catalogue()
    show(found.describe(), as_json, lambda screen: _draw(screen, found))


def _draw(screen: "Console", found: "Catalogue") -> None:
    from core.commandline.tables import print_table

    print_table(
        screen,
        ("Audience", "Portals on offer"),
        [(a.slug, ", ".join(p.name for p in found.offered(a.slug))) for a in found.audiences],
    )
    screen.print()
    print_table(
        screen,
        ("Portal", "Name", "Features", "Solutions", "Must be there first"),
        [
            (p.slug, p.name, len(found.features_of(p.slug)), len(p.solutions), ", ".join(p.requires) or "–")
            for p in found.portals
        ],
    )
    screen.print()
    print_table(
        screen, ("Feature", "Group", "What it is"), [(f.name, f.group, f.explanation) for f in found.features]
    )
    screen.print()
    print_table(
        screen,
        ("LCID", "Language", "In its own words"),
        [(x.lcid, x.name, x.native_name) for x in found.languages],
    )
