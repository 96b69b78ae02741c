"""The one place for CSS: what neither Streamlit nor its theme can say. Each rule has its reason.

It reaches the browser in the head of the page (pages/server/head.py).
"""

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
    # Wide from the first paint: Streamlit begins narrow, and the change would be a layout shift of 0.2.
    (
        "[data-testid=stMainBlockContainer]",
        "max-width: 80rem !important; padding-left: clamp(1rem, 5vw, 5rem) !important; "
        "padding-right: clamp(1rem, 5vw, 5rem) !important",
    ),
    # Who acts stands in the bar beside the menu, where Streamlit has no place for it; on a phone above the page.
    (
        "@media (min-width: 56rem) { .st-key-who-acts",
        "position: relative; top: -3.75rem; z-index: 999991; margin-bottom: -2.5rem }",
    ),
    # Room for a labelled field until its script has come: its placeholder is lower, and all below would jump.
    (
        ".st-key-provision-name, .st-key-provision-subdomain, .st-key-provision-instance, "
        ".st-key-provision-language, .st-key-provision-administrator, .st-key-inventory-search",
        "min-height: 4.25rem",
    ),
    # The domain stands on the line of the text before it.
    (".st-key-provision-domain", "padding-bottom: .5rem"),
    (".st-key-provision-application", "min-height: 2.85rem"),
    (".st-key-provision-audience", "min-height: 1.5rem"),
    # Icons in tables of our own: Streamlit ships this font, and its own elements can't stand in a native table.
    (
        ".portico-icon",
        "font-family: 'Material Symbols Rounded'; font-size: 1.15em; line-height: 1; font-weight: 400; "
        "font-feature-settings: 'liga'; vertical-align: -0.2em; white-space: nowrap; user-select: none",
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
    # A row beside a button: the same columns in each row, two lines on a phone.
    (
        ".portico-row",
        "display: grid; grid-template-columns: 10rem 7rem 10rem 1fr; gap: .25rem .75rem; align-items: baseline",
    ),
    ("@media (max-width: 56rem) { .portico-row", "grid-template-columns: 1fr 1fr } "),
    # A bar a step: what is usual in grey under what was taken in the state's colour.
    (".portico-bars", "position: relative; min-width: 8rem; padding: .2rem 0"),
    (
        ".portico-bar",
        "display: block; height: .5rem; border-radius: .25rem; min-width: 3px; margin: .12rem 0",
    ),
    # The choice of a portal as cards: Streamlit's radio, with room around each choice.
    (
        ".st-key-provision-portal [role=radiogroup]",
        "display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .75rem; width: 100%; align-items: stretch",
    ),
    (
        ".st-key-provision-portal [role=radiogroup] > div",
        "position: relative; border: 1px solid light-dark(#cfd4da, #434851); border-radius: .5rem; padding: .75rem",
    ),
    (
        ".st-key-provision-portal [role=radiogroup] > div[data-selected=true]",
        "border-color: light-dark(#1f5fa8, #6aa9f0); box-shadow: inset 0 0 0 1px light-dark(#1f5fa8, #6aa9f0)",
    ),
    # A click anywhere on the card chooses it.
    (
        ".st-key-provision-portal [role=radiogroup] > div > label::after",
        "content: ''; position: absolute; inset: 0",
    ),
    # The checks are a list, and read as one.
    (
        ".portico-checks",
        "list-style: none; padding: 0 !important; margin: 0 !important; display: grid; gap: .55rem",
    ),
    (".portico-checks .portico-icon", "line-height: 1.5"),
    (
        ".portico-checks li",
        "display: grid; grid-template-columns: 1.6rem 1fr; margin: 0 !important; line-height: 1.5",
    ),
)


def style_sheet() -> str:
    """The whole style sheet."""
    return "\n".join(f"{where} {{ {what} }}" for where, what in RULES)
