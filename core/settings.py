"""Every setting, typed, from the environment (prefix PORTICO_)."""

from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlencode, urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import SettingInvalid

# What operators write, and the driver that is meant.
_DATABASES = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
ROOT = Path(__file__).resolve().parent.parent
CONSOLE_ADMINISTRATOR = "admin@portico.example"


class Settings(BaseSettings):
    """What the environment says; durations in seconds."""

    model_config = SettingsConfigDict(env_prefix="PORTICO_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        default=ROOT / "data" / "runtime", description="Where everything that is written lives."
    )
    database_url: str | None = Field(
        default=None, description="The store; without it SQLite under the data directory."
    )
    portal_scheme: Literal["http", "https"] = Field(default="http", description="Scheme of a portal's URL.")
    portal_domain: str = Field(
        default="localhost", min_length=1, description="Domain that portals' subdomains stand under."
    )
    portal_port: int = Field(default=8501, ge=1, le=65535, description="Port of a portal's URL.")
    portal_probe_url: str | None = Field(
        default=None,
        description="Where the probe of a portal goes over the network; without it, in the process.",
    )
    platform_patience_s: float = Field(
        default=600,
        ge=0,
        description="How long a step tries a platform that is silent or locked; 0 is one try.",
    )
    engine: Literal["embedded", "external"] = Field(
        default="embedded",
        description="Whether the console's process runs provisioning itself, or leaves it to workers.",
    )
    name_purge_s: float = Field(
        default=1800, ge=0, description="How long a deleted portal's subdomain stays taken."
    )
    lease_s: float = Field(default=5, gt=0, le=8, description="How long a silent executor keeps its runs.")
    trial_days: int = Field(default=30, ge=1, description="How long a trial portal lasts.")
    notice_hosts: str = Field(
        default="",
        description="Where notifications may be sent to: hosts, *.example.com, kinds of services; commas between.",
    )
    console_url: str | None = Field(
        default=None, description="Where people open the console: notifications link to it."
    )
    digest_hour: int = Field(
        default=7, ge=0, le=23, description="The hour, in UTC, from which daily digests are sent."
    )

    @field_validator("database_url")
    @classmethod
    def _is_known_database(cls, url: str | None) -> str | None:
        scheme, separator, rest = (url or "").partition("://")
        if url and not (separator and rest.strip("/") and scheme in _DATABASES):
            # The URL holds a password: it is not told.
            raise ValueError("it must look like postgresql://user:password@host/database")
        return url or None

    @field_validator("console_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "")
        if url and not (parts.scheme in ("http", "https") and parts.hostname and not parts.query):
            raise ValueError("it must look like https://portico.example.com")
        return (url or "").rstrip("/") or None

    @property
    def store_url(self) -> str:
        """The store's SQLAlchemy URL."""
        if self.database_url:
            scheme, _, rest = self.database_url.partition("://")
            return f"{_DATABASES[scheme]}://{rest}"
        return f"sqlite:///{quote(str(self.data_dir.resolve() / 'portico.sqlite'))}"

    def portal_url(self, subdomain: str) -> str:
        """The URL of a portal: only its subdomain is stored."""
        standard = {"http": 80, "https": 443}[self.portal_scheme]
        port = "" if self.portal_port == standard else f":{self.portal_port}"
        return f"{self.portal_scheme}://{subdomain}.{self.portal_domain}{port}"

    def console_links(self, page: str, **query: object) -> tuple[str, ...]:
        """The URL of a page of the console, in a list that is empty where nobody said where it is opened."""
        return (f"{self.console_url}/{page}?{urlencode(query)}",) if self.console_url else ()


def read_settings() -> Settings:
    """The settings of this process; raises SettingInvalid, which names the variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        variable = "PORTICO_" + "_".join(str(part) for part in first["loc"]).upper()
        reason = first["msg"].removeprefix("Value error, ")
        # The chain would tell the value, which can hold a password.
        raise SettingInvalid(
            f"{variable} is not usable: {reason[:1].lower()}{reason[1:]}. Correct it and start again.",
            details={"variable": variable},
        ) from None
