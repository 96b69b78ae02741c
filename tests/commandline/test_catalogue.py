"""catalogue (R12–R17)."""

from core.catalogue import load_catalogue
from tests.commandline.conftest import Cli


def test_the_document_is_the_catalogue_when_asked_as_json(cli: Cli) -> None:
    document = cli("catalogue", "--json").document
    assert document == load_catalogue().describe()
    assert set(document) == {"audiences", "portals", "features", "languages"}
    assert {frozenset(portal) for portal in document["portals"]} == {
        frozenset({"slug", "name", "optional", "requires", "solutions", "features"})
    }
    assert {1025, 1037}.isdisjoint(language["lcid"] for language in document["languages"])  # R13
    assert document["audiences"][1]["portals"] == ["customer-self-service", "custom", "community"]  # R15


def test_people_see_tables_when_asked_without(cli: Cli) -> None:
    answer = cli("catalogue")
    assert answer.code == 0
    for words in ("Partner Field Service", "World Ready", "français", "FieldService"):
        assert words in answer.out
    assert "\x1b" not in answer.out
