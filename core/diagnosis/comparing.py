"""What two versions in a message say together, as words that phrases can look for."""

import re

_VERSION = r"(?:32 |64 )?v?(\d{1,9}(?:\.\d{1,9}){1,3})"
# Messages give the package's version and the system's; which of them is higher decides the cause (0x80048066, 0x80048068).
_PAIRS = (
    re.compile(rf"package version:? {_VERSION}\W{{1,3}}system version:? {_VERSION}"),
    re.compile(
        rf"(?:package version|solutionpackageversion)\W{{1,4}}{_VERSION}.{{0,120}}?version\W{{1,4}}{_VERSION}"
    ),
)
_AT_MOST = re.compile(rf"package version of {_VERSION} or (?:earlier|lower|below)")
_OWN = re.compile(
    rf"(?:has package version|solutionpackageversion|package version is|package version:)\W{{1,4}}{_VERSION}"
)
HIGHER = " package version higher than system version"
LOWER = " package version lower than system version"


def compare_versions(folded: str) -> str:
    """HIGHER, LOWER, or nothing, by the first pair of versions in the folded text."""
    if "version" not in folded:
        return ""
    for pattern in _PAIRS:
        found = pattern.search(folded)
        if found:
            return _order(found[1], found[2])
    highest, own = _AT_MOST.search(folded), _OWN.search(folded)
    return _order(own[1], highest[1]) if highest and own else ""


def _order(package: str, system: str) -> str:
    own, other = _numbers(package), _numbers(system)
    if own == other:
        return ""
    return HIGHER if own > other else LOWER


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    return tuple(numbers + [0] * (4 - len(numbers)))
