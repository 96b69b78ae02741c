"""What a visitor sees when a page breaks: a sentence, and a number to find the cause by."""

import logging
import secrets

import streamlit as st

from core.errors import PorticoError, SeveralErrors

_log = logging.getLogger("portico.pages")


def show_script_error(error: Exception) -> bool:
    """Show an error of ours by its sentence; log any other and show its reference number."""
    if isinstance(error, SeveralErrors):
        st.error("\n".join(f"- {one.message}" for one in error.errors))
    elif isinstance(error, PorticoError):
        st.error(error.message)
    else:
        reference = secrets.token_hex(4)
        _log.error("reference %s", reference, exc_info=error)
        st.error(
            f"The cause stands in the console's log under the number {reference}. Reload the page; if it "
            "happens again, hand the number to whoever runs Portico.",
            title="This page could not be shown",
        )
    return True
