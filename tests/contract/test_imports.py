import re
from typing import Any

import pytest

from core.errors import NotFound, PlatformBusy, PlatformError, PlatformRefused, PlatformUnreachable
from core.platforms.port import SYSTEM_ADMINISTRATOR, SYSTEM_CUSTOMIZER, InstanceChange
from tests.contract.packages import SITE, build
from tests.contract.tenant import ENGLISH, FRENCH, GERMAN, Tenant

BROKEN_TEMPLATE = {
    "site/web-templates/page/page.webtemplate.yml": "adx_name: Page\n",
    "site/web-templates/page/page.webtemplate.source.html": "{% if title %}<h1>{{ title }}</h1>",
}


def refusal(tenant: Tenant, package: bytes, **values: Any) -> PlatformError:
    """The refusal of an import, checked for what every refusal has."""
    before = tenant.instance()
    with pytest.raises(PlatformError) as caught:
        tenant.install(package, **values)
    details = caught.value.details
    assert re.fullmatch(r"0x8[0-9A-F]{7}", details["code_hex"])
    assert details["code_dec"] == int(details["code_hex"], 16) - (1 << 32)
    assert details["text"]
    assert len(details["correlation_id"]) == 36
    assert tenant.instance() == before
    return caught.value


def test_solution_stands_there_when_imported(tenant: Tenant) -> None:
    operation = tenant.install(build("Sample", "1.2.0.0", files=SITE))
    assert operation.state == "succeeded"
    assert operation.result == {"unique_name": "Sample", "version": "1.2.0.0"}
    solution = tenant.instance().solution("Sample")
    assert solution is not None
    assert (solution.version, solution.is_managed, solution.language) == ("1.2.0.0", True, ENGLISH)
    assert (solution.installed_by, solution.installed_at) == (tenant.admin, tenant.clock.now)


def test_same_operation_comes_back_when_the_key_is_repeated(tenant: Tenant) -> None:
    first = tenant.install(build(), key="one")
    tenant.clock.advance(60)
    assert tenant.install(build(), key="one") == first
    assert tenant.platform.operation(tenant.slug, "one") == first
    assert len(tenant.instance().solutions) == 1


def test_not_found_when_no_operation_has_the_key(tenant: Tenant) -> None:
    with pytest.raises(NotFound):
        tenant.platform.operation(tenant.slug, "none")


@pytest.mark.parametrize("version", ["2.0.0.0", "1.9.9.9", "02.0"])
def test_nothing_changes_when_the_same_or_a_higher_version_is_there(tenant: Tenant, version: str) -> None:
    tenant.install(build("Sample", "2.0.0.0"))
    before = tenant.instance()
    tenant.clock.advance(60)
    assert tenant.install(build("Sample", version)).state == "succeeded"
    assert tenant.instance() == before


def test_solution_is_upgraded_when_the_package_is_higher(tenant: Tenant) -> None:
    tenant.install(build("Sample", "1.9.0.0"))
    tenant.install(build("Sample", "1.10.0.0"))
    (solution,) = tenant.instance().solutions
    assert solution.version == "1.10.0.0"


def test_import_is_refused_when_the_instance_is_in_administration_mode(tenant: Tenant) -> None:
    tenant.change(InstanceChange("administration-mode", is_on=True))
    assert "administration mode" in refusal(tenant, build()).details["text"]


def test_import_is_refused_when_the_installer_is_no_administrator(tenant: Tenant) -> None:  # R26
    tenant.change(
        InstanceChange("grant", role=SYSTEM_CUSTOMIZER, user=tenant.admin),
        InstanceChange("revoke", role=SYSTEM_ADMINISTRATOR, user=tenant.admin),
    )
    details = refusal(tenant, build()).details
    assert details["code_hex"] == "0x80040220"
    assert "accessMode=0" in details["text"]
    assert "is missing prvImportCustomization privilege" in details["text"]


def test_import_is_refused_when_the_access_mode_is_administrative(tenant: Tenant) -> None:
    tenant.change(InstanceChange("access-mode", mode="administrative", user=tenant.admin))
    assert "accessMode=1" in refusal(tenant, build()).details["text"]


def test_import_is_refused_when_the_installer_is_a_stranger(tenant: Tenant) -> None:
    assert "not a member" in refusal(tenant, build(), on_behalf_of="nobody@elsewhere.example").details["text"]


@pytest.mark.parametrize(
    "package",
    [b"", b"no zip", build()[:-30], build(without=["solution.xml"]), build(without=["[Content_Types].xml"])],
    ids=["empty", "text", "cut off", "no manifest", "no content types"],
)
def test_import_is_refused_when_the_zip_is_broken(tenant: Tenant, package: bytes) -> None:
    assert refusal(tenant, package).details["code_hex"] == "0x80048060"


def test_import_is_refused_when_the_manifest_is_not_well_formed(tenant: Tenant) -> None:
    assert refusal(tenant, build(files={"solution.xml": "<Import"})).details["code_hex"] == "0x8004802C"


def test_import_is_refused_when_the_package_is_newer_than_the_instance(tenant: Tenant) -> None:
    assert refusal(tenant, build(package_version="9.3")).details["code_hex"] == "0x80048068"


def test_import_is_refused_when_the_portal_language_is_not_installed(tenant: Tenant) -> None:  # R26
    details = refusal(tenant, build(), language=GERMAN, required_language=GERMAN).details
    assert "German" in details["text"]
    assert "not been enabled" in details["text"]


def test_import_is_refused_when_it_runs_in_another_language_than_the_portal(tenant: Tenant) -> None:  # R26
    text = refusal(tenant, build(), language=ENGLISH, required_language=FRENCH).details["text"]
    assert "English (1033)" in text
    assert "French - France (1036)" in text


def test_import_runs_in_any_installed_language_when_no_portal_asks(tenant: Tenant) -> None:  # R26
    assert tenant.install(build(), language=FRENCH).state == "succeeded"


@pytest.mark.parametrize(("there", "supplied", "code"), [(0, 1, "0x80048040"), (1, 0, "0x80048041")])
def test_import_is_refused_when_managed_meets_unmanaged(
    tenant: Tenant, there: int, supplied: int, code: str
) -> None:
    tenant.install(build(managed=there))
    assert refusal(tenant, build(version="2.0", managed=supplied)).details["code_hex"] == code


def test_import_is_refused_when_the_publisher_is_another(tenant: Tenant) -> None:
    tenant.install(build())
    assert refusal(tenant, build(version="2.0", publisher="other")).details["code_hex"] == "0x8004801C"


def test_import_is_refused_until_the_holding_solution_is_deleted(tenant: Tenant) -> None:
    after = tenant.change(InstanceChange("hold-solution", solution="Sample"))
    assert [(s.unique_name, s.is_holding) for s in after.solutions] == [("Sample_Upgrade", True)]
    assert after.solution("Sample") is None
    details = refusal(tenant, build()).details
    assert details["code_hex"] == "0x80048539"
    assert "Holding solution Sample_Upgrade already exists" in details["text"]
    tenant.platform.uninstall_solution(tenant.key(), tenant.slug, "Sample_Upgrade", tenant.admin)
    assert tenant.install(build()).state == "succeeded"


def test_import_is_refused_when_a_prerequisite_is_missing(tenant: Tenant) -> None:  # R16, R27
    details = refusal(tenant, build(needs=["Base (1.0.0.0)", "FieldService (8.8.139.0)", "Active"])).details
    assert details["code_hex"] == "0x8004801D"
    assert details["missing"] == ["Base", "FieldService"]
    assert "FieldService (8.8.139.0)" in details["text"]


def test_import_is_refused_when_a_prerequisite_is_too_old(tenant: Tenant) -> None:  # R27
    tenant.install(build("Base", "1.9.0.0"))
    details = refusal(tenant, build(needs=["Base (1.10.0.0)"])).details
    assert details["missing"] == ["Base"]
    assert "version 1.9.0.0 is installed" in details["text"]


def test_import_passes_once_the_prerequisite_is_there(tenant: Tenant) -> None:  # R27
    refusal(tenant, build(needs=["Base (1.0.0.0)"]), key="same")
    tenant.install(build("Base", "1.0.0.1"))
    assert tenant.install(build(needs=["Base (1.0.0.0)"]), key="same").state == "succeeded"


@pytest.mark.parametrize(
    "files",
    [
        BROKEN_TEMPLATE,
        {"site/web-pages/home/home.webpage.copy.html": "{{ title | no_such_filter }}"},
        {"site/web-pages/home/home.webpage.copy.html": "{% no_such_tag %}"},
        {"site/content-snippets/en-US.contentsnippet.yml": "- adx_value: no name\n"},
        {"sample-data/en-US.yml": "news: nothing\n"},
    ],
    ids=["not closed", "filter", "tag", "snippet", "sample data"],
)
def test_import_is_refused_when_the_site_content_cannot_be_shown(
    tenant: Tenant, files: dict[str, str]
) -> None:
    assert refusal(tenant, build(files=files)).details["code_hex"] == "0x8004801E"


def test_import_runs_until_its_time_when_the_instance_is_slow(tenant: Tenant) -> None:  # R8
    tenant.change(InstanceChange("delay", delay_s=90.5))
    assert tenant.install(build(), key="slow").state == "running"
    assert tenant.instance().import_running == "Sample"
    tenant.clock.advance(90)
    assert tenant.platform.operation(tenant.slug, "slow").state == "running"
    assert tenant.instance().solution("Sample") is None
    tenant.clock.advance(60)
    assert tenant.instance().import_running is None
    done = tenant.platform.operation(tenant.slug, "slow")
    assert (done.state, done.result["unique_name"]) == ("succeeded", "Sample")
    assert tenant.instance().solution("Sample") is not None


def test_import_is_busy_when_another_runs(tenant: Tenant) -> None:
    tenant.change(InstanceChange("delay", delay_s=60))
    tenant.install(build("First"), key="first")
    error = refusal(tenant, build("Second"), key="second")
    assert isinstance(error, PlatformBusy)
    assert error.is_retryable
    assert error.details["code_hex"] == "0x80071151"
    assert error.details["is_passing"]
    assert tenant.install(build("First"), key="first").state == "running"
    tenant.clock.advance(61)
    assert tenant.install(build("Second"), key="second").state == "running"
    assert tenant.platform.operation(tenant.slug, "first").state == "succeeded"


def test_operation_fails_with_a_fault_when_the_instance_changed_meanwhile(tenant: Tenant) -> None:
    tenant.change(InstanceChange("delay", delay_s=60))
    tenant.install(build(), key="slow", language=FRENCH, required_language=FRENCH)
    tenant.change(InstanceChange("remove-language", language=FRENCH))
    tenant.clock.advance(60)
    operation = tenant.platform.operation(tenant.slug, "slow")
    assert operation.state == "failed"
    assert operation.fault is not None
    assert operation.fault.code_dec < 0
    assert "French" in operation.fault.text
    assert tenant.instance().solution("Sample") is None


def test_import_ends_although_the_role_is_gone_when_it_was_accepted(tenant: Tenant) -> None:
    tenant.change(InstanceChange("delay", delay_s=60))
    tenant.install(build(), key="slow")
    tenant.change(InstanceChange("revoke", role=SYSTEM_ADMINISTRATOR, user=tenant.admin))
    tenant.clock.advance(60)
    assert tenant.platform.operation(tenant.slug, "slow").state == "succeeded"


def test_nothing_answers_when_the_instance_is_unreachable(tenant: Tenant) -> None:
    website_id = tenant.create()
    tenant.change(InstanceChange("reachable", is_on=False))
    platform, slug = tenant.platform, tenant.slug
    for call in (
        lambda: platform.instance(slug),
        lambda: tenant.install(build()),
        lambda: platform.operation(slug, "one"),
        lambda: tenant.create("other"),
        lambda: tenant.furnish(website_id),
        lambda: platform.site_version("shop"),
        lambda: platform.site_files(website_id, slug),
        lambda: platform.delete_website(tenant.key(), slug, website_id),
        lambda: platform.uninstall_solution(tenant.key(), slug, "Sample", tenant.admin),
    ):
        with pytest.raises(PlatformUnreachable):
            call()
    assert tenant.slug in platform.instance_slugs()
    tenant.change(InstanceChange("reachable", is_on=True))
    assert tenant.install(build()).state == "succeeded"
    assert platform.name_availability("other").state == "free"


def test_import_ends_when_the_instance_was_silent_in_between(tenant: Tenant) -> None:
    tenant.change(InstanceChange("delay", delay_s=60))
    tenant.install(build(), key="slow")
    tenant.change(InstanceChange("reachable", is_on=False))
    tenant.clock.advance(60)
    tenant.change(InstanceChange("reachable", is_on=True))
    assert tenant.platform.operation(tenant.slug, "slow").state == "succeeded"


def test_solution_goes_when_uninstalled(tenant: Tenant) -> None:
    tenant.install(build())
    gone = tenant.platform.uninstall_solution("bye", tenant.slug, "Sample", tenant.admin)
    assert gone.state == "succeeded"
    assert tenant.instance().solutions == ()
    assert tenant.platform.uninstall_solution("bye", tenant.slug, "Sample", tenant.admin) == gone


def test_uninstall_is_refused_while_another_solution_needs_it(tenant: Tenant) -> None:
    tenant.install(build("Base"))
    tenant.install(build("Upper", needs=["Base (1.0.0.0)"]))
    with pytest.raises(PlatformRefused) as caught:
        tenant.platform.uninstall_solution(tenant.key(), tenant.slug, "Base", tenant.admin)
    assert caught.value.details["code_hex"] in {"0x8004F01D", "0x8004F01F"}
    assert "Upper" in caught.value.details["text"]
    tenant.platform.uninstall_solution(tenant.key(), tenant.slug, "Upper", tenant.admin)
    tenant.platform.uninstall_solution(tenant.key(), tenant.slug, "Base", tenant.admin)
    assert tenant.instance().solutions == ()


def test_uninstall_is_refused_when_asked_by_no_administrator_or_for_nothing(tenant: Tenant) -> None:  # R1
    tenant.install(build())
    for name, email in (("Sample", "nobody@elsewhere.example"), ("Unknown", tenant.admin)):
        with pytest.raises(PlatformRefused):
            tenant.platform.uninstall_solution(tenant.key(), tenant.slug, name, email)


def test_uninstall_waits_while_an_import_runs(tenant: Tenant) -> None:
    tenant.install(build("First"))
    tenant.change(InstanceChange("delay", delay_s=60))
    tenant.install(build("Second"))
    with pytest.raises(PlatformBusy):
        tenant.platform.uninstall_solution(tenant.key(), tenant.slug, "First", tenant.admin)
