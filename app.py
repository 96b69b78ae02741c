"""The console as an ASGI app: `streamlit run app.py`, or `uvicorn app:app`. Only wiring."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from pages.compare_parts.print_page import print_page
from pages.inventory_parts.export_route import PATH, export_portals
from pages.server.compression import KeptCompression
from pages.server.dispatch import HostDispatch
from pages.server.early import early_links
from pages.server.head import HeadStyle
from pages.server.lifespan import PlainRefusal, Process
from pages.server.loopback import LoopbackGuard
from pages.server.script_errors import show_script_error
from pages.server.visitor import VisitorCookie
from pages.trends_parts.print_page import print_trends
from pages.ui.style import script, style_sheet

process = Process()


def to_first_page(request: Request) -> RedirectResponse:
    """The form is where one arrives, so Streamlit serves it at the root only."""
    return RedirectResponse(request.url.replace(path="/"))


app = st.App(
    Path(__file__).resolve().parent / "pages" / "shell.py",
    lifespan=process.lifespan,
    routes=[
        Route("/healthz", process.healthz),
        Route("/provision", to_first_page),
        Route("/compare/print", print_page),
        Route("/trends/print", print_trends),
        Route(PATH, export_portals),
    ],
    middleware=[
        Middleware(PlainRefusal, process=process),
        Middleware(LoopbackGuard, is_portal_host=process.is_portal_host),
        Middleware(HostDispatch, is_portal_host=process.is_portal_host, portals=process.portals),
        Middleware(VisitorCookie),
        Middleware(HeadStyle, style=style_sheet(), script=script(), links=early_links()),
        Middleware(KeptCompression),
    ],
    on_script_error=show_script_error,
)
