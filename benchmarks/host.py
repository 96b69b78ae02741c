"""The portal host, next to a bare Starlette route that sends the same bytes with the same headers."""

from pathlib import Path

from benchmarks.apart import apart
from benchmarks.report import Pairs, in_turn, line, ratio_line, temporary_folder, title
from benchmarks.samples.bare_route import PAGE_VARIABLE
from benchmarks.samples.host_visits import HOST, Visits
from benchmarks.scale import Scale
from benchmarks.servers import seconds_a_request, uvicorn

VISITORS = (1, 8)


def run(scale: Scale) -> None:
    """In the process (ASGI alone), and over HTTP on loopback with one visitor and with several."""
    title("Host: a Customer Self-Service portal's home page, next to a bare route that sends the same")
    with temporary_folder() as folder:
        page = folder / "page.json"
        work = Visits(str(folder), str(page), scale.host_pairs, scale.host_requests)
        found = apart("benchmarks.samples.host_visits", work)
        _tell("in the process", Pairs(tuple(found["host"]), tuple(found["bare"])))
        _over_http(folder, page, scale)


def _over_http(folder: Path, page: Path, scale: Scale) -> None:
    with (
        uvicorn("core.hosting:app", folder / "host.log", {"PORTICO_DATA_DIR": str(folder)}) as host,
        uvicorn("benchmarks.samples.bare_route:app", folder / "bare.log", {PAGE_VARIABLE: str(page)}) as bare,
    ):
        for visitors in VISITORS:

            def ask(port: int, visitors: int = visitors) -> float:
                return seconds_a_request(port, HOST, scale.host_requests, visitors)

            ask(host)
            ask(bare)
            pairs = in_turn(lambda ask=ask: ask(host), lambda ask=ask: ask(bare), scale.host_pairs)  # type: ignore[misc]  # bound now
            _tell(f"over HTTP, {visitors} at a time", pairs)


def _tell(where: str, pairs: Pairs) -> None:
    for name, seconds in (("portal host", pairs.median_a), ("bare route", pairs.median_b)):
        line(f"{where}: {name}", f"{1e6 * seconds:7.0f} µs a request  {1 / seconds:7.0f} requests/s")
    ratio_line(f"{where}: the host's throughput / bare", Pairs(pairs.b, pairs.a))
