"""Pasted messages that no rule explains: kept once a kind, without what is nobody else's business, and only the latest."""

from datetime import timedelta

import pytest

from core.diagnosis import diagnose
from core.portals.pasted_messages import PastedMessages
from core.storage.store import Store
from tests.contract.tenant import MovableClock


@pytest.fixture
def pasted(store: Store) -> PastedMessages:
    return PastedMessages(store)


def keep(pasted: PastedMessages, text: str) -> bool:
    return pasted.keep(text, diagnose(text))


def test_a_kind_of_message_is_kept_once_with_how_often_it_came_when_no_rule_explains_it(
    pasted: PastedMessages, clock: MovableClock
) -> None:
    first = clock()
    assert keep(pasted, "The kettle 'Anna' is cold.")
    clock.now += timedelta(hours=1)
    assert keep(pasted, "The kettle 'Berta' is cold.")
    assert keep(pasted, "やかんは冷たい。")
    one, other = pasted.unexplained()
    assert (one.text, one.times, one.first_at) == ("The kettle 'Anna' is cold.", 2, first)
    assert (other.text, other.times) == ("やかんは冷たい。", 1)


def test_nothing_is_kept_when_a_rule_explains_it_or_nothing_was_pasted(pasted: PastedMessages) -> None:
    assert not keep(pasted, "The following solution cannot be imported: Foo. Some dependencies are missing.")
    assert not keep(pasted, "   ")
    assert pasted.unexplained() == ()


def test_secrets_people_and_addresses_are_taken_out_when_a_message_is_kept(pasted: PastedMessages) -> None:
    keep(
        pasted,
        "kettle of anna@contoso.example at https://contoso.crm.dynamics.com/x password=hunter22 \0 cold",
    )
    (one,) = pasted.unexplained()
    assert not [secret for secret in ("anna@", "contoso.crm", "hunter22", "\0") if secret in one.text]


def test_the_latest_stay_when_very_many_kinds_are_pasted(store: Store, clock: MovableClock) -> None:
    pasted = PastedMessages(store, most=3)
    for word in ("kettle", "teapot", "saucer", "spoon", "sugar"):
        clock.now += timedelta(minutes=1)
        assert keep(pasted, f"The {word} is cold.")
    assert {one.text for one in pasted.unexplained()} == {
        f"The {word} is cold." for word in ("saucer", "spoon", "sugar")
    }
