"""The case bundle of a failure, to hand to whoever is asked for help."""

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.insight.failures import FailureGroup


def download(services: Services, actor: Actor, group: FailureGroup) -> None:
    """A button that makes the zip when it is pressed."""
    st.download_button(
        "Case bundle",
        data=lambda: services.cases.of_failures(group.failures, actor),
        file_name=f"portico-case-{group.id}.zip",
        mime="application/zip",
        key=f"bundle-{group.id}",
        icon=":material/folder_zip:",
        on_click="ignore",
        help="Timeline, attempts, errors, versions and configuration; secrets and addresses are redacted.",
    )
