"""A link restores exactly what was chosen."""

from urllib.parse import parse_qsl, quote, urlencode

from hypothesis import given
from hypothesis import strategies as st

from core.insight.matrix import MatrixFilter
from pages.compare_parts.link import Choices, read, write
from tests.insight.matrix.conftest import OWN, filters

SLUGS = ["", *(column.slug for column in OWN.columns)]
CHOICES = st.builds(
    Choices,
    wanted=filters(),
    explain=st.booleans(),
    source=st.sampled_from(SLUGS),
    target=st.sampled_from(SLUGS),
    alike=st.booleans(),
)


def _followed(address: dict[str, str]) -> Choices:
    query = urlencode(address, safe=",:", quote_via=quote)
    given_ = dict(parse_qsl(query, strict_parsing=bool(query)))
    return read(OWN, lambda name: given_.get(name, ""))


@given(CHOICES)
def test_what_was_chosen_is_restored_when_its_link_is_followed(choices: Choices) -> None:
    assert _followed(write(choices)) == choices
    assert write(_followed(write(choices))) == write(choices)


@given(st.text(max_size=50))
def test_any_search_is_restored_when_its_link_is_followed(text: str) -> None:
    choices = Choices(MatrixFilter(add_ons=True, text=text))
    assert _followed(write(choices)).wanted.text == text


@given(
    st.dictionaries(
        st.sampled_from(sorted(write(read(OWN, lambda name: name))) or ["search"]), st.text(max_size=20)
    )
)
def test_no_address_is_too_odd_when_it_is_read(address: dict[str, str]) -> None:
    choices = read(OWN, lambda name: address.get(name, ""))
    assert read(OWN, lambda name: write(choices).get(name, "")).wanted == choices.wanted


def test_what_there_is_not_is_left_out_and_named_when_a_link_is_old() -> None:
    address = {
        "must": "forums,telepathy",
        "portals": "gone,community",
        "audience": "ghosts",
        "weights": "blogs:11,ideas:x,forums:3,none:1,comments:0",
        "show": "everything",
        "from": "nowhere",
    }
    choices = read(OWN, lambda name: address.get(name, ""))
    assert choices.wanted == MatrixFilter(
        must_haves=("forums",), portals=("community",), weights=(("forums", 3),), add_ons=True
    )
    assert choices.unknown == (
        "gone",
        "ghosts",
        "everything",
        "telepathy",
        "blogs:11",
        "ideas:x",
        "none:1",
        "comments:0",
        "nowhere",
    )
