"""What a message names."""

import pytest

from core.diagnosis import Diagnoser

PRINCIPAL = (
    "Principal user (Id=5c9a1b2d-0000-4000-8000-0000000000aa, type=8, roleCount=1, accessMode=0) is missing "
    "prvCreateWebResource privilege (Id=6c9a1b2d-0000-4000-8000-0000000000aa) on OTC=9333 for entity 'webresource'"
)


def test_solutions_and_versions_are_named_when_dependencies_are_listed(diagnoser: Diagnoser) -> None:
    named = diagnoser.diagnose(
        'There are missing dependencies. Install the following solutions: "Base (1.0.0.87)", "Extended (2.2.2.5)"'
    ).named
    assert named.as_dict()["solutions"] == [
        {"name": "Base", "version": "1.0.0.87"},
        {"name": "Extended", "version": "2.2.2.5"},
    ]
    assert set(named.versions) == {"1.0.0.87", "2.2.2.5"}


def test_the_missing_solution_is_named_when_an_element_lists_it(diagnoser: Diagnoser) -> None:
    answer = diagnoser.diagnose(
        "The following solution cannot be imported: Portal. Some dependencies are missing. <MissingDependencies>"
        '<MissingDependency><Required type=\\"1\\" solution=\\"Base (9.3)\\" /></MissingDependency></MissingDependencies>'
    )
    assert answer.named.missing == (("Base", "9.3"),)
    assert ("Portal", None) in answer.named.solutions
    assert answer.remedy[0].startswith("Install Base (9.3) in the instance first")


def test_active_is_no_solution_when_an_element_names_it(diagnoser: Diagnoser) -> None:
    named = diagnoser.diagnose('<MissingDependency><Required solution="Active" /></MissingDependency>').named
    assert named.solutions == ()


def test_privilege_user_and_component_are_named_when_one_lacks_it(diagnoser: Diagnoser) -> None:
    answer = diagnoser.diagnose(PRINCIPAL)
    assert answer.named.privileges == ("prvCreateWebResource",)
    assert answer.named.users[0] == "5c9a1b2d-0000-4000-8000-0000000000aa"
    assert "webresource" in answer.named.components
    assert "prvCreateWebResource" in answer.remedy[0]


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("Holding solution Help_Upgrade already exists.", "solutions", ("Help", None)),
        ("CenterCore_4_17_managed.zip failed", "solutions", ("CenterCore", "4.17")),
        ("user ada@contoso.example has no licence", "users", "ada@contoso.example"),
        (
            "Correlation ID: 5c9a1b2d-0000-4000-8000-0000000000aa",
            "correlation_ids",
            "5c9a1b2d-0000-4000-8000-0000000000aa",
        ),
        ("languages have not been enabled: 1036", "languages", "1036"),
        (
            "see https://contoso.crm4.dynamics.com/main.aspx.",
            "urls",
            "https://contoso.crm4.dynamics.com/main.aspx",
        ),
        ("must be a System Administrator", "roles", "System Administrator"),
        ("code -2147188707", "codes", "0x8004801D"),
        ("providers/Microsoft.PowerApps/apis/shared_office365/x", "connections", "shared_office365"),
    ],
)
def test_a_thing_is_named_when_the_text_has_it(
    diagnoser: Diagnoser, text: str, field: str, value: object
) -> None:
    assert value in getattr(diagnoser.diagnose(text).named, field)
