from pathlib import Path

import pytest
from pydantic import ValidationError

from core.errors import SettingInvalid
from core.settings import ROOT, Settings, read_settings


def test_defaults_hold_when_the_environment_says_nothing() -> None:
    settings = read_settings()
    assert settings.data_dir == ROOT / "data" / "runtime"
    assert settings.store_url == f"sqlite:///{ROOT / 'data' / 'runtime' / 'portico.sqlite'}"
    assert settings.portal_url("help") == "http://help.localhost:8501"
    assert (settings.platform_patience_s, settings.engine) == (600, "embedded")


def test_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {
        "DATA_DIR": str(tmp_path),
        "PORTAL_SCHEME": "https",
        "PORTAL_DOMAIN": "portals.example.com",
        "PORTAL_PORT": "443",
        "PLATFORM_PATIENCE_S": "0",
        "ENGINE": "external",
        "SOMETHING_ELSE": "ignored",
    }.items():
        monkeypatch.setenv(f"PORTICO_{name}", value)
    settings = read_settings()
    assert settings.data_dir == tmp_path
    assert settings.portal_url("help") == "https://help.portals.example.com"
    assert (settings.platform_patience_s, settings.engine) == (0, "external")


@pytest.mark.parametrize(
    ("scheme", "port", "url"),
    [
        ("http", 80, "http://help.localhost"),
        ("http", 443, "http://help.localhost:443"),
        ("https", 80, "https://help.localhost:80"),
        ("https", 8443, "https://help.localhost:8443"),
    ],
)
def test_port_is_told_unless_it_is_the_schemes_own(scheme: str, port: int, url: str) -> None:
    settings = Settings.model_validate({"portal_scheme": scheme, "portal_port": port})
    assert settings.portal_url("help") == url


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgresql://u:p@host/db", "postgresql+psycopg://u:p@host/db"),
        ("postgres://u:p@host/db", "postgresql+psycopg://u:p@host/db"),
        (
            "postgresql+psycopg://u:p@host/db?sslmode=require",
            "postgresql+psycopg://u:p@host/db?sslmode=require",
        ),
        ("sqlite:////tmp/x.sqlite", "sqlite:////tmp/x.sqlite"),
    ],
)
def test_driver_is_named_when_a_database_is_given(given: str, expected: str) -> None:
    assert Settings(database_url=given).store_url == expected


@pytest.mark.parametrize(
    ("given", "links"),
    [
        ("https://portico.example.com/", ("https://portico.example.com/portal?id=3",)),
        ("http://portico.example.com/console", ("http://portico.example.com/console/portal?id=3",)),
        ("", ()),
        (None, ()),
    ],
)
def test_a_page_is_linked_to_when_it_is_known_where_the_console_is(
    given: str | None, links: tuple[str, ...]
) -> None:
    assert Settings(console_url=given).console_links("portal", id=3) == links


def test_database_is_the_file_when_the_variable_is_empty(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path, database_url="").store_url.startswith("sqlite:///")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORTICO_PORTAL_PORT", "soon"),
        ("PORTICO_PORTAL_PORT", "70000"),
        ("PORTICO_PORTAL_SCHEME", "gopher"),
        ("PORTICO_PORTAL_DOMAIN", ""),
        ("PORTICO_PLATFORM_PATIENCE_S", "-1"),
        ("PORTICO_ENGINE", "steam"),
        ("PORTICO_LEASE_S", "0"),
        ("PORTICO_TRIAL_DAYS", "0"),
        ("PORTICO_CONSOLE_URL", "portico.example.com"),
        ("PORTICO_CONSOLE_URL", "https://portico.example.com/?page=s3cret"),
        ("PORTICO_DATABASE_URL", "mysql://u:s3cret@host/db"),
        ("PORTICO_DATABASE_URL", "s3cret"),
        ("PORTICO_DATABASE_URL", "postgresql://"),
        ("PORTICO_DATABASE_URL", "oracle+psycopg://u:s3cret@host/db"),
    ],
)
def test_variable_is_named_when_it_is_not_usable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingInvalid) as caught:
        read_settings()
    error = caught.value
    assert error.code == "setting-invalid"
    assert error.message.startswith(f"{variable} is not usable: ")
    assert error.message.endswith("Correct it and start again.")
    assert error.details == {"variable": variable}
    # A URL holds a password: neither the sentence nor the chain of errors tells it.
    assert "s3cret" not in error.message
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().portal_port = 1  # type: ignore[misc]  # frozen
