"""The rules of diagnosis; where a record of theirs is wrong, that is said in one place and the rest is shown."""

import streamlit as st

from core.diagnosis import Diagnoser, find_diagnoser
from core.errors import DataError
from pages.ui.words import plain


def find_rules() -> Diagnoser | None:
    """The rules, or None where a record is wrong."""
    found = find_diagnoser()
    return found if isinstance(found, Diagnoser) else None


def say_what_is_wrong() -> None:
    """Which file, which key and why, where a record is wrong; nothing otherwise."""
    found = find_diagnoser()
    if isinstance(found, DataError):
        where = found.details
        st.error(
            f"Nothing can be diagnosed. In **data/{plain(where['file'])}**, at **{plain(where['key'])}**: "
            f"{plain(where['reason'])}. Put the record right. Causes are shown as they were kept.",
            icon=":material/rule:",
        )
