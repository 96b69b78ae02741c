from dataclasses import dataclass, field

import pytest

from core.hosting.names import HostNames, NoDomains, read_name


@dataclass
class Domains:
    known: dict[str, str]
    asked: list[str] = field(default_factory=list)

    def subdomain_of(self, host: str) -> str | None:
        self.asked.append(host)
        return self.known.get(host)


NAMES = HostNames("localhost", Domains({"help.contoso.example": "contoso-help"}))


@pytest.mark.parametrize(
    "host",
    [
        "contoso-help.localhost",
        "contoso-help.localhost:8501",
        "CONTOSO-Help.LocalHost:8501",
        "contoso-help.localhost.",
        "contoso-help.localhost.:8501",
        "help.contoso.example",
        "Help.Contoso.Example.:443",
    ],
)
def test_portal_is_found_when_the_name_is_written_in_any_way(host: str) -> None:
    assert NAMES.is_portal_host(host)
    assert NAMES.subdomain_of(host) == "contoso-help"


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost",
        "LOCALHOST:8501",
        "127.0.0.1:8501",
        "[::1]",
        "[::1]:8501",
        "console.example",
        "contoso-helplocalhost",
        "contoso-help.localhost.evil.example",
        ".localhost",
        "contoso-help..localhost",
        "contoso-help.localhost:port",
        "contoso-help.localhost:8501:8501",
        "contoso-help.localhost@evil.example",
        "contoso-help.localhost/..",
        "contoso help.localhost",
        "contoso-help.localhost\x00",
        "contoso-help.localhost, evil.example",
        "<script>.localhost",
        "contoso_help.localhost",
        "cöntoso.localhost",
        "contoſo.localhost",  # its lower case is ASCII, it is not
        "a" * 64 + ".localhost",
        "a." * 130 + "localhost",
    ],
)
def test_no_portal_is_found_when_the_name_is_none_of_theirs(host: str) -> None:
    assert not NAMES.is_portal_host(host)
    assert NAMES.subdomain_of(host) is None


def test_name_is_the_hosts_but_no_portals_when_it_is_two_levels_below() -> None:
    assert NAMES.is_portal_host("a.contoso-help.localhost")
    assert NAMES.subdomain_of("a.contoso-help.localhost") is None


def test_domains_are_not_asked_when_the_name_is_the_consoles() -> None:
    domains = Domains({})
    names = HostNames("localhost", domains)
    for host in ("localhost:8501", "127.0.0.1:8501", "[::1]:8501", "contoso.localhost"):
        names.is_portal_host(host)
    assert domains.asked == []


def test_domain_setting_is_read_when_it_has_points_and_capitals() -> None:
    assert HostNames(".Portals.Example.", NoDomains()).subdomain_of("a.portals.example") == "a"


def test_name_is_none_when_it_is_an_ipv6_literal() -> None:
    assert read_name("[2001:db8::1]:80") is None
