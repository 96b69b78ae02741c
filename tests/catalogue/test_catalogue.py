"""What the catalogue answers: portals by audience, languages, packages and what a solution needs."""

import json
import subprocess
import sys

import pytest

from core.catalogue import Catalogue, Terms, is_unsupported_language, load_catalogue
from core.errors import LanguageNotSupported, NotFound
from tests.catalogue.seed import seed_audiences
from tests.paths import ROOT, SHARED

FIVE = ["customer-self-service", "partner", "employee-self-service", "community", "custom"]
OFFERS = {
    "partner": [
        "customer-self-service",
        "custom",
        "partner",
        "partner-project-service",
        "partner-field-service",
        "community",
    ],
    "customer": ["customer-self-service", "custom", "community"],
    "employee": ["employee-self-service"],
}
# What stands before the web forms in every package.
BASE = (
    "MicrosoftCrmPortalDependencies",
    "msdynce_PortalPrivacyExtensions",
    "MicrosoftCrmPortalBase",
    "MicrosoftCrmPortalBaseSystemWorkflows",
    "MicrosoftCrmPortalBaseWorkflows",
    "WebNotification",
    "MicrosoftIdentity",
    "MicrosoftIdentitySystemWorkflows",
    "MicrosoftIdentityWorkflows",
)
TO_FEEDBACK = (*BASE, "MicrosoftWebForms", "Feedback")
HELPERS = ("MicrosoftGetRecordIDWorkflowHelper", "MicrosoftBingMapsHelper")


@pytest.mark.parametrize(("audience", "portals"), OFFERS.items())
def test_portals_come_in_the_seeds_order_when_an_audience_is_chosen(
    catalogue: Catalogue, audience: str, portals: list[str]
) -> None:
    # R15
    assert [portal.slug for portal in catalogue.offered(audience)] == portals


def test_offers_equal_the_seeds_list_when_the_seed_is_at_hand(catalogue: Catalogue) -> None:
    # R15, R16
    ours = {
        audience.name: [
            portal.name.replace("Self-Service", "Self Service")
            + (" (Optional, requires solutions installed)" if portal.is_optional else "")
            for portal in catalogue.offered(audience.slug)
        ]
        for audience in catalogue.audiences
    }
    assert list(ours.items()) == list(seed_audiences().items())


def test_only_the_add_ons_are_optional_and_name_what_they_need_when_loaded(catalogue: Catalogue) -> None:
    # R16
    assert [portal.slug for portal in catalogue.portals] == [*FIVE, *OFFERS["partner"][3:5]]
    optional = {portal.slug: portal.requires for portal in catalogue.portals if portal.is_optional}
    assert optional == {
        "partner-project-service": ("PartnerPortal", "ProjectService"),
        "partner-field-service": ("PartnerPortal", "FieldService"),
    }
    assert all(catalogue.portal(slug).requires == () for slug in FIVE)


# R16: an add-on's manifest needs just what its portal requires.
@pytest.mark.parametrize("slug", ["partner-project-service", "partner-field-service"])
def test_add_ons_solution_needs_what_its_portal_requires_when_asked(catalogue: Catalogue, slug: str) -> None:
    portal = catalogue.portal(slug)
    assert len(portal.solutions) == 1
    assert catalogue.needs(portal.solutions[0]) == portal.requires


def test_43_languages_and_neither_arabic_nor_hebrew_when_loaded(catalogue: Catalogue) -> None:
    # R12, R13
    assert len(catalogue.languages) == len({language.lcid for language in catalogue.languages}) == 43
    assert not [language for language in catalogue.languages if language.code.startswith(("ar", "he"))]
    assert not [language for language in catalogue.languages if is_unsupported_language(language.lcid)]
    assert {language.direction for language in catalogue.languages} == {"ltr"}
    french = catalogue.language(1036)
    assert (french.code, french.name, french.native_name) == ("fr-FR", "French - France", "français")


def test_languages_equal_the_published_ones_when_the_facts_are_at_hand(catalogue: Catalogue) -> None:
    # R12
    path = SHARED / "facts" / "portal_languages.json"
    if not path.exists():
        pytest.skip("the published languages are not beside the project")
    published = json.loads(path.read_text(encoding="utf-8"))["languages"]
    ours = [
        {"lcid": x.lcid, "code": x.code, "name": x.name, "display": x.native_name}
        for x in catalogue.languages
    ]
    assert ours == published


# Saudi Arabia, Iraq, Egypt, Algeria, UAE, neutral Arabic; Hebrew and its neutral.
@pytest.mark.parametrize("lcid", [1025, 2049, 3073, 5121, 14337, 1, 1037, 13])
def test_language_is_refused_as_not_supported_when_arabic_or_hebrew(catalogue: Catalogue, lcid: int) -> None:
    # R13
    assert not catalogue.is_supported(lcid)
    with pytest.raises(LanguageNotSupported) as refused:
        catalogue.language(lcid)
    assert (refused.value.code, refused.value.field) == ("language-not-supported", "language")
    assert str(lcid) in refused.value.message


@pytest.mark.parametrize("lcid", [0, -1023, 1039, 99999])
def test_language_is_not_found_when_no_portal_has_it(catalogue: Catalogue, lcid: int) -> None:
    assert not catalogue.is_supported(lcid)
    with pytest.raises(NotFound) as refused:
        catalogue.language(lcid)
    assert refused.value.field == "language"


@pytest.mark.parametrize("kind", ["portal", "audience", "feature"])
def test_not_found_names_the_field_when_the_slug_is_unknown(catalogue: Catalogue, kind: str) -> None:
    with pytest.raises(NotFound) as refused:
        getattr(catalogue, kind)("nowhere")
    assert refused.value.field == kind
    assert "'nowhere'" in refused.value.message


def test_packages_equal_the_published_orders_when_the_facts_are_at_hand(catalogue: Catalogue) -> None:
    path = SHARED / "facts" / "install_orders.json"
    if not path.exists():
        pytest.skip("the published install orders are not beside the project")
    published = json.loads(path.read_text(encoding="utf-8"))["order"]
    packages = catalogue.packages()
    for slug, last in {
        "customer-self-service": "CustomerPortal",
        "employee-self-service": "ESSPortal",
        "community": "CommunityPortal",
        "custom": "StarterPortal",
    }.items():
        assert list(packages[slug]) == published[last]


def test_packages_have_their_own_order_when_published_nowhere(catalogue: Catalogue) -> None:
    # R16
    packages = catalogue.packages()
    assert packages["partner"] == (
        *TO_FEEDBACK,
        "MicrosoftAzureStorage",
        "PortalTimeline",
        "BaseHtmlContentDesigner",
        "KnowledgeManagement",
        "PartnerPortal",
    )
    assert packages["partner-project-service"] == ("PartnerProjectService",)
    assert packages["partner-field-service"] == ("PartnerFieldService",)
    assert list(packages) == [portal.slug for portal in catalogue.portals]


@pytest.mark.parametrize(
    ("solution", "needed"),
    [
        ("MicrosoftGetRecordIDWorkflowHelper", ()),
        ("MicrosoftCrmPortalDependencies", ()),
        ("MicrosoftWebForms", BASE),
        ("PortalTimeline", TO_FEEDBACK),
        ("MicrosoftAzureStorage", TO_FEEDBACK),
        ("KnowledgeManagement", (*TO_FEEDBACK, "PortalTimeline")),
        ("BaseHtmlContentDesigner", (*TO_FEEDBACK, "PortalTimeline", "MicrosoftAzureStorage")),
        ("MicrosoftForums", (*HELPERS, *TO_FEEDBACK)),
        (
            "CustomerService",
            (*HELPERS, *TO_FEEDBACK, "MicrosoftForums", "MicrosoftForumsWorkflows", "PortalTimeline"),
        ),
        (
            "StarterPortal",
            (*TO_FEEDBACK, "MicrosoftAzureStorage", "PortalTimeline", "BaseHtmlContentDesigner"),
        ),
        (
            "PartnerPortal",
            (
                *TO_FEEDBACK,
                "MicrosoftAzureStorage",
                "PortalTimeline",
                "BaseHtmlContentDesigner",
                "KnowledgeManagement",
            ),
        ),
        ("PartnerFieldService", ("PartnerPortal", "FieldService")),
        ("FieldService", ()),
    ],
)
def test_solution_needs_what_precedes_it_in_every_package_when_asked(
    catalogue: Catalogue, solution: str, needed: tuple[str, ...]
) -> None:
    # R16, R27
    assert catalogue.needs(solution) == needed


def test_needs_are_met_in_every_packages_own_order_when_installed(catalogue: Catalogue) -> None:
    # R27
    for portal in catalogue.portals:
        there = set(portal.requires)
        for solution in portal.solutions:
            assert set(catalogue.needs(solution)) <= there
            there.add(solution)


def test_needs_is_not_found_when_the_solution_is_unknown(catalogue: Catalogue) -> None:
    with pytest.raises(NotFound) as refused:
        catalogue.needs("PartnerPrtal")
    assert refused.value.field == "solution"


def test_website_of_an_add_on_gets_partners_content_too_when_asked(catalogue: Catalogue) -> None:
    # R16
    packages = catalogue.packages()
    expected = (*packages["partner"], "PartnerFieldService")
    assert catalogue.content_solutions("partner-field-service") == expected
    assert catalogue.content_solutions("custom") == packages["custom"]


def test_solutions_are_listed_once_when_several_packages_bring_them(catalogue: Catalogue) -> None:
    solutions = catalogue.solutions()
    assert len(solutions) == len(set(solutions)) == 31
    assert not {"FieldService", "ProjectService"} & set(solutions)


def test_terms_have_a_version_and_a_text_when_loaded(catalogue: Catalogue) -> None:
    # R18
    assert isinstance(catalogue.terms, Terms)
    assert catalogue.terms.version == "1.0"
    assert "System Administrator" in catalogue.terms.text
    assert "---" not in catalogue.terms.text


def test_describe_gives_the_promised_keys_when_printed_as_json(catalogue: Catalogue) -> None:
    described = json.loads(json.dumps(catalogue.describe()))
    assert {key: list(rows[0]) for key, rows in described.items()} == {
        "audiences": ["slug", "name", "portals"],
        "portals": ["slug", "name", "optional", "requires", "solutions", "features"],
        "features": ["name", "group", "explanation"],
        "languages": ["lcid", "name", "native_name"],
    }
    assert {row["slug"]: row["portals"] for row in described["audiences"]} == OFFERS
    assert [len(row["features"]) for row in described["portals"]] == [20, 16, 21, 19, 12, 16, 16]
    assert described["portals"][1]["features"] == [f.name for f in catalogue.features_of("partner")]
    assert len(described["features"]) == 26
    assert len(described["languages"]) == 43


def test_describe_is_made_anew_when_a_caller_changes_the_last_one(catalogue: Catalogue) -> None:
    catalogue.describe()["portals"][0]["solutions"].clear()
    assert catalogue.describe()["portals"][0]["solutions"]


def test_own_catalogue_is_read_once_when_asked_again() -> None:
    assert load_catalogue() is load_catalogue()


def test_nothing_heavy_is_imported_when_the_catalogue_is_read() -> None:
    program = (
        "import sys; from core.catalogue import load_catalogue; load_catalogue(); "
        "print(*{'streamlit', 'pandas', 'dbos', 'sqlalchemy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
