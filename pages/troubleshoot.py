"""What is broken, why, and what do I press? Failures by what mends them, root causes first (R21, R24, R25, R27)."""

import streamlit as st

from core.insight.failures import FailureFilter
from pages.troubleshoot_parts import drafts, plan
from pages.troubleshoot_parts import group as one_group
from pages.troubleshoot_parts.paste import paste
from pages.troubleshoot_parts.progress import progress
from pages.troubleshoot_parts.reading import read
from pages.troubleshoot_parts.rules import say_what_is_wrong
from pages.troubleshoot_parts.scoring import scores_of
from pages.troubleshoot_parts.wanted import filters, wanted_failures
from pages.ui import acting
from pages.ui.actor import actor
from pages.ui.address import Address
from pages.ui.empty import empty_state
from pages.ui.following import follow
from pages.ui.paging import current_page, pager
from pages.ui.services import services
from pages.ui.words import count

SIZE = 20
everything, who = services(), actor()
address = Address("troubleshoot")
address.follow()
wanted = wanted_failures(everything, address)
view = read(everything, who, wanted)
run_ids = tuple(filter(None, address.get("runs").split(",")))
is_open = any(one.is_open for one in everything.failures.work(who, run_ids))

st.title("Troubleshoot", anchor=False)
acting.notice()
say_what_is_wrong()
lead = st.container()
actions = st.container(horizontal=True, key="troubleshoot-actions")


def sentence() -> str:
    """5 causes behind 200 failures in 40 portals; a plain sentence where there is none."""
    if not view.groups:
        return "Nothing is broken." if wanted == FailureFilter() else "Nothing that matches is broken."
    portals = {id_ for group in view.groups for id_ in group.portals}
    places = f" in {count(len(portals), 'portal')}" if portals else ""
    return f"**{count(len(view.groups), 'cause')} behind {count(view.failures.total, 'failure')}{places}**"


lead.markdown(sentence())
passing = [item for item in view.plan.items if item.outlook != "fails" and item.wanted.installation_id]
everyone = [item for item in view.plan.items if item.wanted.installation_id]
with actions:
    if everyone:
        is_some = 0 < len(passing) < len(everyone)
        chosen = passing if is_some else everyone
        label = f"Retry what can pass now: {len(passing):,}" if is_some else f"Retry all {len(everyone):,}"
        if st.button(label, type="primary", key="troubleshoot-retry-all", icon=":material/replay:"):
            plan.retry(everything, who, [i.wanted.installation_id or 0 for i in chosen], address)
    if st.button("Paste an error", key="troubleshoot-paste-open", icon=":material/content_paste:"):
        paste(everything)


def live() -> bool:
    """What is being mended; the last look stops the polling and shows the page anew."""
    work = everything.failures.work(who, run_ids)
    if work:
        st.subheader("Under way" if is_open else "What was done", anchor=False)
        progress(work, {k.slug: k.instance.name for k in everything.directory.all(max_age_s=60)})
    return not any(one.is_open for one in work)


follow(live, address, is_wanted=is_open)
every = FailureFilter(is_ever=wanted.is_ever)
seen = view.failures.items if wanted == every else everything.failures.find(every, who).items
filters(
    everything,
    address,
    {
        "instance": sorted({one.instance for one in seen}),
        "portal": sorted({one.template for one in seen if one.template}),
        "solution": sorted({one.solution for one in seen if one.solution}),
        "cause": sorted({one.cause for one in seen}),
        "language": sorted({str(one.language) for one in seen if one.language}),
        "version": sorted({one.version for one in seen if one.version}),
    },
)
page = current_page(address, len(view.groups), SIZE)
for found in view.groups[(page - 1) * SIZE : page * SIZE]:
    one_group.group_of(everything, who, view, found, address)
if not view.groups:
    empty_state(
        "Nothing has failed here" if not seen else "No failure matches",
        "Refused solutions and portals whose process broke show here, with what mends them."
        if not seen
        else "Take a filter out, or look at those that ever failed.",
        "check_circle",
    )
pager(address, page, len(view.groups), SIZE, "troubleshoot-page")
drafts.pasted(everything)
scores_of(everything)
