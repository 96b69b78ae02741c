"""Pages with nothing to show say so, and say what to do."""

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from pages.ui.words import count, plain

_MOST_NAMED = 12


def empty_state(title: str, text: str, icon: str) -> None:
    """A calm notice in place of the content."""
    with st.container(border=True, gap="small"):
        st.markdown(f"**:material/{icon}: {title}**")
        st.markdown(text)


def no_instance(services: Services, actor: Actor) -> None:
    """For who can pick no instance (R2): who can help."""
    lines = []
    instances = services.directory.all(max_age_s=5)
    for known in instances[:_MOST_NAMED]:
        administrators = ", ".join(plain(user.name) for user in known.instance.administrators())
        lines.append(f"- **{plain(known.instance.name)}**: {administrators}")
    if len(instances) > _MOST_NAMED:
        lines.append(f"- and those of {count(len(instances) - _MOST_NAMED, 'more instance')}")
    empty_state(
        "There is no instance that you can pick",
        f"{plain(actor.name)} is neither System Administrator nor System Customizer of an instance. A portal "
        "needs one of the two roles, assigned directly. Ask one of the System Administrators:\n\n"
        + "\n".join(lines),
        "no_accounts",
    )
