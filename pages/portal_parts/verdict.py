"""One verdict: the portal's URL, its packages and its run, side by side."""

from html import escape

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.insight.installation_models import InstallationFilter
from core.insight.models import PortalDetails
from core.insight.together import NOT_FOUND, together
from pages.ui.badges import UNKNOWN, VERDICTS, state_html
from pages.ui.demo_notice import demo_mark
from pages.ui.tables import facts


def verdict(services: Services, details: PortalDetails, actor: Actor) -> None:
    """The verdict with its reason, and the three that it rests on; nothing of a deleted portal."""
    state = details.verdict.state
    if state is None:
        return
    portal = details.portal
    status = services.step_context.probe.probe(portal.subdomain).status
    wanted = InstallationFilter(instances=(portal.instance,), portals=(portal.id,))
    said = together(details, status, services.installations.list(wanted, actor))
    reason = "" if state == "failed" else details.verdict.reason  # why it failed stands above
    facts(
        {
            "Verdict": f"{state_html(VERDICTS.get(state, UNKNOWN))} {escape(reason)}",
            "URL": escape(said.url),
            "Packages": escape(said.packages),
            "Run": escape(said.run),
        }
    )
    if status == NOT_FOUND and demo_mark() is not None:
        st.caption(
            "A demo makes up the portal and no website. *Restart Provisioning* makes one where it is offered."
        )
    elif not said.agrees:
        st.warning(
            "These do not agree: something changed behind the console's back. Look at the URL and at the instance.",
            icon=":material/difference:",
        )
