"""Native tables: what stands in their cells."""

import pytest

from pages.ui.tables import unique_name


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("MicrosoftCrmPortalBase", "Microsoft<wbr>Crm<wbr>Portal<wbr>Base"),
        ("msdynce_PortalPrivacyExtensions", "msdynce_<wbr>Portal<wbr>Privacy<wbr>Extensions"),
        ("MicrosoftGetRecordIDWorkflowHelper", "Microsoft<wbr>Get<wbr>Record<wbr>IDWorkflow<wbr>Helper"),
        ("ESSPortal", "ESSPortal"),
        ("<b>Odd", "&lt;b&gt;Odd"),
        ("ポータル", "ポータル"),
    ],
)
def test_a_unique_name_can_go_on_below_at_a_capital_letter(name: str, html: str) -> None:
    assert unique_name(name) == html
