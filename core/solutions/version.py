"""Versions of solutions: compared as whole numbers, written as they came."""

import re
from dataclasses import dataclass
from functools import total_ordering

from core.solutions.errors import VersionInvalid

MAX_PARTS = 4
MAX_PART = 2**31 - 1  # the platform keeps each part in a signed 32-bit integer
_AT_LEAST = {1: "one", 2: "two"}
_FORM = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20}){0,3}")


@total_ordering
@dataclass(frozen=True, eq=False, slots=True)
class Version:
    """One to four whole numbers; `1.0` equals `1.0.0.0` and `01.0`, and `str` gives back what was written."""

    text: str
    parts: tuple[int, int, int, int]

    @classmethod
    def parse(cls, text: str, *, min_parts: int = 1, file: str | None = None) -> "Version":
        """The version that `text` says; raises VersionInvalid. A solution's own has at least two parts."""
        written = text.strip()
        numbers = [int(part) for part in written.split(".")] if _FORM.fullmatch(written) else []
        if len(numbers) < min_parts or any(number > MAX_PART for number in numbers):
            raise VersionInvalid(
                f"{written[:60]!r} is not a version. Write {_AT_LEAST[min_parts]} to four whole numbers, "
                "with points between them, such as 1.0.0.0.",
                file=file,
            )
        major, minor, build, revision = numbers + [0] * (MAX_PARTS - len(numbers))
        return cls(written, (major, minor, build, revision))

    @property
    def following(self) -> "Version":
        """The next one: the last part raised by one."""
        *earlier, last = self.parts
        return Version.parse(".".join(map(str, (*earlier, min(last + 1, MAX_PART)))))

    def __eq__(self, other: object) -> bool:
        """Equal as numbers, whatever was written."""
        return self.parts == other.parts if isinstance(other, Version) else NotImplemented

    def __lt__(self, other: "Version") -> bool:
        """Lower as numbers, the first part first."""
        return self.parts < other.parts

    def __hash__(self) -> int:
        """The same for equal versions."""
        return hash(self.parts)

    def __str__(self) -> str:
        """What was written."""
        return self.text
