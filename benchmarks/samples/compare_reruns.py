"""Reruns of the Compare page and of a page with one text input, in turn, on the server alone: no browser, no socket."""

import json
import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

PAGES = Path(__file__).resolve().parent.parent / "pages"
WARM_UP = 3


@dataclass(frozen=True)
class Reruns:
    """How many of each; `features` 0: the project's own catalogue, with the seed's five portals."""

    data_dir: str
    features: int
    portals: int
    count: int


def main() -> None:
    """Print processor seconds by page."""
    work = Reruns(**json.loads(sys.argv[1]))
    os.environ["PORTICO_DATA_DIR"] = work.data_dir
    compare, empty = _compare(work), _empty()
    found: dict[str, list[float]] = {"compare": [], "empty": []}
    for number in range(work.count + WARM_UP):
        for name, page in (("compare", compare), ("empty", empty)):
            # Both letters are in every row, so nothing is filtered out and all is drawn anew.
            next(w for w in page.text_input if w.label in ("Search", "Name")).set_value("ea"[number % 2])
            began = time.process_time()
            page.run()
            found[name].append(time.process_time() - began)
    print(json.dumps({name: seconds[WARM_UP:] for name, seconds in found.items()}))


def _compare(work: Reruns) -> Any:
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    from benchmarks.apart import ROOT
    from pages.ui import services as room
    from tests.insight.matrix.generated import generated_catalogue

    if work.features:
        many = replace(room.services(), catalogue=generated_catalogue(work.features, work.portals))
        room.services = st.cache_resource(show_spinner=False)(lambda: many)
    page = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=120).run()
    page.switch_page("compare.py")
    if not work.features:
        page.query_params["add-ons"] = "hide"
    return page.run()


def _empty() -> Any:
    from streamlit.testing.v1 import AppTest

    return AppTest.from_file(str(PAGES / "name_only.py")).run()


if __name__ == "__main__":
    main()
