"""Do what a person asked for, and say what came of it: above the page where it went well, in its place where it did not."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from core.access import Actor
from core.errors import PorticoError, SeveralErrors
from core.platforms.port import Instance
from pages.ui import keys
from pages.ui.words import plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_Done = TypeVar("_Done")


def do(slot: "DeltaGenerator", command: Callable[[], _Done], done: str | Callable[[_Done], str]) -> None:
    """Do it; then the whole page shows the change and the sentence, or what that makes of it. An error stands in the slot."""
    try:
        came = command()
    except PorticoError as error:
        slot.error(sentences(error), icon=":material/error:")
        return
    keys.leave_notice(done if isinstance(done, str) else done(came))
    st.rerun()


def notice(slot: "DeltaGenerator | None" = None) -> None:
    """The sentence that was left, in the slot or a place of its own, whether there is one or not."""
    slot = st.container() if slot is None else slot
    done = keys.take_notice()
    if done:
        slot.success(done, icon=":material/check_circle:")


def sentences(error: PorticoError) -> str:
    """What an error says, or the several that it stands for, as Markdown."""
    several = error.errors if isinstance(error, SeveralErrors) else (error,)
    return "\n\n".join(plain(one.message) for one in several)


def who_may(instance: Instance, actor: Actor, what: str, *, also: str = "") -> None:
    """Instead of what may not be done: who may."""
    names = ", ".join(plain(user.name) for user in instance.administrators()) or "nobody at the moment"
    st.info(
        f"{plain(actor.name or actor.email)} is no System Administrator of {plain(instance.name)}. "
        f"Only these can {what}: {names}{also}.",
        icon=":material/lock:",
    )
