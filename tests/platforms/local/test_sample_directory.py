import shutil
from pathlib import Path

import pytest
import yaml

from core.errors import DataError
from core.platforms.local import LocalPlatform
from core.platforms.local.directory import load_directory
from core.platforms.port import SYSTEM_ADMINISTRATOR, SYSTEM_CUSTOMIZER
from core.settings import CONSOLE_ADMINISTRATOR
from tests.paths import DATA

DIRECTORY = DATA / "directory"


def test_sample_instances_meet_each_rule(platform: LocalPlatform) -> None:  # R2, R3, R12, R13
    assert platform.instance_slugs() == ("contoso", "fabrikam", "adventure-works")
    contoso, fabrikam, adventure_works = map(platform.instance, platform.instance_slugs())
    assert (contoso.name, contoso.url) == ("Contoso", "https://contoso.crm.dynamics.com")
    assert (contoso.base_language, set(contoso.languages)) == (1033, {1033, 1036, 1031})
    assert len(contoso.administrators()) >= 3
    roles = [user.roles for user in contoso.users]
    assert (SYSTEM_CUSTOMIZER,) in roles
    assert ("Basic User",) in roles
    assert fabrikam.base_language == 1033
    assert {(s.unique_name, s.version) for s in fabrikam.solutions} == {
        ("FieldService", "8.8.139.0"),
        ("ProjectService", "3.10.104.0"),
    }
    assert adventure_works.base_language == 1025
    assert {1033, 1041} < set(adventure_works.languages)


def test_french_just_works_when_the_sample_administrator_installs(platform: LocalPlatform) -> None:  # R26
    amelie = platform.instance("contoso").user("amelie.laurent@contoso.example")
    assert amelie is not None
    assert (amelie.name, amelie.access_mode, amelie.default_language) == (
        "Amélie Laurent",
        "read-write",
        1036,
    )
    assert amelie.has(SYSTEM_ADMINISTRATOR)
    others = platform.instance("contoso").administrators()
    assert {1033, 1031} <= {user.default_language for user in others}
    assert "administrative" in {user.access_mode for user in others}


def test_one_person_administers_one_instance_and_customizes_another(platform: LocalPlatform) -> None:
    email = "nadia.haddad@fabrikam.example"
    there, here = platform.instance("fabrikam").user(email), platform.instance("contoso").user(email)
    assert there is not None
    assert here is not None
    assert there.roles == (SYSTEM_ADMINISTRATOR,)
    assert here.roles == (SYSTEM_CUSTOMIZER,)


def test_console_administrator_is_nobodys_user(platform: LocalPlatform) -> None:
    assert all(
        platform.instance(slug).user(CONSOLE_ADMINISTRATOR) is None for slug in platform.instance_slugs()
    )


def test_instances_know_more_languages_than_portals() -> None:  # R13
    directory = load_directory(DIRECTORY)
    assert len(directory.languages) == 45
    assert directory.code(1036) == "fr-FR"
    assert directory.code(1025) == directory.code(1) == ""


@pytest.mark.parametrize(
    ("file", "path", "value", "key"),
    [
        ("instances.yaml", (0, "base_language"), 9999, "contoso.languages"),
        ("instances.yaml", (0, "languages"), [1033], "contoso.languages"),
        ("instances.yaml", (0, "slug"), "No Slug", "No Slug.slug"),
        (
            "instances.yaml",
            (0, "users", 0, "email"),
            "who@contoso.example",
            "contoso.users.who@contoso.example",
        ),
        ("instances.yaml", (0, "users", 1, "roles"), ["Emperor"], "james.whitfield@contoso.example.roles"),
        ("instances.yaml", (0, "users", 1, "access_mode"), "sometimes", "contoso.users.1.access_mode"),
        ("instances.yaml", (0, "users", 1, "default_language"), 1041, "default_language"),
        ("instances.yaml", (0, "users"), [], "contoso.users"),
        ("people.yaml", (0, "email"), "nobody", "nobody.email"),
        ("people.yaml", (1, "email"), "amelie.laurent@contoso.example", "email"),
        ("languages.yaml", (0, "lcid"), 1033, "lcid"),
        ("roles.yaml", (0, "colour"), "red", "System Administrator.colour"),
    ],
)
def test_wrong_record_is_refused_by_file_key_and_reason(
    tmp_path: Path, file: str, path: tuple[str | int, ...], value: object, key: str
) -> None:
    folder = tmp_path / "directory"
    shutil.copytree(DIRECTORY, folder)
    content = yaml.safe_load((folder / file).read_text())
    target = content
    for part in path[:-1]:
        target = target[part]
    target[path[-1]] = value
    (folder / file).write_text(yaml.safe_dump(content))
    platform = LocalPlatform(tmp_path / "data", folder)
    with pytest.raises(DataError) as caught:
        platform.instance_slugs()
    assert caught.value.details["file"] == f"directory/{file}"
    assert key in caught.value.details["key"]
    assert caught.value.details["reason"]
    assert not (tmp_path / "data" / "local" / "tenant.sqlite").exists()


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"people\.yaml"):
        load_directory(tmp_path)
