"""What `doctor` examines: data, store, engine, platform, host. It leaves nothing behind and mends nothing."""

import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from core.commandline.doctor_host import examine_host
from core.commandline.faults import as_error
from core.commandline.findings import Finding, fine, warning, wrong
from core.commandline.opening import opened
from core.errors import PlatformUnreachable, PorticoError, StoreError, StoreOlder
from core.provisioning import leases
from core.settings import Settings, read_settings
from core.storage import schema

if TYPE_CHECKING:
    from core.bootstrap import Services
    from core.insight.marks import DemoMark

_MIGRATE = "Run `python -m core migrate`; it makes a backup copy first."


def examine() -> list[Finding]:
    """Everything, in an order in which it can be mended. Raises SettingInvalid, DataError."""
    settings = read_settings()
    found = [_data_dir(settings)]
    if found[0].state == "fine":
        found += _behind()
    return [*found, *examine_host(settings)]


def _data_dir(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        return wrong(
            "data-directory",
            f"The data directory {folder} can't be written: {error.strerror}.",
            "Give Portico the right to write there, or set PORTICO_DATA_DIR to another folder.",
        )
    return fine("data-directory", f"The data directory {folder} can be written.")


def _behind() -> list[Finding]:
    """What stands on the data directory; what needs the store is examined only where that is fine."""
    try:
        with opened(open_store=False) as services:
            found = list(_store(services))
            if all(one.state != "wrong" for one in found) and schema.version_of(services.store) is not None:
                found += [*_engine(services), *_platform(services)]
            return found
    except StoreError as error:
        return [_silent(error)]


def _store(services: "Services") -> Iterator[Finding]:
    where = sa.make_url(services.store.url).render_as_string(hide_password=True)
    found = schema.version_of(services.store)
    if found is None:
        yield fine("store", f"The store {where} is not made yet; whoever opens it first makes it.")
        return
    yield fine("store", f"The store {where} answers.")
    yield _version(found)
    yield _writable(services)
    if services.store.is_sqlite:
        yield _journal(services)
    demo = services.marks.demo() if found == schema.OURS.head else None
    if demo is not None:
        yield _demo(demo)


def _demo(mark: "DemoMark") -> Finding:
    told = f"{mark.portals:,} portals, {mark.days} days, seed {mark.seed}, made at {mark.made_at:%Y-%m-%d %H:%M} UTC"
    if mark.is_complete:
        return fine(
            "demo", f"The store holds a demo: {told}. Its websites are not made; their addresses answer 404."
        )
    return wrong(
        "demo",
        f"The making of a demo was broken off ({told}): this store is good for nothing.",
        "Delete the data directory (and the database, where PORTICO_DATABASE_URL names one), and make it anew.",
    )


def _silent(error: StoreError) -> Finding:
    reason = str(error.details.get("reason", "")).partition("\n")[0]
    message = f"{error.message} {reason}".strip()
    return wrong("store", message, "Start the database, or correct PORTICO_DATABASE_URL.")


def _version(found: str) -> Finding:
    try:
        schema.check_version(found)
    except StoreOlder as error:
        return wrong("store-version", error.message, _MIGRATE)
    except PorticoError as error:
        return wrong("store-version", error.message, "Update Portico, or restore a backup.")
    return fine("store-version", f"The store is of this version ({found}).")


def _writable(services: "Services") -> Finding:
    try:
        with services.store.engine.connect() as connection:
            connection.execute(sa.text("CREATE TABLE portico_doctor (id INTEGER)"))
            connection.rollback()
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        return wrong(
            "store-writable",
            f"The store can't be written: {reason}",
            "Give Portico the right to write; end whoever holds it locked.",
        )
    return fine("store-writable", "The store can be written.")


def _journal(services: "Services") -> Finding:
    with services.store.reading() as session:
        mode = str(session.connection().execute(sa.text("PRAGMA journal_mode")).scalar())
    if mode == "wal":
        return fine("store-journal", "The store keeps a write-ahead log: readers do not wait for writers.")
    return warning(
        "store-journal",
        f"The store keeps its journal in the mode {mode}, so that readers wait for writers.",
        "Put the data directory on a local disk: a write-ahead log does not work on a network's.",
    )


def _engine(services: "Services") -> Iterator[Finding]:
    from core.provisioning.queries import open_runs

    live = leases.live(services.store, services.settings.lease_s)
    waiting = len(open_runs(services.store))
    start = "Start the console (`make run`) or `python -m core worker`."
    if live:
        yield fine(
            "engine",
            f"{len(live)} run{'s' * (len(live) == 1)} the engine; {waiting} runs are under way or queued.",
        )
    elif waiting:
        yield warning("engine", f"{waiting} runs are under way or queued, and nobody runs the engine.", start)
    else:
        yield fine("engine", "Nobody runs the engine, and nothing waits for it.")
    if not live and leases.has_lost_executor(services.store, services.settings.lease_s) and waiting:
        yield warning(
            "engine-lost", "A process that ran the engine ended, and its runs wait to be taken over.", start
        )
    here = leases.machine()
    # Only `local` lets us administer it, and its files lie on one machine.
    strangers = sorted({one.machine.partition("/")[0] for one in live if one.machine != here})
    if strangers and services.administration is not None:
        yield wrong(
            "engine-machines",
            f"The engine also runs on {', '.join(strangers)}, which may not see the platform's files in "
            f"{services.settings.data_dir}.",
            "Let every worker share PORTICO_DATA_DIR, or run them on this machine only.",
        )


def _platform(services: "Services") -> Iterator[Finding]:
    try:
        slugs = services.platform.instance_slugs()
    except Exception as error:  # noqa: BLE001 - whatever it is, the doctor says so and goes on
        message = as_error(error).message
        yield wrong("platform", message, "Start the platform, or restore its files from a backup.")
        return
    yield fine("platform", f"{services.platform.name} answers; it has {len(slugs)} instances.")
    for slug in slugs:
        yield _instance(services, slug)


def _instance(services: "Services", slug: str) -> Finding:
    id_ = f"instance-{slug}"
    try:
        instance = services.platform.instance(slug)
    except PlatformUnreachable as error:
        return wrong(
            id_, f"{slug} does not answer: {error.message}", "Make it reachable; runs wait for it until then."
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the doctor says so and goes on
        message = f"{slug} can't be used: {as_error(error).message}"
        return wrong(id_, message, "Restore the platform's files from a backup.")
    if instance.administration_mode:
        return warning(
            id_,
            f"{instance.name} is in administration mode and imports nothing.",
            "Switch administration mode off.",
        )
    return fine(id_, f"{instance.name} answers.")
