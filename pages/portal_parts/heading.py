"""Is it up, and if not, what now? The portal's name by its state, and where its run stands."""

import streamlit as st

from core.bootstrap import Services
from core.insight.models import PortalDetails
from pages.portal_parts.groups import place
from pages.ui import badges, menu
from pages.ui.times import duration_range, left
from pages.ui.words import STEPS, plain


def heading(details: PortalDetails) -> None:
    """The display name (R7), the state, the step, the time left."""
    portal = details.portal
    st.title(plain(portal.display_name), anchor=False)
    state = badges.of_portal(portal.state, portal.verdict)
    facts = [fact for fact in (_place(details), _time(details), _reason(details)) if fact]
    st.markdown(" ".join([badges.badge_markdown(state), " · ".join(plain(fact) for fact in facts)]))


def failure(services: Services, details: PortalDetails) -> None:
    """What failed, why, and what to do; the platform's own words one click below."""
    run = details.runs[0] if details.runs else None
    error = run.error if run is not None else None
    if run is None or error is None or run.is_open:
        return
    text = str(error.get("message") or "The run ended without saying why.")
    st.error(
        f"{plain(text)}\n\n**What to do:** {_what_to_do(services, details, error)}",
        title=f"Attempt {run.number} failed at: {_step_name(error)}",
        icon=":material/error:",
    )
    _next_step(details, error)
    told = {
        key: error[key] for key in ("code_hex", "code_dec", "correlation_id", "text", "at") if error.get(key)
    }
    if told:
        with st.expander("What the platform said", key="portal-platform-words"):
            st.code(
                "\n".join(f"{key}: {value}" for key, value in told.items()), language=None, wrap_lines=True
            )


def _next_step(details: PortalDetails, error: dict[str, object]) -> None:
    """Where it is mended: what was refused is retried, what broke is restarted in the Manage menu."""
    query = {"instance": details.portal.instance}
    if error.get("kind") == "refused" and menu.is_there("troubleshoot"):
        st.page_link(
            menu.path("troubleshoot"),
            label="See what broke it and retry",
            icon=":material/troubleshoot:",
            query_params=query,
        )
    elif error.get("kind") != "refused":
        st.markdown(
            ":material/restart_alt: **Manage** offers *Restart Provisioning* and *Change Values and Restart Provisioning*."
            if details.portal.provisioned_at is None
            else ":material/restart_alt: **Manage** offers *Restart Provisioning*."
        )


def _place(details: PortalDetails) -> str:
    return place(details.runs[0]) if details.runs else ""


def _time(details: PortalDetails) -> str:
    estimate = details.estimate
    if estimate is None or not details.runs or not details.runs[0].is_open:
        return ""
    usual = f"usually {duration_range(estimate.low_s, estimate.high_s)}"
    return f"{left(estimate.left)} ({usual})" if estimate.left is not None else usual


def _reason(details: PortalDetails) -> str:
    is_told = details.verdict.state in ("slow", "stuck")
    return details.verdict.reason if is_told else ""


def _step_name(error: dict[str, object]) -> str:
    step = str(error.get("step", ""))
    if step.startswith("install-"):
        return f"{STEPS['install'].lower()} ({plain(step.removeprefix('install-'))})"
    return STEPS.get(step, step.replace("-", " ")).lower() or "an unknown step"


def _what_to_do(services: Services, details: PortalDetails, error: dict[str, object]) -> str:
    instance = plain(services.directory.get(details.portal.instance).instance.name)
    missing = error.get("missing")
    if isinstance(missing, list) and missing:
        return f"Install {plain(' and '.join(str(name) for name in missing))} in {instance} first."
    if error.get("code") == "platform-unreachable":
        return f"See whether {instance} is reachable; what was done so far is kept."
    if error.get("kind") == "cancelled":
        return "Nothing: it was cancelled on purpose. What was done so far is kept."
    return f"Mend the cause in {instance}; what was done so far is kept, so are the licence and the URL."
