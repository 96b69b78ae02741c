from collections.abc import Callable

import pytest
import yaml

from core.errors import NotFound, PlatformRefused
from core.platforms.port import SYSTEM_ADMINISTRATOR, InstanceChange, SiteFiles, WebsiteRequest
from tests.contract.packages import SITE, build
from tests.contract.tenant import ENGLISH, FRENCH, GERMAN, PURGE_S, Tenant

NEWER_SITE = {
    **SITE,
    "site/web-templates/page/page.webtemplate.source.html": "<h1>newer</h1>",
    "site/content-snippets/en-US.contentsnippet.yml": "- adx_name: farewell\n  adx_value: Goodbye\n",
    "site/sitesetting.yml": "- adx_name: Site/Mood\n  adx_value: merry\n  portico_public: true\n",
}


def version(tenant: Tenant, subdomain: str = "shop") -> str:
    found = tenant.platform.site_version(subdomain)
    assert found is not None
    return found.version


def files(tenant: Tenant, website_id: str) -> SiteFiles:
    return tenant.platform.site_files(website_id, tenant.slug)


def snippets(site: SiteFiles, code: str = "en-US") -> dict[str, str]:
    rows = yaml.safe_load(site.files[f"content-snippets/{code}.contentsnippet.yml"])
    return {row["adx_name"]: row["adx_value"] for row in rows}


def test_website_is_empty_and_unpublished_when_created(tenant: Tenant) -> None:
    website_id = tenant.create("shop", FRENCH)
    site = tenant.platform.site_version("shop")
    assert site is not None
    assert (site.website_id, site.instance, site.subdomain) == (website_id, tenant.slug, "shop")
    assert (site.name, site.template, site.language) == ("Shop", "customer-self-service", FRENCH)
    assert not site.is_published
    content = files(tenant, website_id)
    assert (dict(content.files), dict(content.records), content.administrator) == ({}, {}, None)


def test_websites_of_the_instance_are_listed_while_they_are_there(tenant: Tenant) -> None:
    assert tenant.platform.websites(tenant.slug) == ()
    shop, bar = tenant.create("shop"), tenant.create("bar")
    listed = [(one.website_id, one.subdomain, one.name) for one in tenant.platform.websites(tenant.slug)]
    assert listed == [(bar, "bar", "Shop"), (shop, "shop", "Shop")]
    tenant.platform.delete_website("away", tenant.slug, bar)
    assert [one.subdomain for one in tenant.platform.websites(tenant.slug)] == ["shop"]
    with pytest.raises(NotFound):
        tenant.platform.websites("nowhere")


def test_same_website_comes_back_when_the_key_is_repeated(tenant: Tenant) -> None:
    assert tenant.create(key="one") == tenant.create(key="one")


def test_name_is_taken_in_every_case_when_a_website_has_it(tenant: Tenant) -> None:  # R10
    assert tenant.platform.name_availability("Shop").state == "free"
    tenant.create("Shop")
    for name in ("shop", "SHOP"):
        assert tenant.platform.name_availability(name).state == "taken"
        with pytest.raises(PlatformRefused) as caught:
            tenant.create(name)
        assert caught.value.details["code_hex"].startswith("0x8")
    assert tenant.platform.site_version("sHOP") == tenant.platform.site_version("shop")


@pytest.mark.parametrize("name", ["", "a b", "-a", "a-", "xn--a", "é", "a.b", "x" * 64, "a\n"])
def test_website_is_refused_when_the_name_is_no_label(tenant: Tenant, name: str) -> None:  # R9
    with pytest.raises(PlatformRefused):
        tenant.create(name)
    assert tenant.platform.site_version(name) is None


@pytest.mark.parametrize("language", [1025, 1037, 9999])
def test_website_is_refused_when_no_portal_has_the_language(tenant: Tenant, language: int) -> None:  # R13
    with pytest.raises(PlatformRefused):
        tenant.create("shop", language)
    assert tenant.platform.name_availability("shop").state == "free"


def test_website_is_created_when_the_instance_is_in_administration_mode(tenant: Tenant) -> None:
    tenant.change(InstanceChange("administration-mode", is_on=True))
    assert tenant.create()


def test_website_is_created_when_an_import_runs(tenant: Tenant) -> None:
    tenant.change(InstanceChange("delay", delay_s=60))
    tenant.install(build())
    assert tenant.create()


def test_name_is_free_after_the_purge_time_when_its_website_is_deleted(tenant: Tenant) -> None:
    website_id = tenant.create()
    deleted = tenant.platform.delete_website("bye", tenant.slug, website_id)
    assert tenant.platform.delete_website("bye", tenant.slug, website_id) == deleted
    assert tenant.platform.site_version("shop") is None
    with pytest.raises(NotFound):
        files(tenant, website_id)
    availability = tenant.platform.name_availability("shop")
    assert availability.state == "purging"
    assert availability.free_at is not None
    assert (availability.free_at - tenant.clock.now).total_seconds() == PURGE_S
    with pytest.raises(PlatformRefused):
        tenant.create()
    tenant.clock.advance(PURGE_S)
    assert tenant.platform.name_availability("shop").state == "free"
    assert tenant.create() != website_id


def test_website_is_empty_and_keeps_its_name_when_it_is_cleared(tenant: Tenant) -> None:  # R23
    website_id = tenant.create("boutique", FRENCH)
    tenant.furnish(website_id, language=FRENCH)
    before = tenant.platform.site_version("boutique")
    cleared = tenant.platform.clear_website("clear", tenant.slug, website_id, ENGLISH, "community")
    assert tenant.platform.clear_website("clear", tenant.slug, website_id, ENGLISH, "community") == cleared
    site = files(tenant, website_id)
    assert (site.files, site.records, site.content_of, site.administrator) == ({}, {}, frozenset(), None)
    assert (site.version.language, site.version.template) == (ENGLISH, "community")
    assert not site.version.is_published
    assert before is not None
    assert site.version.version != before.version
    tenant.furnish(website_id, language=ENGLISH)
    assert files(tenant, website_id).content_of == {"Sample"}


def test_second_deletion_does_not_lengthen_the_purge(tenant: Tenant) -> None:
    website_id = tenant.create()
    tenant.platform.delete_website(tenant.key(), tenant.slug, website_id)
    tenant.clock.advance(PURGE_S - 1)
    tenant.platform.delete_website(tenant.key(), tenant.slug, website_id)
    tenant.clock.advance(1)
    assert tenant.platform.name_availability("shop").state == "free"


def test_new_owner_keeps_the_name_when_the_old_website_is_deleted_again(tenant: Tenant) -> None:
    website_id = tenant.create()
    tenant.platform.delete_website(tenant.key(), tenant.slug, website_id)
    tenant.clock.advance(PURGE_S)
    newer = tenant.create()
    tenant.platform.delete_website(tenant.key(), tenant.slug, website_id)
    site = tenant.platform.site_version("shop")
    assert site is not None
    assert site.website_id == newer


def test_no_website_answers_when_nobody_has_the_name(tenant: Tenant) -> None:
    assert tenant.platform.site_version("nobody") is None


def test_content_is_the_websites_language_when_it_is_brought(tenant: Tenant) -> None:  # R14
    website_id = tenant.create("boutique", FRENCH)
    tenant.furnish(website_id, language=FRENCH)
    site = files(tenant, website_id)
    assert snippets(site, "fr-FR") == {"welcome": "Bienvenue"}
    assert [path for path in site.files if path.startswith("content-snippets/")] == [
        "content-snippets/fr-FR.contentsnippet.yml"
    ]
    assert site.files["web-pages/home/home.webpage.copy.html"] == b"<p>{{ title | upcase }}</p>"
    assert site.origins["web-pages/home/home.webpage.copy.html"] == "Sample"
    assert site.content_of == {"Sample"}
    assert site.solutions == frozenset()


def test_content_and_data_are_refused_in_another_language_than_the_websites(tenant: Tenant) -> None:  # R14
    website_id = tenant.create("shop", ENGLISH)
    with pytest.raises(PlatformRefused):
        tenant.furnish(website_id, language=FRENCH)
    with pytest.raises(PlatformRefused):
        tenant.platform.add_sample_data(tenant.key(), tenant.slug, website_id, FRENCH)


def test_later_solution_wins_and_records_add_up_when_two_bring_content(tenant: Tenant) -> None:
    website_id = tenant.create()
    tenant.furnish(website_id, build("First", files=SITE))
    tenant.furnish(website_id, build("Second", files=NEWER_SITE))
    site = files(tenant, website_id)
    assert site.files["web-templates/page/page.webtemplate.source.html"] == b"<h1>newer</h1>"
    assert site.origins["web-templates/page/page.webtemplate.source.html"] == "Second"
    assert snippets(site) == {"welcome": "Welcome", "farewell": "Goodbye"}
    assert yaml.safe_load(site.files["sitesetting.yml"]) == [
        {"adx_name": "Site/Mood", "adx_value": "merry", "portico_public": True}
    ]


def test_content_stands_once_when_it_is_brought_again(tenant: Tenant) -> None:
    website_id = tenant.create()
    tenant.furnish(website_id)
    before = files(tenant, website_id)
    tenant.furnish(website_id)
    assert files(tenant, website_id) == before


def test_content_is_replaced_in_its_place_when_a_newer_version_comes(tenant: Tenant) -> None:
    website_id = tenant.create()
    tenant.furnish(website_id, build("First", "1.0", files=SITE))
    tenant.furnish(website_id, build("First", "2.0", files=NEWER_SITE))
    tenant.furnish(website_id, build("First", "1.5", files=SITE))
    assert snippets(files(tenant, website_id)) == {"farewell": "Goodbye"}


def test_broken_content_is_refused_and_nothing_is_brought(tenant: Tenant) -> None:
    website_id = tenant.create()
    for package in (b"no zip", build(files={"site/web-pages/a/a.webpage.copy.html": "{% if"})):
        with pytest.raises(PlatformRefused):
            tenant.furnish(website_id, package)
    assert files(tenant, website_id).files == {}


def test_sample_data_is_in_the_language_and_stands_once_when_repeated(tenant: Tenant) -> None:  # R14
    website_id = tenant.create("boutique", FRENCH)
    tenant.furnish(website_id, language=FRENCH)
    for key in ("data", "data", "data again"):
        tenant.platform.add_sample_data(key, tenant.slug, website_id, FRENCH)
    assert files(tenant, website_id).records == {"news": ({"title": "Bonjour", "body": "Un premier mot."},)}


def test_sample_data_is_none_when_the_package_lacks_the_language(tenant: Tenant) -> None:  # R14
    tenant.change(InstanceChange("install-language", language=GERMAN))
    website_id = tenant.create("laden", GERMAN)
    tenant.furnish(website_id, language=GERMAN)
    tenant.platform.add_sample_data(tenant.key(), tenant.slug, website_id, GERMAN)
    assert files(tenant, website_id).records == {}


def test_administrator_is_assigned_when_a_system_administrator(tenant: Tenant) -> None:  # R3
    website_id = tenant.create()
    tenant.platform.assign_administrator("who", tenant.slug, website_id, tenant.admin.upper())
    assert files(tenant, website_id).administrator == tenant.admin
    tenant.change(InstanceChange("revoke", role=SYSTEM_ADMINISTRATOR, user=tenant.admin))
    assert tenant.platform.assign_administrator("who", tenant.slug, website_id, tenant.admin).has_ended
    for email in (tenant.admin, "nobody@elsewhere.example"):
        with pytest.raises(PlatformRefused):
            tenant.platform.assign_administrator(tenant.key(), tenant.slug, website_id, email)


def test_website_is_published_when_told(tenant: Tenant) -> None:
    website_id = tenant.create()
    tenant.furnish(website_id)
    tenant.platform.publish_website("out", tenant.slug, website_id)
    before = tenant.platform.site_version("shop")
    assert before is not None
    assert before.is_published
    tenant.platform.publish_website("out", tenant.slug, website_id)
    assert tenant.platform.site_version("shop") == before


@pytest.mark.parametrize(
    "more",
    [
        {"site/web-pages/home/home.webpage.copy.html": "{% include 'elsewhere' %}"},
        {"site/web-pages/a/a.webpage.yml": "adx_name: A\nadx_partialurl: a\nadx_pagetemplate: Nowhere\n"},
    ],
    ids=["included", "page template"],
)
def test_publication_is_refused_until_the_template_is_there(tenant: Tenant, more: dict[str, str]) -> None:
    website_id = tenant.create()
    tenant.furnish(website_id, build(files={**SITE, **more}))
    with pytest.raises(PlatformRefused):
        tenant.platform.publish_website("out", tenant.slug, website_id)
    site = tenant.platform.site_version("shop")
    assert site is not None
    assert not site.is_published
    missing = {
        f"site/web-templates/{name}/{name}.webtemplate.{ending}": text
        for name in ("elsewhere", "Nowhere")
        for ending, text in (("yml", f"adx_name: {name}\n"), ("source.html", "here"))
    }
    tenant.furnish(website_id, build("Second", files=missing))
    assert tenant.platform.publish_website("out", tenant.slug, website_id).state == "succeeded"


def test_refused_when_the_website_is_not_there(tenant: Tenant) -> None:
    platform, slug = tenant.platform, tenant.slug
    calls: list[Callable[[], object]] = [
        lambda: tenant.furnish("none"),
        lambda: platform.add_sample_data(tenant.key(), slug, "none", ENGLISH),
        lambda: platform.assign_administrator(tenant.key(), slug, "none", tenant.admin),
        lambda: platform.publish_website(tenant.key(), slug, "none"),
    ]
    for call in calls:
        with pytest.raises(PlatformRefused):
            call()
    assert platform.delete_website(tenant.key(), slug, "none").state == "succeeded"


def test_version_changes_whenever_something_visible_does(tenant: Tenant) -> None:
    website_id = tenant.create()
    seen = [version(tenant)]
    changes: list[Callable[[], object]] = [
        lambda: tenant.furnish(website_id),
        lambda: tenant.platform.add_sample_data(tenant.key(), tenant.slug, website_id, ENGLISH),
        lambda: tenant.platform.assign_administrator(tenant.key(), tenant.slug, website_id, tenant.admin),
        lambda: tenant.platform.publish_website(tenant.key(), tenant.slug, website_id),
        lambda: tenant.install(build("FieldService")),
        lambda: tenant.platform.uninstall_solution(tenant.key(), tenant.slug, "FieldService", tenant.admin),
    ]
    for change in changes:
        change()
        seen.append(version(tenant))
    assert len(set(seen)) == len(seen)
    assert files(tenant, website_id).version.version == seen[-1]


def test_website_sees_the_solutions_of_its_instance(tenant: Tenant) -> None:
    website_id = tenant.create()
    tenant.install(build("FieldService"))
    tenant.change(InstanceChange("hold-solution", solution="ProjectService"))
    assert files(tenant, website_id).solutions == {"FieldService"}


def test_websites_content_stays_when_its_solution_is_uninstalled(tenant: Tenant) -> None:
    website_id = tenant.create()
    tenant.install(build(files=SITE))
    tenant.furnish(website_id)
    before = files(tenant, website_id).files
    tenant.platform.uninstall_solution(tenant.key(), tenant.slug, "Sample", tenant.admin)
    assert files(tenant, website_id).files == before


def test_two_websites_of_one_instance_have_their_own_content(tenant: Tenant) -> None:
    shop, boutique = tenant.create("shop"), tenant.create("boutique", FRENCH)
    tenant.furnish(shop)
    tenant.furnish(boutique, language=FRENCH)
    tenant.platform.delete_website(tenant.key(), tenant.slug, shop)
    assert snippets(files(tenant, boutique), "fr-FR") == {"welcome": "Bienvenue"}


def test_unknown_instance_is_not_found(tenant: Tenant) -> None:
    for slug in ("nowhere", "../tenant", ""):
        request = WebsiteRequest(slug, "shop", "Shop", ENGLISH, "custom", tenant.admin)
        with pytest.raises(NotFound):
            tenant.platform.instance(slug)
        with pytest.raises(NotFound):
            tenant.platform.create_website(tenant.key(), request)
        with pytest.raises(NotFound):
            tenant.platform.operation(slug, "one")
