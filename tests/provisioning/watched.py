"""A platform that is watched, and that meets trouble when a test wants it to."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from core.errors import PlatformBusy, PlatformUnreachable
from core.platforms.port import Fault, ImportRequest, Instance, Operation


@dataclass
class Watched:
    """A platform that counts its calls, and whose imports can be made to meet a lock."""

    platform: Any
    calls: Counter[str] = field(default_factory=Counter)
    importing: Counter[str] = field(default_factory=Counter)
    most_at_once: Counter[str] = field(default_factory=Counter)
    keys: list[str] = field(default_factory=list)
    locks: int = 0
    late_lock: Fault | None = None
    silences: int = 0

    def __getattr__(self, name: str) -> Any:
        self.calls[name] += 1
        return getattr(self.platform, name)

    def import_solution(self, key: str, request: ImportRequest) -> Operation:
        self.keys.append(key)
        if self.locks:
            self.locks -= 1
            raise PlatformBusy(
                "Another import runs.", details={"code_hex": "0x80071151", "text": "locked", "missing": []}
            )
        return self._counted(request.instance, self.platform.import_solution(key, request))

    def instance(self, slug: str) -> Instance:
        if self.silences:
            self.silences -= 1
            raise PlatformUnreachable("The instance does not answer.")
        found: Instance = self.platform.instance(slug)
        return found

    def operation(self, instance: str, key: str) -> Operation:
        found: Operation = self.platform.operation(instance, key)
        if found.has_ended and self.late_lock is not None:
            fault, self.late_lock = self.late_lock, None
            found = replace(found, state="failed", fault=fault)
        if found.has_ended:
            self.importing[instance] = 0
        return found

    def _counted(self, instance: str, operation: Operation) -> Operation:
        if not operation.has_ended:
            self.importing[instance] += 1
            self.most_at_once[instance] = max(self.most_at_once[instance], self.importing[instance])
        return operation
