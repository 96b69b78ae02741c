"""What matches as a file: read and written when it is asked for, in batches, by way of a file on disk."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.insight.inventory.exporting import Kind, write
from core.insight.models import PortalFilter

_KINDS: tuple[tuple[Kind, str, str], ...] = (
    ("csv", "CSV", "text/csv"),
    ("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("parquet", "Parquet", "application/vnd.apache.parquet"),
)


def export(services: Services, actor: Actor, wanted: PortalFilter, sort: str, key: str, said: str) -> None:
    """A menu of kinds. Nothing is read before one is chosen."""
    with st.popover("Export", icon=":material/download:", key=key, on_change="rerun") as menu:
        if not menu.open:
            return
        st.markdown(f"{said}, every column, in the order of the list.")
        for kind, name, mime in _KINDS:
            st.download_button(
                name,
                data=_file(services, actor, wanted, sort, kind),
                file_name=f"portals-{services.clock():%Y-%m-%d}.{kind}",
                mime=mime,
                key=f"{key}-{kind}",
                on_click="ignore",
                width="stretch",
            )


def _file(
    services: Services, actor: Actor, wanted: PortalFilter, sort: str, kind: Kind
) -> Callable[[], BinaryIO]:
    def made() -> BinaryIO:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "export"
            with path.open("wb") as file:
                write(kind, services.inventory.rows(wanted, actor, sort=sort), file)
            # Gone from its folder when this returns, and from the disk when it has been read.
            return path.open("rb")

    return made
