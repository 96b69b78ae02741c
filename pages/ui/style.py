"""The one place for CSS: what neither Streamlit nor its theme can say. Each rule has its reason."""

import streamlit as st

_FOCUS = "outline: 3px solid light-dark(#1d4ed8, #93c5fd) !important; outline-offset: 2px;"

RULES: tuple[tuple[str, str], ...] = (
    # 11 of 41 stops of the Tab key show hardly any focus of their own (WCAG 2.4.7).
    (
        "a:focus-visible, button:focus-visible, [role=tab]:focus-visible, summary:focus-visible, "
        "[tabindex='0']:focus-visible, label:has(input:focus-visible), "
        "[data-testid=stTextInputRootElement]:has(input:focus-visible), "
        "[data-testid=stNumberInputContainer]:has(input:focus-visible), "
        "[data-testid=stSelectbox] [data-baseweb=select]:has(input:focus-visible)",
        _FOCUS,
    ),
    # The text of a chosen pill has 3.6 to 1 in the dark.
    (
        "[data-testid=stButtonGroup] button[data-selected=true] p",
        "color: light-dark(#123f73, #cfe3fb) !important",
    ),
    # The collapsed sidebar's links are stops of the Tab key at 390 px, and its button can't be reached.
    ("[data-testid=stSidebar][data-collapsed=true]", "visibility: hidden"),
    ("[data-testid=stSidebarCollapseButton]", "visibility: visible !important"),
    # Icons in tables of our own: Streamlit ships this font, and its own elements can't stand in a native table.
    (
        ".portico-icon",
        "font-family: 'Material Symbols Rounded'; font-size: 1.15em; line-height: 1; font-weight: 400; "
        "font-feature-settings: 'liga'; vertical-align: -0.18em; white-space: nowrap; user-select: none",
    ),
    (".portico-state", "white-space: nowrap"),
    # Native tables: a person reads them with a screen reader as tables, and numbers align.
    (".portico-scroll", "overflow-x: auto; max-width: 100%"),
    (".portico-table", "width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums"),
    (
        ".portico-table th, .portico-table td",
        "text-align: start; padding: .5rem .75rem .5rem 0; vertical-align: top; "
        "border-bottom: 1px solid light-dark(#e3e6ea, #32363d)",
    ),
    (".portico-table thead th", "font-weight: 600; font-size: .875rem; color: light-dark(#4b5563, #c3c8d0)"),
    (".portico-table tbody th", "font-weight: 500"),
    (".portico-table td.number", "text-align: end; white-space: nowrap"),
    (".portico-table a", "color: light-dark(#1b528f, #8cc0fa)"),
    (".portico-quiet", "color: light-dark(#4b5563, #c3c8d0); font-size: .875rem"),
    # A bar a step: what is usual in grey under what was taken in the state's colour.
    (".portico-bars", "position: relative; min-width: 8rem; padding: .2rem 0"),
    (".portico-bar", "display: block; height: .5rem; border-radius: .25rem; min-width: 3px; margin: .12rem 0"),
    # The choice of a portal as cards: Streamlit's radio, with room around each choice.
    (
        ".st-key-provision-portal [role=radiogroup]",
        "display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .75rem; width: 100%",
    ),
    (
        ".st-key-provision-portal [role=radiogroup] > label",
        "border: 1px solid light-dark(#cfd4da, #434851); border-radius: .5rem; padding: .75rem; margin: 0; "
        "align-items: flex-start",
    ),
    (
        ".st-key-provision-portal [role=radiogroup] > label:has(input:checked)",
        "border-color: light-dark(#1f5fa8, #6aa9f0); box-shadow: inset 0 0 0 1px light-dark(#1f5fa8, #6aa9f0)",
    ),
)


def apply_style() -> None:
    """Put the style sheet into the page."""
    st.html("<style>" + "\n".join(f"{where} {{ {what} }}" for where, what in RULES) + "</style>")
