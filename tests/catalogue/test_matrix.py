"""The feature matrix: 26 features, five portals, 88 dots, and how each feature comes and is seen."""

import pytest

from core.catalogue import Catalogue
from tests.catalogue.seed import seed_table

COLUMNS = (
    ("customer-self-service", "Customer Self-Service Portal"),
    ("partner", "Partner Portal"),
    ("employee-self-service", "Employee Self-Service Portal"),
    ("community", "Community Portal"),
    ("custom", "Custom Portal"),
)
# A cell a column of the above: • a dot, · none.
MATRIX = {
    "World Ready": "•••••",
    "Multi-Language Support": "•••••",
    "Portal Administration": "•••••",
    "Customization and Extensibility": "•••••",
    "Theming": "•••••",
    "Content Management": "•·••·",
    "Knowledge Management": "••••·",
    "Support/Case Management": "•·••·",
    "Forums": "•·••·",
    "Faceted Search": "•·•··",
    "Profile Management": "•·•··",
    "Subscribe to Forum Thread": "•·•··",
    "Comments": "•·••·",
    "Azure AD Authentication": "··•··",
    "Ideas": "···•·",
    "Blogs": "···•·",
    "Project Service Automation Integration": "·•···",
    "Field Service Integration": "·•···",
    "Partner Onboarding": "·•···",
    "Portal Base": "•••••",
    "Portal Workflows": "•••••",
    "Web Notifications": "•••••",
    "Microsoft Identity": "•••••",
    "Identity Workflows": "•••••",
    "Web Forms": "•••••",
    "Feedback": "•••••",
}
CELLS = [
    pytest.param(name, slug, row[column] == "•", id=f"{name}-{slug}")
    for name, row in MATRIX.items()
    for column, (slug, _) in enumerate(COLUMNS)
]
# By whom it is delivered, and how and where it is seen.
DELIVERY = {
    "world-ready": ("platform", "mark", "html"),
    "multi-language-support": ("platform", "mark", "footer"),
    "portal-administration": ("platform", "api", "/_services/about"),
    "customization-and-extensibility": ("site-content", "setting", "Customization/Enabled"),
    "theming": ("site-content", "page", "/theme.css"),
    "content-management": ("site-content", "page", "/pages"),
    "knowledge-management": ("KnowledgeManagement", "page", "/knowledge"),
    "support-case-management": ("CustomerService", "page", "/support"),
    "forums": ("MicrosoftForums", "page", "/forums"),
    "faceted-search": ("site-content", "page", "/search"),
    "profile-management": ("site-content", "page", "/profile"),
    "subscribe-to-forum-thread": ("site-content", "page", "/forums/subscribe"),
    "comments": ("site-content", "page", "/comments"),
    "azure-ad-authentication": ("site-content", "setting", "Authentication/OpenIdConnect/AzureAD/Enabled"),
    "ideas": ("MicrosoftIdeas", "page", "/ideas"),
    "blogs": ("MicrosoftBlogs", "page", "/blogs"),
    "project-service-automation-integration": ("site-content", "page", "/projects"),
    "field-service-integration": ("site-content", "page", "/work-orders"),
    "partner-onboarding": ("PartnerPortal", "page", "/onboarding"),
    "portal-base": ("MicrosoftCrmPortalBase", "mark", "body"),
    "portal-workflows": ("MicrosoftCrmPortalBaseWorkflows", "api", "/_api/workflows"),
    "web-notifications": ("WebNotification", "page", "/notifications"),
    "microsoft-identity": ("MicrosoftIdentity", "page", "/sign-in"),
    "identity-workflows": ("MicrosoftIdentityWorkflows", "page", "/sign-in/invitation"),
    "web-forms": ("MicrosoftWebForms", "page", "/contact"),
    "feedback": ("Feedback", "page", "/feedback"),
}


@pytest.mark.parametrize(("name", "portal", "dot"), CELLS)
def test_cell_is_as_written_when_the_matrix_is_loaded(
    catalogue: Catalogue, name: str, portal: str, dot: bool
) -> None:
    # R17
    row = next(feature for feature in catalogue.features if feature.name == name)
    assert (portal in row.portals) is dot
    assert (row in catalogue.features_of(portal)) is dot


def test_matrix_has_26_features_5_portals_and_88_dots_when_loaded(catalogue: Catalogue) -> None:
    # R17
    assert [feature.name for feature in catalogue.features] == list(MATRIX)
    assert [(portal.slug, portal.name) for portal in catalogue.columns] == list(COLUMNS)
    assert len(catalogue.features) * len(catalogue.columns) == len(CELLS) == 130
    assert sum(len(catalogue.features_of(portal.slug)) for portal in catalogue.columns) == 88


def test_matrix_equals_the_seeds_table_when_the_seed_is_at_hand(catalogue: Catalogue) -> None:
    # R17
    portals, rows = seed_table()
    assert portals == [portal.name for portal in catalogue.columns]
    ours = {
        feature.name: [portal.slug in feature.portals for portal in catalogue.columns]
        for feature in catalogue.features
    }
    assert list(ours) == list(rows)
    assert ours == rows


def test_every_feature_says_how_it_comes_and_is_seen_when_loaded(catalogue: Catalogue) -> None:
    # R17
    ours = {
        feature.slug: (feature.delivered.solution or feature.delivered.by, feature.seen.kind, feature.seen.at)
        for feature in catalogue.features
    }
    assert ours == DELIVERY


def test_every_feature_is_explained_in_its_own_words_when_loaded(catalogue: Catalogue) -> None:
    explanations = [feature.explanation for feature in catalogue.features]
    assert len(set(explanations)) == 26
    for explanation in explanations:
        assert explanation.endswith(".")
        assert 1 <= explanation.count(". ") + 1 <= 3


# R16, R17
@pytest.mark.parametrize("add_on", ["partner-project-service", "partner-field-service"])
def test_add_on_has_partners_column_when_asked(catalogue: Catalogue, add_on: str) -> None:
    assert catalogue.features_of(add_on) == catalogue.features_of("partner")


@pytest.mark.parametrize(
    ("feature", "portal", "condition"),
    [
        ("project-service-automation-integration", "partner", "ProjectService"),
        ("field-service-integration", "partner", "FieldService"),
        ("project-service-automation-integration", "partner-project-service", None),
        ("field-service-integration", "partner-project-service", "FieldService"),
        ("project-service-automation-integration", "partner-field-service", "ProjectService"),
        ("field-service-integration", "partner-field-service", None),
        ("partner-onboarding", "partner", None),
        ("theming", "custom", None),
    ],
)
def test_integration_waits_for_its_solution_when_no_add_on_brings_it(
    catalogue: Catalogue, feature: str, portal: str, condition: str | None
) -> None:
    # R16, R17
    assert catalogue.condition_of(feature, portal) == condition
