"""What goes on, what I am told, and who did what."""

import streamlit as st

from pages.activity_parts import bulk, events, notifications
from pages.ui import acting, keys
from pages.ui.actor import actor
from pages.ui.address import Address
from pages.ui.services import services

VIEWS = {"": "Bulk actions", "notifications": "My notifications", "latest": "Latest"}
everything, who = services(), actor()
address = Address("activity")
address.follow()


def _choose() -> None:
    # What else the address says belongs to the view before.
    view = str(keys.widget_value("activity-view"))
    address.choose(
        view=view, page="", bulk="", state="", act="", person="", instance="", before="", notice_state=""
    )


st.title("Activity", anchor=False)
acting.notice()
view = address.known("view", VIEWS)
keys.mirror("activity-view", view)
st.segmented_control(
    "View",
    list(VIEWS),
    format_func=lambda one: VIEWS[one],
    key="activity-view",
    required=True,
    label_visibility="collapsed",
    on_change=_choose,
)
if view == "notifications":
    notifications.notifications(everything, who, address)
elif view == "latest":
    events.latest(everything, who, address)
elif address.get("bulk"):
    bulk.one_bulk(everything, who, address)
else:
    bulk.all_bulk(everything, who, address)
