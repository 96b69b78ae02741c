"""Case bundles: complete, the same each time, and nothing of a person or an address in them."""

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access import Actor
from core.errors import NotFound, NotPermitted
from core.insight.cases.redaction import Redactor
from core.insight.failures import FailureFilter
from tests.provisioning.world import CONTOSO, World

ADMIN = Actor("admin@portico.example")
FILES = {
    "README.txt",
    "attempts.json",
    "configuration.json",
    "diagnosis.json",
    "failures.json",
    "timeline.json",
    "versions.json",
}


def _read(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        assert bundle.testzip() is None
        texts = {name: bundle.read(name).decode() for name in bundle.namelist()}
    return {name: json.loads(text) if name.endswith(".json") else text for name, text in texts.items()}


@pytest.fixture
def portal(world: World) -> int:
    """A portal whose solutions were refused."""
    started = world.submit("partner-field-service", subdomain="secret-plan", force=True)
    world.drive(started.run_id)
    return started.portal_id


def test_everything_is_in_it_when_a_portal_failed(world: World, portal: int) -> None:
    files = _read(world.services.cases.of_portal(portal, ADMIN))
    assert set(files) == FILES
    (failure,) = files["failures.json"]
    assert failure["error"]["code_hex"] == "0x8004801D"
    assert failure["error"]["code_dec"] == -2147188707
    assert failure["error"]["correlation_id"]
    assert files["diagnosis.json"][0]["then"]["cause"] == "missing-dependency"
    assert files["diagnosis.json"][0]["now"]["cause"] == "missing-dependency"
    (attempt,) = files["attempts.json"]
    assert [step["name"] for step in attempt["steps"]][:2] == [
        "create-website",
        "install-PartnerFieldService",
    ]
    assert files["timeline.json"][0]["act"] == "provision"
    assert files["versions.json"]["instances"][0]["version"]
    assert files["configuration.json"]["settings"]["database"] == "SQLite"


def test_it_is_the_same_each_time(world: World, portal: int) -> None:
    cases = world.services.cases
    assert cases.of_portal(portal, ADMIN) == cases.of_portal(portal, ADMIN)
    found = world.services.failures.find(FailureFilter(), ADMIN).items
    assert cases.of_failures(found, ADMIN) == cases.of_failures(found, ADMIN)
    assert set(_read(cases.of_failures(found, ADMIN))) == FILES


def test_no_person_and_no_address_is_in_it(world: World, portal: int) -> None:
    text = json.dumps(_read(world.services.cases.of_portal(portal, ADMIN)), ensure_ascii=False)
    instance = world.services.directory.get("contoso").instance
    for secret in (CONTOSO.email, "secret-plan", "contoso.example", *(user.name for user in instance.users)):
        assert secret.casefold() not in text.casefold()
    assert "person-1" in text


def test_it_is_refused_when_one_may_not_see_it(world: World, portal: int) -> None:
    with pytest.raises(NotPermitted):
        world.services.cases.of_portal(portal, Actor("wei.chen@fabrikam.example"))
    with pytest.raises(NotFound):
        world.services.cases.of_portal(99, ADMIN)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("token=abcd1234", "token=[secret]"),
        ('"password": "hunter22"', '"password": "[secret]"'),
        ("Authorization: Bearer abc.def.ghi", "Authorization: [secret]"),
        ("by ann@contoso.com and ANN@contoso.com", "by person-1 and person-1"),
        ("https://org1.crm4.dynamics.com/api", "https://host-1/api"),
        ("https://user:pw12@org1.crm4.dynamics.com:444/x", "https://host-1:444/x"),
        ("org1.crm4.dynamics.com is away", "host-1 is away"),
        ("version 9.3.2611.0, id 1b2c3d4e-0000-4000-8000-0123456789ab", None),
    ],
)
def test_it_is_redacted_when_it_is_a_secret_or_an_address(said: str, kept: str | None) -> None:
    assert Redactor().text(said) == (said if kept is None else kept)


def test_a_value_goes_whole_when_its_name_is_a_secrets() -> None:
    assert Redactor().document({"client_secret": "a b c", "name": "x"}) == {
        "client_secret": "[secret]",
        "name": "x",
    }


@given(st.text(max_size=200))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    redactor = Redactor([("Amélie", "person")])
    once = redactor.text(text)
    assert redactor.text(once) == once
