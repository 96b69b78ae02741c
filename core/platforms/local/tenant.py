"""What all instances share: which there are, and who has which subdomain."""

from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from core.clock import Clock
from core.errors import Conflict, NotFound
from core.platforms.local.database import Databases
from core.platforms.local.directory import SampleDirectory, load_directory
from core.platforms.local.founding import NewInstance, Places, found_tenant, make_instance
from core.platforms.local.rows import Row


class Tenant:
    """The tenant's file and where the instances' lie; made from the sample directory when first needed."""

    def __init__(
        self, folder: Path, directory: Path, solutions: Path, databases: Databases, clock: Clock
    ) -> None:
        self._places = Places(folder)
        self._directory_folder = directory
        self._solutions = solutions
        self._databases = databases
        self._clock = clock
        self._lock = Lock()
        self._directory: SampleDirectory | None = None
        self._is_founded = False
        self._known: set[str] = set()

    @property
    def directory(self) -> SampleDirectory:
        """The sample directory; raises DataError."""
        with self._lock:
            if self._directory is None:
                self._directory = load_directory(self._directory_folder)
            return self._directory

    def slugs(self) -> tuple[str, ...]:
        """The instances, in the order in which they came."""
        with self._databases.reading(self._file()) as connection:
            rows = connection.execute("SELECT slug FROM instance ORDER BY position").fetchall()
        self._known.update(row["slug"] for row in rows)
        return tuple(row["slug"] for row in rows)

    def instance_file(self, slug: str) -> Path:
        """The instance's file; raises NotFound (field `instance`)."""
        if slug not in self._known and slug not in self.slugs():
            raise NotFound(
                f"There is no instance '{slug[:60]}'. `instances list` shows those there are.",
                field="instance",
                details={"instance": slug},
            )
        return self._places.instance(slug)

    def add(self, new: NewInstance) -> None:
        """Add an instance; raises Conflict where the slug is in use."""
        self._file()
        with self._places.locked(), self._databases.writing(self._places.tenant) as connection:
            if connection.execute("SELECT 1 FROM instance WHERE slug = ?", (new.slug,)).fetchone():
                raise Conflict(
                    f"There is an instance '{new.slug}' already. Choose another slug.", field="slug"
                )
            make_instance(self._places, new, self._clock())
            connection.execute("INSERT INTO instance (slug, name) VALUES (?, ?)", (new.slug, new.name))

    def holder(self, subdomain: str) -> Row | None:
        """Who has the name: website_id, instance, free_at (None while in use); None where it is free."""
        with self._databases.reading(self._file()) as connection:
            row: Row | None = connection.execute(
                "SELECT website_id, instance, free_at FROM subdomain WHERE name = ?", (subdomain,)
            ).fetchone()
        return None if row is not None and _is_purged(row, self._clock()) else row

    def reserve(self, subdomain: str, website_id: str, instance: str) -> Row | None:
        """Take the name for the website; who has it instead, or None when the website has it now (R10).

        Idempotent: the website that has the name keeps it.
        """
        with self._databases.writing(self._file()) as connection:
            row: Row | None = connection.execute(
                "SELECT website_id, instance, free_at FROM subdomain WHERE name = ?", (subdomain,)
            ).fetchone()
            if row is not None and not _is_purged(row, self._clock()):
                return None if row["website_id"] == website_id and row["free_at"] is None else row
            connection.execute(
                "INSERT OR REPLACE INTO subdomain (name, website_id, instance) VALUES (?, ?, ?)",
                (subdomain, website_id, instance),
            )
            return None

    def forget(self, website_id: str) -> None:
        """Free the name that a website was to have and never got."""
        with self._databases.writing(self._file()) as connection:
            connection.execute(
                "DELETE FROM subdomain WHERE website_id = ? AND free_at IS NULL", (website_id,)
            )

    def release(self, website_id: str, purge_s: float) -> None:
        """The website is gone: its name is free after the purge time. The first release counts."""
        free_at = self._clock() + timedelta(seconds=purge_s)
        with self._databases.writing(self._file()) as connection:
            connection.execute(
                "UPDATE subdomain SET free_at = ? WHERE website_id = ? AND free_at IS NULL",
                (free_at.isoformat(), website_id),
            )

    def _file(self) -> Path:
        if not self._is_founded:
            if not self._places.tenant.exists():
                found_tenant(self._places, self.directory, self._solutions, self._clock())
            self._is_founded = True
        return self._places.tenant


def _is_purged(row: Row, now: datetime) -> bool:
    return row["free_at"] is not None and datetime.fromisoformat(row["free_at"]) <= now
