import pytest

from core.errors import Conflict, InvalidValue, NotFound
from core.platforms.port import SYSTEM_ADMINISTRATOR, SYSTEM_CUSTOMIZER, InstanceChange, User
from tests.contract.tenant import ENGLISH, FRENCH, GERMAN, Tenant

ARABIC, HEBREW = 1025, 1037
STRANGER = "nobody@elsewhere.example"


def someone(email: str = "grace@annex.example") -> User:
    return User(email, "Grace Hall", (SYSTEM_ADMINISTRATOR,), "read-write", ENGLISH)


def test_instance_stands_with_its_administrator_when_added(tenant: Tenant) -> None:
    before = tenant.platform.instance_slugs()
    added = tenant.platform.add_instance("annex", "The Annex", ARABIC, someone())
    assert tenant.platform.instance("annex") == added
    assert (added.name, added.base_language, added.languages) == ("The Annex", ARABIC, (ARABIC, ENGLISH))
    assert [user.email for user in added.administrators()] == ["grace@annex.example"]
    assert added.url.startswith("https://annex.")
    assert tenant.platform.instance_slugs() == (*before, "annex")


def test_instance_is_refused_when_the_slug_is_in_use(tenant: Tenant) -> None:
    with pytest.raises(Conflict) as caught:
        tenant.platform.add_instance(tenant.slug, "Again", ENGLISH, someone())
    assert caught.value.field == "slug"
    assert tenant.instance().name == "Workshop"


@pytest.mark.parametrize(
    ("slug", "name", "language", "user", "field"),
    [
        ("No Slug", "Name", ENGLISH, someone(), "slug"),
        ("../up", "Name", ENGLISH, someone(), "slug"),
        ("a\n", "Name", ENGLISH, someone(), "slug"),
        ("x" * 61, "Name", ENGLISH, someone(), "slug"),
        ("annex", " ", ENGLISH, someone(), "name"),
        ("annex", "a\x07b", ENGLISH, someone(), "name"),
        ("annex", "Name", 9999, someone(), "base-language"),
        ("annex", "Name", ENGLISH, someone("no e-mail"), "as"),
        ("annex", "Name", ENGLISH, User("a@b.example", "A", (), "read-write", ENGLISH), "as"),
    ],
)
def test_instance_is_refused_when_a_value_is_bad(
    tenant: Tenant, slug: str, name: str, language: int, user: User, field: str
) -> None:
    before = tenant.platform.instance_slugs()
    with pytest.raises(InvalidValue) as caught:
        tenant.platform.add_instance(slug, name, language, user)
    assert caught.value.field == field
    assert tenant.platform.instance_slugs() == before


def test_administration_mode_goes_on_and_off(tenant: Tenant) -> None:
    assert tenant.change(InstanceChange("administration-mode", is_on=True)).administration_mode
    assert not tenant.change(InstanceChange("administration-mode", is_on=False)).administration_mode


def test_languages_are_installed_and_removed(tenant: Tenant) -> None:
    for lcid in (ARABIC, HEBREW, GERMAN, GERMAN):
        tenant.change(InstanceChange("install-language", language=lcid))
    assert tenant.instance().languages == (ENGLISH, FRENCH, ARABIC, HEBREW, GERMAN)
    assert tenant.change(InstanceChange("remove-language", language=HEBREW)).languages == (
        ENGLISH,
        FRENCH,
        ARABIC,
        GERMAN,
    )


def test_base_language_changes_when_installed(tenant: Tenant) -> None:
    assert tenant.change(InstanceChange("base-language", language=FRENCH)).base_language == FRENCH
    assert tenant.change(InstanceChange("remove-language", language=ENGLISH)).languages == (FRENCH,)


def test_roles_and_modes_of_a_user_change_whatever_the_case_of_the_email(tenant: Tenant) -> None:
    email = tenant.admin.upper()
    after = tenant.change(
        InstanceChange("grant", role=SYSTEM_CUSTOMIZER, user=email),
        InstanceChange("grant", role=SYSTEM_CUSTOMIZER, user=email),
        InstanceChange("access-mode", mode="non-interactive", user=email),
        InstanceChange("default-language", language=FRENCH, user=email),
    )
    (user,) = after.users
    assert user.roles == (SYSTEM_ADMINISTRATOR, SYSTEM_CUSTOMIZER)
    assert (user.access_mode, user.default_language) == ("non-interactive", FRENCH)
    after = tenant.change(InstanceChange("revoke", role=SYSTEM_ADMINISTRATOR, user=email))
    assert after.users[0].roles == (SYSTEM_CUSTOMIZER,)


BAD_CHANGES = [
    (InstanceChange("install-language", language=9999), "install-language"),
    (InstanceChange("remove-language", language=ENGLISH), "remove-language"),
    (InstanceChange("remove-language", language=GERMAN), "remove-language"),
    (InstanceChange("base-language", language=GERMAN), "base-language"),
    (InstanceChange("base-language", language=9999), "base-language"),
    (InstanceChange("grant", role="Emperor", user="ada.moreau@workshop.example"), "grant"),
    (InstanceChange("revoke", role="Emperor", user="ada.moreau@workshop.example"), "revoke"),
    (
        InstanceChange("default-language", language=GERMAN, user="ada.moreau@workshop.example"),
        "default-language",
    ),
    (InstanceChange("hold-solution", solution="No Name"), "hold-solution"),
    (InstanceChange("delay", delay_s=-1), "delay"),
    (InstanceChange("delay", delay_s=float("nan")), "delay"),
    (InstanceChange("delay", delay_s=float("inf")), "delay"),
    (InstanceChange("delay"), "delay"),
    (InstanceChange("administration-mode"), "administration-mode"),
    (InstanceChange("reachable"), "reachable"),
    (InstanceChange("grant", user="ada.moreau@workshop.example"), "grant"),
    (InstanceChange("grant", role=SYSTEM_CUSTOMIZER), "user"),
]


@pytest.mark.parametrize(("change", "field"), BAD_CHANGES)
def test_all_changes_are_refused_when_one_is_bad(tenant: Tenant, change: InstanceChange, field: str) -> None:
    before = tenant.instance()
    with pytest.raises(InvalidValue) as caught:
        tenant.change(InstanceChange("administration-mode", is_on=True), change)
    assert caught.value.field == field
    assert tenant.instance() == before


@pytest.mark.parametrize(
    "change",
    [
        InstanceChange("grant", role=SYSTEM_CUSTOMIZER, user=STRANGER),
        InstanceChange("revoke", role=SYSTEM_CUSTOMIZER, user=STRANGER),
        InstanceChange("access-mode", mode="read", user=STRANGER),
        InstanceChange("default-language", language=FRENCH, user=STRANGER),
    ],
)
def test_not_found_when_the_user_is_a_stranger(tenant: Tenant, change: InstanceChange) -> None:
    with pytest.raises(NotFound) as caught:
        tenant.change(change)
    assert caught.value.field == "user"


def test_instance_is_changed_when_it_is_unreachable(tenant: Tenant) -> None:
    tenant.change(InstanceChange("reachable", is_on=False))
    after = tenant.change(InstanceChange("grant", role=SYSTEM_CUSTOMIZER, user=tenant.admin))
    assert after.users[0].has(SYSTEM_CUSTOMIZER)


def test_not_found_when_the_instance_to_change_is_not_there(tenant: Tenant) -> None:
    with pytest.raises(NotFound):
        tenant.platform.change_instance("nowhere", ())
