"""What people note on features of the matrix, and how much each weighs for them: kept, with who and when.

Anyone who acts may write; everyone reads. A person has one note and one weight a feature: writing again replaces
them, and both the old and the new stand in the history of events.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.access import Actor
from core.catalogue import Catalogue
from core.errors import InvalidValue
from core.insight.matrix.models import MOST_WEIGHT
from core.storage.store import Store
from core.storage.tables import Event, FeatureNote

MOST_CHARACTERS = 1000


@dataclass(frozen=True)
class NoteSummary:
    """A person's note and weight on a feature; an empty text is a weight alone."""

    feature: str
    author: str
    note: str
    weight: int
    written_at: datetime


class FeatureNotes:
    """Read and write notes and weights."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue

    def all(self) -> Mapping[str, tuple[NoteSummary, ...]]:
        """Everybody's notes by feature, the latest first; weights alone are not among them."""
        query = select(FeatureNote).where(col(FeatureNote.note) != "")
        ordered = query.order_by(col(FeatureNote.written_at).desc(), col(FeatureNote.author))
        found: dict[str, list[NoteSummary]] = {}
        with self._store.reading() as session:
            for row in session.exec(ordered).all():
                found.setdefault(row.feature, []).append(_summary(row))
        return {feature: tuple(notes) for feature, notes in found.items()}

    def of(self, actor: Actor) -> Mapping[str, NoteSummary]:
        """The actor's own, by feature."""
        query = select(FeatureNote).where(col(FeatureNote.author) == _author(actor))
        with self._store.reading() as session:
            return {row.feature: _summary(row) for row in session.exec(query).all()}

    def weights(self, actor: Actor) -> dict[str, int]:
        """The actor's own weights, those above 0, in the catalogue's order."""
        own = self.of(actor)
        return {
            f.slug: own[f.slug].weight
            for f in self._catalogue.features
            if f.slug in own and own[f.slug].weight
        }

    def write(self, feature: str, note: str, actor: Actor) -> None:
        """Keep the actor's note on the feature; an empty one takes it away. Idempotent.

        Raises NotFound for an unknown feature, InvalidValue (field `note`) for more than 1,000 characters.
        """
        self._catalogue.feature(feature)
        text = note.strip()
        if len(text) > MOST_CHARACTERS:
            raise InvalidValue(
                f"A note has at most {MOST_CHARACTERS:,} characters, this one has {len(text):,}. Shorten it.",
                field="note",
            )
        if "\x00" in text:
            raise InvalidValue("A note can't hold the character NUL. Take it out.", field="note")
        with self._store.writing() as session:
            self._keep(session, feature, actor, note=text)

    def weigh(self, weights: Mapping[str, int], actor: Actor) -> None:
        """Make these the actor's weights; what is not named weighs nothing. Idempotent.

        Raises NotFound for an unknown feature, InvalidValue (field `weight`) for one that is not from 0 to 10.
        """
        for feature, weight in weights.items():
            self._catalogue.feature(feature)
            if not 0 <= weight <= MOST_WEIGHT:
                raise InvalidValue(
                    f"A weight is a number from 0 to {MOST_WEIGHT}, not {weight}. Choose one of these.",
                    field="weight",
                )
        with self._store.writing() as session:
            self._store.queue_up(session, f"feature-note {_author(actor)}")
            for row in session.exec(
                select(FeatureNote).where(col(FeatureNote.author) == _author(actor))
            ).all():
                if row.weight and row.feature not in weights:
                    self._keep(session, row.feature, actor, weight=0)
            for feature, weight in weights.items():
                self._keep(session, feature, actor, weight=weight)

    def _keep(
        self,
        session: Session,
        feature: str,
        actor: Actor,
        *,
        note: str | None = None,
        weight: int | None = None,
    ) -> None:
        """Write what has changed, and nothing where nothing has; a row that says nothing any more goes."""
        self._store.queue_up(session, f"feature-note {_author(actor)}")
        row = session.get(FeatureNote, (_author(actor), feature))
        before = ("", 0) if row is None else (row.note, row.weight)
        after = (before[0] if note is None else note, before[1] if weight is None else weight)
        if after == before:
            return
        now = self._store.clock()
        if row is None:
            row = FeatureNote(author=_author(actor), feature=feature, note="", weight=0, written_at=now)
        if after == ("", 0):
            session.delete(row)
        else:
            row.note, row.weight, row.written_at = *after, now
            session.add(row)
        session.add(
            Event(at=now, actor=actor.email, act="note-feature", details=_change(feature, before, after))
        )
        session.flush()


def _author(actor: Actor) -> str:
    return actor.email.casefold()


def _change(feature: str, before: tuple[str, int], after: tuple[str, int]) -> dict[str, object]:
    names = ("note", "weight")
    return {
        "feature": feature,
        "from": dict(zip(names, before, strict=True)),
        "to": dict(zip(names, after, strict=True)),
    }


def _summary(row: FeatureNote) -> NoteSummary:
    return NoteSummary(row.feature, row.author, row.note, row.weight, row.written_at)
