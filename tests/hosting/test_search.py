import pytest

from core.hosting.host import Host
from core.hosting.search import MAX_QUERY_CHARS, SearchQuery, read_query
from tests.hosting.fake_platform import FakePlatform
from tests.hosting.visitor import Markup, ask, host_for

AIDE = "aide.localhost"
RECORDS = {
    "knowledge": (
        {"title": "Café au lait", "body": "Avec du lait chaud."},
        {"title": "Thé vert", "body": "Sans lait."},
    ),
    "cases": ({"title": "La machine à CAFÉ", "body": "Elle ne démarre pas."},),
    "threads": ({"title": "Quel filtre ?", "body": "Pour le café du matin."},),
    "news": ({"title": "Ouvert", "body": "Dès aujourd'hui."},),
    "notifications": ({"title": "Un café pour vous", "body": "Message personnel."},),
}


@pytest.fixture
def host() -> Host:
    platform = FakePlatform()
    platform.add("aide", records=RECORDS)
    return host_for(platform)


def _found(host: Host, path: str) -> list[str]:
    markup = Markup.of(ask(host, AIDE, path).text)
    return [heading.text for heading in markup.all("h3")]


def _facets(host: Host, path: str) -> dict[str, int]:
    html = ask(host, AIDE, path).text
    counted = [e for e in Markup.of(html).all("a") if str(e.attributes["href"]).startswith("/search")]
    split = [facet.text.rsplit(" ", 1) for facet in counted if facet.text.split()[-1].isdigit()]
    return {name: int(count) for name, count in split}


def test_everything_is_found_when_nothing_is_asked(host: Host) -> None:
    assert len(_found(host, "/search")) == 5
    assert _facets(host, "/search") == {
        "Tout": 5,
        "Base de connaissances": 2,
        "Assistance": 1,
        "Forums": 1,
        "Actualités": 1,
    }


@pytest.mark.parametrize("words", ["cafe", "CAF%C3%89", "caf%C3%A9", "cafe%CC%81"])
def test_records_are_found_when_case_and_accents_differ(host: Host, words: str) -> None:
    assert _found(host, f"/search?q={words}") == ["Café au lait", "La machine à CAFÉ", "Quel filtre ?"]


def test_records_are_found_when_they_hold_every_word(host: Host) -> None:
    assert _found(host, "/search?q=lait+cafe") == ["Café au lait"]


def test_one_kind_is_found_when_a_facet_is_chosen(host: Host) -> None:
    assert _found(host, "/search?q=cafe&type=cases") == ["La machine à CAFÉ"]
    chosen = _facets(host, "/search?q=cafe&type=cases")
    assert (chosen["Tout"], chosen["Base de connaissances"], chosen["Forums"]) == (3, 1, 1)


def test_facets_keep_the_words_when_they_are_followed(host: Host) -> None:
    links = Markup.of(ask(host, AIDE, "/search?q=th%C3%A9+vert").text).links()
    assert "/search?q=th%C3%A9+vert&type=knowledge" in links


def test_kind_is_ignored_when_there_is_none_of_that_name(host: Host) -> None:
    assert len(_found(host, "/search?q=cafe&type=nothing")) == 3


def test_page_says_so_when_nothing_is_found(host: Host) -> None:
    answer = ask(host, AIDE, "/search?q=xyzzy")
    assert answer.status == 200
    assert "Aucun résultat." in answer.text


def test_results_lead_to_pages_when_they_are_followed(host: Host) -> None:
    markup = Markup.of(ask(host, AIDE, "/search?q=cafe").text)
    for path in markup.links() - {"#content"}:
        assert ask(host, AIDE, path).status == 200


def test_searches_are_not_kept_when_many_are_asked(host: Host) -> None:
    ask(host, AIDE, "/search")
    before = host._bodies.weight
    for number in range(20):
        ask(host, AIDE, f"/search?q=word{number}")
    assert host._bodies.weight == before


def test_query_is_cut_when_it_is_long() -> None:
    assert len(read_query(b"q=" + b"x" * 3000).words) == MAX_QUERY_CHARS


@pytest.mark.parametrize("raw", [b"", b"q=", b"q=+++", b"&" * 50, b"a=1&" * 50, b"q", b"\xff\xfe", b"utm=1"])
def test_query_is_empty_when_it_says_nothing(raw: bytes) -> None:
    assert read_query(raw) == SearchQuery()
