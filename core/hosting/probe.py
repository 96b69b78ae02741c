"""Ask a portal itself whether it answers: in the process, or over the network (PORTICO_PORTAL_PROBE_URL)."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from core.hosting.notices import GETTING_SET_UP
from core.settings import Settings

if TYPE_CHECKING:
    import httpx

TIMEOUT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What the portal's home page answered; `status` is 0 where nothing did."""

    status: int
    is_live: bool
    is_getting_set_up: bool


class Probe:
    """Asks portals for their home page, as a visitor would."""

    def __init__(self, host: ASGIApp, settings: Settings) -> None:
        self._host = host
        self._settings = settings

    def probe(self, subdomain: str) -> ProbeResult:
        """Ask and wait, from any thread that runs no event loop; in a coroutine use probe_async."""
        return asyncio.run(self.probe_async(subdomain))

    async def probe_async(self, subdomain: str) -> ProbeResult:
        """Ask the portal that answers to the subdomain. Changes nothing, so it can be repeated."""
        import httpx

        url = self._settings.portal_url(subdomain)
        over_network = self._settings.portal_probe_url
        # Neither proxies nor redirections: what answers has to be the host.
        async with httpx.AsyncClient(
            transport=None if over_network else httpx.ASGITransport(self._host),
            timeout=TIMEOUT_S,
            trust_env=False,
            follow_redirects=False,
        ) as client:
            try:
                reply = await client.get(over_network or url, headers={"host": urlsplit(url).netloc})
            except httpx.HTTPError:
                return ProbeResult(0, is_live=False, is_getting_set_up=False)
        return _read(reply)


def _read(reply: "httpx.Response") -> ProbeResult:
    is_getting_set_up = reply.status_code == 503 and GETTING_SET_UP in reply.text  # noqa: PLR2004 - the host's answer (R24)
    return ProbeResult(reply.status_code, reply.status_code == 200, is_getting_set_up)  # noqa: PLR2004 - OK
