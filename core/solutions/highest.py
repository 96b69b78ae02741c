"""The library as an installation meets it: the highest version of each solution, sound or not."""

from dataclasses import dataclass

from core.solutions.library import PackageLibrary


@dataclass(frozen=True)
class HighestPackages:
    """The library as the steps see it: the highest version of each solution."""

    library: PackageLibrary

    def version(self, unique_name: str) -> str:
        """The version that an installation brings."""
        return str(self.library.manifest(unique_name).version)

    def zip_bytes(self, unique_name: str) -> bytes:
        """The solution's zip, sound or not: the platform is the judge."""
        return self.library.zip_bytes(unique_name)

    def needs(self, unique_name: str) -> tuple[tuple[str, str | None], ...]:
        """What the solution's manifest needs, each with its lowest version; None where any will do."""
        return tuple(
            (need.solution, None if need.version is None else str(need.version))
            for need in self.library.manifest(unique_name).requires
        )
