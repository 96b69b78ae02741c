"""The queue of what no rule explains: a drafted record to complete, tried on every known message before it counts."""

import streamlit as st

from core.bootstrap import Services
from core.errors import PorticoError
from core.insight.failures import FailureGroup
from core.insight.failures.drafting import Said, Trial, draft, said_in, try_record
from pages.troubleshoot_parts.rules import find_rules
from pages.ui import acting
from pages.ui.words import count, plain

_SHOWN = 5
_HEAD = 80


def draft_of(group: FailureGroup) -> None:
    """A record drafted from the messages; whatever it becomes is tried, and can be taken along once it does no harm."""
    with st.expander(
        "Draft a record for the diagnosis",
        key=f"draft-{group.id}",
        icon=":material/edit_note:",
        on_change="rerun",
    ) as opened:
        if not opened.open:
            return
        said = said_in(group)
        if said:
            _write(group.id, said)
        else:
            st.markdown(
                "The rules of today explain these: *Paste an error* says how. What was said at the time stays."
            )


def pasted(services: Services) -> None:
    """What people pasted and no rule explains: one kind of message at a time, with the record to complete for it."""
    if find_rules() is None:
        return
    found = {one.fingerprint: one for one in services.pasted_messages.unexplained()}
    if not found:
        return
    with st.expander(
        f"Pasted and not explained ({len(found):,})",
        key="pasted-unexplained",
        icon=":material/edit_note:",
        on_change="rerun",
    ) as opened:
        if not opened.open:
            return
        chosen = st.selectbox(
            "Message",
            list(found),
            format_func=lambda key: f"{found[key].text[:_HEAD]} · {count(found[key].times, 'time')}",
            key="pasted-chosen",
        )
        if chosen:
            st.code(found[chosen].text, language=None, wrap_lines=True)
            _write(chosen, ((found[chosen].text, None),))


def _write(key: str, texts: tuple[Said, ...]) -> None:
    try:
        _complete(key, texts)
    except PorticoError as error:
        st.error(acting.sentences(error), icon=":material/error:")


def _complete(key: str, texts: tuple[Said, ...]) -> None:
    made = draft(texts)
    st.markdown(
        "Name the cause, and say what it means and what helps. It is tried on every known message whenever you change it."
    )
    name = st.text_input("Name", value=made.name, key=f"draft-name-{key}", help="Such as disk-quota-reached.")
    text = st.text_area("Record", value=made.text, height=320, key=f"draft-text-{key}")
    trial = try_record((name or "").strip(), text or "", texts)
    _outcome(trial)
    st.download_button(
        f"Download {trial.cause}.yaml",
        data=text or "",
        file_name=f"{trial.cause}.yaml",
        mime="application/yaml",
        key=f"draft-download-{key}",
        icon=":material/download:",
        on_click="ignore",
        disabled=not trial.is_harmless or not trial.explains,
        help="Put it into data/diagnosis: from the next start on it counts. What was said at the time stays as it was.",
    )


def _outcome(trial: Trial) -> None:
    explains = f"It explains {trial.explains:,} of these {count(trial.unexplained, 'message')}."
    tried = f"Tried on {count(trial.tried, 'known message')}"
    better = len(trial.moved) - len(trial.takes)
    gains = f" {count(better, 'other')} would get the right cause." if better else ""
    if trial.is_harmless:
        st.markdown(f"{explains} {tried}: none would get a wrong cause.{gains}")
        return
    listed = "\n".join(
        f"- {plain(one.name)}: {plain(one.after)} instead of {plain(one.before)}"
        for one in trial.takes[:_SHOWN]
    )
    st.warning(
        f"{explains} {tried}: {len(trial.takes):,} would get a wrong cause. Make its words narrower.{gains}\n\n{listed}",
        icon=":material/warning:",
    )
