"""A portal of a demo while its life is made up; its row at the end."""

import json
from dataclasses import dataclass, field
from typing import Any

from core.demo.batch import Row
from core.demo.rhythm import stamp
from core.storage.search_text import fold, search_text


@dataclass(slots=True)
class MadeUp:
    """What is known of a portal so far. Times in ms."""

    id: int
    application_id: int
    type: str
    name: str
    subdomain: str
    tenant: int
    instance: str
    language: int
    administrator: str
    audience: str
    template: str
    created_by: str
    created_ms: int
    key: str
    number: int = 0  # of its latest run
    run_id: str = ""
    ended_ms: int = 0
    state: str = "configuring"
    verdict: str | None = "getting-set-up"
    changed_ms: int = 0
    provisioned_ms: int | None = None
    live_ms: int | None = None
    deleted_ms: int | None = None
    package_version: str | None = None
    has_failed: bool = False
    last_cause: str | None = None
    last_error: str | None = None
    told: str = ""  # its values, as they were told last
    domains: list[str] = field(default_factory=list)
    breaks: list[Row] = field(default_factory=list)  # failures that are not healed yet

    def values(self) -> str:
        """The form's values as a run keeps them."""
        if not self.told:
            self.told = self._values()
        return self.told

    def change(self, field: str, value: str) -> list[str]:
        """Another value from here on; returns before and after."""
        before = str(getattr(self, field))
        setattr(self, field, value)
        self.told = ""
        return [before, value]

    def _values(self) -> str:
        told = {
            "name": self.name,
            "subdomain": self.subdomain,
            "instance": self.instance,
            "language": self.language,
            "administrator": self.administrator,
            "audience": self.audience,
            "portal": self.template,
            "force": False,
        }
        return json.dumps(told)

    def settle(self, ended_ms: int, *, is_success: bool, is_break: bool) -> None:
        """A run has ended: what follows for the portal (States, event by event)."""
        self.ended_ms = self.changed_ms = ended_ms
        self.verdict = "healthy" if is_success else "failed"
        if self.provisioned_ms is None and not is_break:
            self.provisioned_ms = ended_ms
        self.state = "provisioning-failed" if self.provisioned_ms is None else "provisioned"

    def failed(self, error: dict[str, Any]) -> None:
        """Its latest failure, healed or not."""
        self.has_failed = True
        self.last_cause, self.last_error = str(error["cause"]), str(error["message"])[:300]

    def row(self) -> Row:
        """As the table has it."""
        return (
            self.id,
            self.application_id,
            self.type,
            self.name,
            self.subdomain,
            self.instance,
            self.language,
            self.administrator,
            self.audience,
            self.template,
            self.state,
            self.verdict,
            self.created_by,
            stamp(self.created_ms),
            stamp(self.changed_ms),
            None if self.provisioned_ms is None else stamp(self.provisioned_ms),
            None if self.live_ms is None else stamp(self.live_ms),
            None if self.deleted_ms is None else stamp(self.deleted_ms),
            self.key,
            self.package_version,
            self.has_failed,
            stamp(self.ended_ms),
            self.last_cause,
            self.last_error,
            fold(self.name),
            search_text((self.name, self.subdomain, self.administrator, *self.domains)),
        )
