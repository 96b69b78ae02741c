"""A box to paste an error into: its cause, how sure and why, what helps, what it names."""

import streamlit as st

from core.bootstrap import Services
from core.diagnosis import UNKNOWN, Diagnosis
from core.insight.foresight import MENDED_ON
from pages.troubleshoot_parts.rules import find_rules, say_what_is_wrong
from pages.ui import keys, menu
from pages.ui.dialogs import dialog
from pages.ui.words import plain

_TEXT = "troubleshoot-pasted"
MOST = 50_000
_RETRY = {
    "now": "It can be retried now.",
    "after-wait": "It can be retried after a wait.",
    "after-fix": "It can be retried once that is mended.",
    "never": "A retry does not help.",
}


@dialog("What does this error mean?", width="large", icon=":material/biotech:")
def paste(services: Services) -> None:
    """The box, and the answer below it; only what no rule explains is kept, for learning."""
    with st.form("troubleshoot-paste", border=False):
        st.text_area(
            "The error, as the platform or a person wrote it",
            key=_TEXT,
            height=160,
            max_chars=MOST,
            placeholder="The following solution cannot be imported: …",
        )
        is_pressed = st.form_submit_button(
            "Say what it means", key="troubleshoot-diagnose", type="primary", icon=":material/biotech:"
        )
    rules = find_rules()
    if rules is None:
        say_what_is_wrong()
        return
    text = str(keys.widget_value(_TEXT) or "").strip()
    if is_pressed and not text:
        st.warning("Paste the error first.", icon=":material/content_paste:")
    elif is_pressed:
        said = rules.diagnose(text)
        answer(said)
        if services.pasted_messages.keep(text, said):
            st.caption(
                "Kept for learning, without secrets, people and addresses: *Pasted and not explained*."
            )


def answer(found: Diagnosis) -> None:
    """A diagnosis, for people."""
    with st.container(key="troubleshoot-said"):
        st.header(plain(found.title), anchor=False)
    st.markdown(
        f"{_how_sure(found)} Because: {plain('; '.join(found.because))}. "
        f"Cause {plain(found.cause)}, rules {plain(found.rules_version)}."
    )
    st.markdown(plain(found.explanation))
    st.markdown("\n".join(f"{number}. {plain(step)}" for number, step in enumerate(found.remedy, 1)))
    st.markdown(_RETRY[found.retry])
    for page in filter(menu.is_there, MENDED_ON.get(found.cause, ())):
        st.page_link(menu.path(page), label=f"Go to {menu.title(page)}", icon=":material/arrow_forward:")
    named = {kind: values for kind, values in found.named.as_dict().items() if values}
    if named:
        lines = [f"- {kind.capitalize()}: {plain(_listed(values))}" for kind, values in named.items()]
        st.markdown("**It names**\n\n" + "\n".join(lines))


def _how_sure(found: Diagnosis) -> str:
    if found.cause == UNKNOWN:
        return "**Not known**: no rule explains it, and a wrong cause helps nobody."
    return f"**{'Sure' if found.sure else 'Probable'}, {found.confidence:.0%}.**"


def _listed(values: object) -> str:
    if isinstance(values, list | tuple):
        return ", ".join(_listed(value) for value in values)
    if isinstance(values, dict):
        return " ".join(str(value) for value in values.values() if value)
    return str(values)
