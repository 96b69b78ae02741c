from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from core.access import Actor
from core.errors import (
    DomainInvalid,
    DomainNotVerified,
    DomainTaken,
    NotFound,
    NotSystemAdministrator,
)
from core.portals.domains import CustomDomains, VerifiedDomains, check_domain, proof_wanted
from core.storage.tables import CustomDomain, Event, Portal
from tests.portals.world import ADMIN, AMELIE, NADIA, PRIYA, World

DOMAIN = "help.contoso.com"


@dataclass
class FakeProofs:
    """A network that holds what a test put there, and what was asked of it."""

    records: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    meanwhile: Any = None

    def text_records(self, name: str) -> tuple[str, ...]:
        self.asked.append(name)
        if self.meanwhile:
            self.meanwhile()
        return self.records.get(name, ())

    def file(self, url: str) -> str | None:
        self.asked.append(url)
        return self.files.get(url)


@pytest.fixture
def proofs(world: World) -> FakeProofs:
    proofs = FakeProofs()
    world.portals._domains = CustomDomains(world.store, proofs, world.settings.portal_domain)
    return proofs


@pytest.fixture
def portal_id(world: World, proofs: FakeProofs) -> int:  # noqa: ARG001 - the network is a fake from the beginning
    return world.submit().portal_id


def rows(world: World) -> list[CustomDomain]:
    with world.store.reading() as session:
        return list(session.exec(select(CustomDomain)).all())


def wanted(world: World) -> Any:
    row = rows(world)[0]
    return proof_wanted(row.domain, row.token)


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("help.contoso.com", "help.contoso.com"),
        ("  HELP.Contoso.COM. ", "help.contoso.com"),
        ("hilfe.münchen.example", "hilfe.xn--mnchen-3ya.example"),
        ("straße.example", "xn--strae-oqa.example"),  # IDNA 2008: not strasse
        ("ヘルプ.例え.jp", "xn--udkb1d.xn--r8jz45g.jp"),
        ("ｈｅｌｐ．contoso.com", "help.contoso.com"),
        ("xn--strae-oqa.example", "xn--strae-oqa.example"),
        ("a.b", "a.b"),
        ("1password.com", "1password.com"),
        ("localhost.example.com", "localhost.example.com"),
    ],
)
def test_domain_is_kept_in_ascii_and_lower_case(given_: str, kept: str) -> None:  # R11
    assert check_domain(given_, "localhost") == kept


@pytest.mark.parametrize(
    "domain",
    [
        "",
        " ",
        ".",
        "contoso",
        "help..com",
        "help.com..",
        ".help.com",
        "-help.com",
        "help-.com",
        "he_lp.com",
        "he lp.com",
        "https://help.com",
        "help.com/path",
        "help.com:8501",
        "user@help.com",
        "*.help.com",
        "127.0.0.1",
        "10.1",
        "[::1]",
        "a" * 64 + ".com",
        ".".join(["a" * 63] * 4) + ".com",
        "ü" * 300 + ".com",
        "ü" * 60 + ".com",
        "☃.com",
        "help.com\nHost: evil.com",
        "help\0.com",
        "\u202e.com",
        "\ud800.com",
    ],
)
def test_domain_is_refused_when_it_is_none(domain: str) -> None:  # R11
    with pytest.raises(DomainInvalid) as caught:
        check_domain(domain, "localhost")
    assert (caught.value.code, caught.value.field) == ("domain-invalid", "domain")
    assert "Give one such as help.example.com." in caught.value.message
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 300


@pytest.mark.parametrize(
    "domain", ["help.portals.example", "portals.example", "a.b.Portals.EXAMPLE", "help.portals.example."]
)
def test_domain_is_refused_when_it_is_among_our_own(domain: str) -> None:  # R11
    with pytest.raises(DomainInvalid, match="belongs to Portico's own portals"):
        check_domain(domain, "Portals.example")


def test_domain_is_fine_when_it_only_ends_alike() -> None:  # R11
    assert check_domain("myportals.example", "portals.example") == "myportals.example"


@given(st.text(max_size=100) | st.from_regex(r"([a-zß-ü0-9-]{1,20}\.){1,3}[a-z]{2,6}", fullmatch=True))
def test_whatever_is_accepted_is_a_domain_name(text: str) -> None:  # R11
    try:
        name = check_domain(text, "localhost")
    except DomainInvalid:
        return
    assert name.isascii()
    assert name == name.lower()
    assert all(0 < len(label) <= 63 for label in name.split("."))
    assert check_domain(name, "localhost") == name


def test_domain_waits_for_its_proof_when_added(world: World, portal_id: int) -> None:  # R11
    world.portals.add_domain(portal_id, "Help.Contoso.com", AMELIE)
    shown = world.details(portal_id).domains[0]
    assert (shown.domain, shown.verified_at) == (DOMAIN, None)
    assert shown.record_name == "_portico.help.contoso.com"
    assert shown.record_value == f"portico-verification={shown.token}"
    assert shown.file_url == "http://help.contoso.com/.well-known/portico-verification.txt"
    assert len(shown.token) == 32
    assert world.details(portal_id).events[0].details == {"domain": DOMAIN}


def test_token_is_another_for_each_domain(world: World, portal_id: int) -> None:  # R11
    for domain in (DOMAIN, "hilfe.contoso.com"):
        world.portals.add_domain(portal_id, domain, AMELIE)
    assert len({row.token for row in rows(world)}) == 2


def test_nothing_changes_when_the_domain_is_added_again(world: World, portal_id: int) -> None:
    world.portals.add_domain(portal_id, DOMAIN, AMELIE)
    before = rows(world)[0].model_dump()
    world.clock.advance(60)
    world.portals.add_domain(portal_id, DOMAIN.upper(), AMELIE)
    assert [row.model_dump() for row in rows(world)] == [before]


def test_domain_is_refused_when_another_portal_has_it(world: World, portal_id: int) -> None:  # R11
    other = world.submit(subdomain="other").portal_id
    world.portals.add_domain(portal_id, DOMAIN, AMELIE)
    with pytest.raises(DomainTaken) as caught:
        world.portals.add_domain(other, DOMAIN, AMELIE)
    assert (caught.value.code, caught.value.field) == ("domain-taken", "domain")


def test_domain_counts_when_the_record_is_there(world: World, proofs: FakeProofs, portal_id: int) -> None:
    world.portals.add_domain(portal_id, DOMAIN, AMELIE)  # R11
    proof = wanted(world)
    proofs.records[proof.record_name] = ("v=spf1 -all", proof.record_value)
    world.clock.advance(60)
    world.portals.verify_domain(portal_id, DOMAIN, AMELIE)
    row = rows(world)[0]
    assert (row.verified_at, row.verified_by) == (world.clock.now, "dns")
    assert proofs.asked == ["_portico.help.contoso.com"]


def test_domain_counts_when_the_file_is_there(world: World, proofs: FakeProofs, portal_id: int) -> None:
    world.portals.add_domain(portal_id, DOMAIN, AMELIE)  # R11
    proof = wanted(world)
    proofs.files[proof.file_url] = f" {proof.record_value}\r\n"
    world.portals.verify_domain(portal_id, DOMAIN, AMELIE)
    assert rows(world)[0].verified_by == "file"


@pytest.mark.parametrize(
    "shown",
    ["", "portico-verification=", "portico-verification=0000", "{0}x", "x{0}", "<p>{0}</p>", "{0}\n{0}"],
)
def test_domain_is_refused_when_the_proof_is_another(
    world: World, proofs: FakeProofs, portal_id: int, shown: str
) -> None:  # R11
    world.portals.add_domain(portal_id, DOMAIN, AMELIE)
    proof = wanted(world)
    proofs.records[proof.record_name] = (shown.format(proof.record_value),)
    proofs.files[proof.file_url] = shown.format(proof.record_value)
    with pytest.raises(DomainNotVerified) as caught:
        world.portals.verify_domain(portal_id, DOMAIN, AMELIE)
    assert caught.value.details == {
        "record_name": proof.record_name,
        "record_value": proof.record_value,
        "file_url": proof.file_url,
    }
    assert "Set up one of the two" in caught.value.message
    assert rows(world)[0].verified_at is None


def test_verified_domain_stays_when_the_proof_goes(world: World, proofs: FakeProofs, portal_id: int) -> None:
    world.portals.add_domain(portal_id, DOMAIN, AMELIE)
    proof = wanted(world)
    proofs.records[proof.record_name] = (proof.record_value,)
    world.portals.verify_domain(portal_id, DOMAIN, AMELIE)
    proofs.records.clear()
    world.portals.verify_domain(portal_id, DOMAIN, AMELIE)
    assert rows(world)[0].verified_at is not None
    assert [event.act for event in world.details(portal_id).events].count("verify-domain") == 1


def test_old_proof_does_not_count_when_the_domain_was_added_anew(
    world: World, proofs: FakeProofs, portal_id: int
) -> None:  # R11
    world.portals.add_domain(portal_id, DOMAIN, AMELIE)
    proof = wanted(world)
    proofs.records[proof.record_name] = (proof.record_value,)

    def removed_and_added() -> None:
        world.portals.remove_domain(portal_id, DOMAIN, AMELIE)
        world.portals.add_domain(portal_id, DOMAIN, AMELIE)

    proofs.meanwhile = removed_and_added
    with pytest.raises(DomainNotVerified):
        world.portals.verify_domain(portal_id, DOMAIN, AMELIE)
    assert rows(world)[0].verified_at is None


def test_domain_is_told_once_when_verified_twice_at_once(
    world: World, proofs: FakeProofs, portal_id: int
) -> None:
    world.portals.add_domain(portal_id, DOMAIN, AMELIE)
    proof = wanted(world)
    proofs.records[proof.record_name] = (proof.record_value,)

    def somebody_else() -> None:
        proofs.meanwhile = None
        world.portals.verify_domain(portal_id, DOMAIN, AMELIE)

    proofs.meanwhile = somebody_else
    world.portals.verify_domain(portal_id, DOMAIN, AMELIE)
    assert [event.act for event in world.details(portal_id).events].count("verify-domain") == 1


def test_domain_is_free_for_others_when_removed(world: World, portal_id: int) -> None:  # R11
    other = world.submit(subdomain="other").portal_id
    world.portals.add_domain(portal_id, DOMAIN, AMELIE)
    world.portals.remove_domain(portal_id, DOMAIN, AMELIE)
    assert world.details(portal_id).domains == ()
    world.portals.add_domain(other, DOMAIN, AMELIE)
    assert [row.portal_id for row in rows(world)] == [other]


@pytest.mark.parametrize("act", ["verify_domain", "remove_domain"])
def test_domain_is_refused_when_the_portal_has_none_such(world: World, portal_id: int, act: str) -> None:
    with pytest.raises(NotFound) as caught:
        getattr(world.portals, act)(portal_id, DOMAIN, AMELIE)
    assert caught.value.field == "domain"


@pytest.mark.parametrize("act", ["add_domain", "verify_domain", "remove_domain"])
@pytest.mark.parametrize("actor", [PRIYA, NADIA, ADMIN], ids=lambda actor: actor.email)
def test_domain_is_refused_when_not_an_administrator_there(
    world: World, proofs: FakeProofs, portal_id: int, act: str, actor: Actor
) -> None:  # R1
    world.portals.add_domain(portal_id, DOMAIN, AMELIE)
    with pytest.raises(NotSystemAdministrator):
        getattr(world.portals, act)(portal_id, DOMAIN, actor)
    assert proofs.asked == []


def test_url_stays_when_domains_come_and_go(world_on_both: World) -> None:  # R11
    world = world_on_both
    portal_id = world.submit().portal_id
    url = world.details(portal_id).portal.url
    with world.store.writing() as session:
        portal = session.get_one(Portal, portal_id)
        portal.state, portal.provisioned_at = "provisioned", world.clock.now
        session.add(portal)
    world.portals.add_domain(portal_id, DOMAIN, AMELIE)
    assert world.details(portal_id).portal.url == url
    world.portals.remove_domain(portal_id, DOMAIN, AMELIE)
    assert world.details(portal_id).portal.url == url
    with world.store.reading() as session:
        acts = list(session.exec(select(Event.act)).all())
    assert acts == ["provision", "add-domain", "remove-domain"]


def test_domain_leads_to_its_portal_only_when_verified(world: World) -> None:  # R11
    portal_id = world.submit().portal_id
    world.portals.add_domain(portal_id, "help.contoso.com", AMELIE)
    domains = VerifiedDomains(world.store)
    assert domains.subdomain_of("help.contoso.com") is None
    with world.store.writing() as session:
        row = session.exec(select(CustomDomain)).one()
        row.verified_at = world.clock.now
        session.add(row)
    assert domains.subdomain_of("HELP.contoso.com") == "contoso-help"
    assert domains.subdomain_of("other.contoso.com") is None
    with world.store.writing() as session:
        portal = session.get_one(Portal, portal_id)
        portal.state = "deleted"
        session.add(portal)
    assert domains.subdomain_of("help.contoso.com") is None
