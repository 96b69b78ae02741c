"""The page follows the store: a look every second at what is cheap to ask, and a run of the page where it has changed."""

from pathlib import Path

from core.access import Actor
from core.bootstrap import Services
from pages.ui import following
from pages.ui.address import Address
from pages.ui.components import mount
from pages.ui.times import exact

_SCRIPT = Path(__file__).with_name("freshness.js")
_HTML = '<div><span class="portico-fresh portico-quiet"></span></div>'


def follow(services: Services, actor: Actor, token: str, address: Address, more: str = "") -> None:
    """How old what is shown is. `token` is of what is shown; `more` stands behind."""

    def look() -> bool:
        mount(
            "freshness",
            _SCRIPT,
            _HTML,
            {"exact": exact(services.clock()), "more": more},
            key="inventory-freshness",
        )
        return services.inventory.change_token(actor) != token

    following.follow(look, address)
