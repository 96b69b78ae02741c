"""Makes case bundles: the same rows make the same bytes."""

import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Actor, can_see
from core.diagnosis import Diagnoser, find_diagnoser
from core.directory.directory import Directory, KnownInstance
from core.errors import NotFound, NotPermitted
from core.insight.cases.redaction import Redactor
from core.insight.failures.models import Failure
from core.provisioning.kept_steps import steps_of
from core.settings import Settings
from core.storage.failure_tables import Failure as FailureRow
from core.storage.store import Store, find_row
from core.storage.tables import (
    CustomDomain,
    Event,
    Installation,
    InstallationPortal,
    Portal,
    Run,
    RunStep,
)

MOST_RUNS, MOST_EVENTS, MOST_PORTALS, MOST_FAILURES = 50, 1000, 50, 500
_AT = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the earliest that a zip knows: the bundle's bytes do not depend on when it is made
_READ_ME = """A case bundle of Portico.

failures.json       what failed: the platform's words, code (hexadecimal and decimal), correlation id, attempts
diagnosis.json      the cause as it was said at the time, and as the present rules say it
attempts.json       every run with its steps, in order
timeline.json       who did what, when
configuration.json  the portals' values, and the console's settings
versions.json       the instances' versions, languages, modes and solutions

People are person-1, person-2 …, addresses host-1, address-1 …: the same one has the same number in every file.
Secrets are [secret].
"""


class Cases:
    """Bundles of failures and of portals."""

    def __init__(self, store: Store, directory: Directory, settings: Settings) -> None:
        self._store = store
        self._directory = directory
        self._settings = settings

    def of_portal(self, portal_id: int, actor: Actor) -> bytes:
        """The bundle of a portal. Raises NotFound, NotPermitted."""
        with self._store.reading() as session:
            portal = find_row(session, Portal, portal_id)
            if portal is None:
                raise NotFound(f"There is no portal {portal_id}. Choose one that the list shows.", field="id")
            query = (
                select(Installation)
                .join(InstallationPortal, col(InstallationPortal.installation_id) == col(Installation.id))
                .where(col(InstallationPortal.portal_id) == portal_id)
                .where(col(Installation.state) == "install-failed")
            )
            failed = [
                {"instance": row.instance, "solution": row.solution, "cause": row.cause, "error": row.error}
                for row in session.exec(query.order_by(col(Installation.id))).all()
            ]
            instance = portal.instance
        return self._bundle([portal_id], failed, [instance], [], actor)

    def of_failures(self, failures: Sequence[Failure], actor: Actor) -> bytes:
        """The bundle of failures, for example of one cause. Raises NotPermitted."""
        chosen = list(failures)[:MOST_FAILURES]
        portals = list(dict.fromkeys(id_ for one in chosen for id_ in one.portals))[:MOST_PORTALS]
        told = [asdict(one) for one in chosen]
        runs = [one.key for one in chosen if one.kind == "run"]
        return self._bundle(portals, told, [one.instance for one in chosen], runs, actor)

    def _bundle(
        self,
        portal_ids: Sequence[int],
        failures: Sequence[dict[str, Any]],
        slugs: Iterable[str],
        run_ids: Sequence[str],
        actor: Actor,
    ) -> bytes:
        known = [self._permitted(slug, actor) for slug in sorted(set(slugs))]
        with self._store.reading() as session:
            portals = session.exec(
                select(Portal).where(col(Portal.id).in_(portal_ids)).order_by(col(Portal.id))
            ).all()
            domains = session.exec(
                select(CustomDomain.domain).where(col(CustomDomain.portal_id).in_(portal_ids))
            ).all()
            runs = _runs(session, portal_ids, run_ids, failures)
            files = {
                "attempts.json": runs,
                "configuration.json": {
                    "portals": [_portal(row) for row in portals],
                    "settings": _settings(self._settings),
                },
                "diagnosis.json": [_diagnosis(one) for one in failures],
                "failures.json": failures,
                "timeline.json": _timeline(session, portal_ids, [run["id"] for run in runs]),
                "versions.json": {
                    "rules": _rules(),
                    "instances": [_instance(one) for one in known],
                },
            }
        return _zipped(files, Redactor(_known(known, portals, domains)))

    def _permitted(self, slug: str, actor: Actor) -> KnownInstance:
        known = self._directory.get(slug)
        if not actor.is_console_administrator and not can_see(actor, known.instance):
            raise NotPermitted(f"{actor.email} is no user of {known.instance.name}. Ask for access there.")
        return known


def _runs(
    session: Session, portal_ids: Sequence[int], run_ids: Sequence[str], failures: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    tried = (
        select(RunStep.run_id)
        .join(Run, col(Run.id) == col(RunStep.run_id))
        .where(col(Run.portal_id).is_(None), col(RunStep.state) == "failed")
        .where(col(Run.instance).in_({one["instance"] for one in failures}))
        .where(col(RunStep.solution).in_({one["solution"] for one in failures}))
    )
    # The latest attempt also where its steps are kept in the compact form.
    latest = (
        select(FailureRow.run_id)
        .where(col(FailureRow.instance).in_({one["instance"] for one in failures}))
        .where(col(FailureRow.solution).in_({one["solution"] for one in failures}))
        .where(col(FailureRow.kind) == "installation", col(FailureRow.healed_at).is_(None))
    )
    query = select(Run).where(
        sa.or_(
            col(Run.portal_id).in_(portal_ids),
            col(Run.id).in_(run_ids),
            col(Run.id).in_(tried),
            col(Run.id).in_(latest),
        )
    )
    rows = session.exec(query.order_by(col(Run.created_at).desc(), col(Run.id)).limit(MOST_RUNS)).all()
    told = {"name", "state", "started_at", "ended_at", "attempts", "error"}
    steps = {
        run_id: [step.model_dump(include=told) for step in found]
        for run_id, found in steps_of(session, [row.id for row in rows]).items()
    }
    kept = {"id", "portal_id", "number", "kind", "state", "requested_by", "template", "instance", "values"}
    times = {"created_at", "started_at", "ended_at", "based_on", "from_position", "error"}
    return [row.model_dump(include=kept | times) | {"steps": steps[row.id]} for row in reversed(rows)]


def _timeline(session: Session, portal_ids: Sequence[int], run_ids: Sequence[str]) -> list[dict[str, Any]]:
    query = select(Event).where(sa.or_(col(Event.portal_id).in_(portal_ids), col(Event.run_id).in_(run_ids)))
    rows = session.exec(query.order_by(col(Event.id).desc()).limit(MOST_EVENTS)).all()
    return [row.model_dump(exclude={"id"}) for row in reversed(rows)]


def _diagnosis(failure: dict[str, Any]) -> dict[str, Any]:
    error = failure.get("error") or {}
    text = str(error.get("text") or error.get("message") or "")
    said = ("cause", "confidence", "is_sure", "fingerprint", "rules_version")
    return {
        "instance": failure["instance"],
        "solution": failure["solution"],
        "then": {name: error.get(name) for name in said},
        "now": _diagnosed(text, error.get("code_hex")),
    }


def _rules() -> str:
    """The version of the rules; where a record is wrong, which and why."""
    found = find_diagnoser()
    return found.version if isinstance(found, Diagnoser) else f"none: {found}"


def _diagnosed(text: str, code_hex: str | None) -> dict[str, Any] | None:
    found = find_diagnoser()
    return found.diagnose(text, code_hex=code_hex).as_dict() if isinstance(found, Diagnoser) else None


def _portal(row: Portal) -> dict[str, Any]:
    return row.model_dump(exclude={"key", "website_id"})


def _instance(known: KnownInstance) -> dict[str, Any]:
    instance = known.instance
    return {
        "slug": instance.slug,
        "version": instance.version,
        "base_language": instance.base_language,
        "languages": list(instance.languages),
        "administration_mode": instance.administration_mode,
        "is_reachable": known.is_reachable,
        "solutions": [
            {"unique_name": s.unique_name, "version": s.version, "is_holding": s.is_holding}
            for s in sorted(instance.solutions, key=lambda s: s.unique_name)
        ],
    }


def _settings(settings: Settings) -> dict[str, Any]:
    """What can be told: durations, schemes and numbers; no folder, no database's address."""
    told = ("portal_scheme", "portal_port", "platform_patience_s", "name_purge_s")
    is_sqlite = settings.store_url.startswith("sqlite")
    values = {name: getattr(settings, name) for name in told if hasattr(settings, name)}
    return {**values, "database": "SQLite" if is_sqlite else "PostgreSQL"}


def _known(
    instances: Sequence[KnownInstance], portals: Sequence[Portal], domains: Sequence[str]
) -> list[tuple[str, str]]:
    """Names and addresses that no pattern finds."""
    found = [(user.name, "person") for one in instances for user in one.instance.users]
    found += [(urlsplit(one.instance.url).hostname or "", "host") for one in instances]
    found += [(row.subdomain, "address") for row in portals]
    return found + [(domain, "host") for domain in domains]


def _zipped(files: dict[str, Any], redactor: Redactor) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        _add(bundle, "README.txt", _READ_ME)
        for name, document in sorted(files.items()):
            plain = json.loads(json.dumps(document, default=_plain))
            text = json.dumps(redactor.document(plain), indent=2, sort_keys=True, ensure_ascii=False)
            _add(bundle, name, text + "\n")
    return target.getvalue()


def _add(bundle: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name, _AT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    bundle.writestr(entry, text.encode("utf-8"))


def _plain(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
