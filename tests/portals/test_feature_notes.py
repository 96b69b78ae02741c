"""Notes and weights on features: kept with who and when; anyone who acts may write."""

from datetime import timedelta

import pytest
from sqlmodel import select

from core.access import Actor
from core.catalogue import load_catalogue
from core.errors import InvalidValue, NotFound
from core.portals.feature_notes import FeatureNotes
from core.storage.store import Store
from core.storage.tables import Event
from tests.contract.tenant import MovableClock

AMELIE, PRIYA = Actor("amelie.laurent@contoso.example"), Actor("Priya.Sharma@contoso.example")


@pytest.fixture
def notes(store: Store) -> FeatureNotes:
    return FeatureNotes(store, load_catalogue())


def _events(store: Store) -> list[tuple[str, str, object, object]]:
    with store.reading() as session:
        found = session.exec(select(Event)).all()
    return [(event.actor, event.act, event.details["from"], event.details["to"]) for event in found]


def test_everybody_reads_who_wrote_what_and_when_when_notes_are_kept(
    notes: FeatureNotes, clock: MovableClock
) -> None:
    first = clock()
    notes.write("blogs", "  We write every week.  ", AMELIE)
    clock.advance(3600)
    notes.write("blogs", "No.\nNobody reads them: <b>ever</b>", PRIYA)
    found = notes.all()["blogs"]
    assert [(note.author, note.note, note.written_at) for note in found] == [
        ("priya.sharma@contoso.example", "No.\nNobody reads them: <b>ever</b>", first + timedelta(hours=1)),
        ("amelie.laurent@contoso.example", "We write every week.", first),
    ]


def test_ones_own_note_is_replaced_and_the_old_one_stays_in_the_history_when_written_again(
    notes: FeatureNotes, store: Store
) -> None:
    notes.write("blogs", "Yes", AMELIE)
    notes.write("blogs", "Yes", AMELIE)
    notes.write("blogs", "No", Actor(AMELIE.email.upper()))
    assert [note.note for note in notes.all()["blogs"]] == ["No"]
    assert [(before, after) for _, _, before, after in _events(store)] == [
        ({"note": "", "weight": 0}, {"note": "Yes", "weight": 0}),
        ({"note": "Yes", "weight": 0}, {"note": "No", "weight": 0}),
    ]


def test_a_note_is_gone_when_it_is_emptied(notes: FeatureNotes) -> None:
    notes.write("blogs", "Yes", AMELIE)
    notes.write("blogs", " ", AMELIE)
    assert notes.all() == {}
    assert notes.of(AMELIE) == {}


def test_weights_are_a_persons_own_when_kept(notes: FeatureNotes) -> None:
    notes.weigh({"ideas": 3, "forums": 10}, AMELIE)
    notes.weigh({"blogs": 1}, PRIYA)
    assert notes.weights(AMELIE) == {"forums": 10, "ideas": 3}  # in the catalogue's order
    assert notes.weights(PRIYA) == {"blogs": 1}
    assert notes.all() == {}


def test_what_is_not_named_weighs_nothing_when_weights_are_kept_anew(notes: FeatureNotes) -> None:
    notes.write("ideas", "Wanted by sales", AMELIE)
    notes.weigh({"ideas": 3, "forums": 10}, AMELIE)
    notes.weigh({"blogs": 2}, AMELIE)
    assert notes.weights(AMELIE) == {"blogs": 2}
    assert notes.of(AMELIE)["ideas"].note == "Wanted by sales"
    assert set(notes.of(AMELIE)) == {"ideas", "blogs"}


@pytest.mark.parametrize(("text", "part"), [("x" * 1001, "1,001"), ("a\x00b", "NUL")])
def test_a_note_is_refused_when_it_cannot_be_kept(notes: FeatureNotes, text: str, part: str) -> None:
    with pytest.raises(InvalidValue, match=part) as refused:
        notes.write("blogs", text, AMELIE)
    assert refused.value.field == "note"
    assert notes.all() == {}


@pytest.mark.parametrize("weight", [-1, 11])
def test_nothing_is_kept_when_a_weight_is_out_of_range(notes: FeatureNotes, weight: int) -> None:
    with pytest.raises(InvalidValue) as refused:
        notes.weigh({"forums": 3, "blogs": weight}, AMELIE)
    assert refused.value.field == "weight"
    assert notes.weights(AMELIE) == {}


def test_an_unknown_feature_is_refused_when_named(notes: FeatureNotes) -> None:
    with pytest.raises(NotFound):
        notes.write("telepathy", "Please", AMELIE)
    with pytest.raises(NotFound):
        notes.weigh({"telepathy": 1}, AMELIE)
