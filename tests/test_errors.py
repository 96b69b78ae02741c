import re
from collections.abc import Iterator

from core import errors
from core.errors import PorticoError, SeveralErrors, SubdomainTaken


def tree(root: type[PorticoError] = PorticoError) -> Iterator[type[PorticoError]]:
    """The errors of core.errors; other rooms may have more of their own."""
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child
            yield from tree(child)


def test_docstring_draws_the_tree() -> None:
    assert errors.__doc__
    drawn = set(re.findall(r"\b([A-Z][a-z]+(?:[A-Z][a-z]+)+)\b", errors.__doc__)) | {"Conflict", "Portico"}
    assert {one.__name__ for one in tree()} - {"PorticoError"} <= drawn
    for one in tree():
        if one.code in errors.__doc__:
            continue
        # Those that only group others, and the two whose file or platform gives the code.
        assert one.__name__ in {
            "InvalidRequest",
            "NotPermitted",
            "Conflict",
            "PlatformError",
            "PlatformRefused",
            "PlatformBusy",
            "PlatformUnreachable",
            "PackageError",
            "DataError",
            "StoreError",
            "SeveralErrors",
        }


def test_each_error_has_a_code_of_its_own() -> None:
    codes = [one.code for one in tree() if one is not SeveralErrors]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_error_is_told_with_the_field_of_its_kind() -> None:
    error = SubdomainTaken("It is taken. Choose another.", details={"subdomain": "help"})
    assert error.as_dict() == {
        "code": "subdomain-taken",
        "message": "It is taken. Choose another.",
        "field": "subdomain",
        "details": {"subdomain": "help"},
    }
    assert str(error) == error.message


def test_field_is_none_when_none_fits() -> None:
    assert errors.NotFound("There is none. Choose another.").as_dict()["field"] is None


def test_field_is_the_one_given_when_there_is_one() -> None:
    assert errors.NotFound("There is none.", field="run").field == "run"


def test_first_stands_for_all_when_there_are_several() -> None:
    several = SeveralErrors([SubdomainTaken("Taken."), errors.NameInvalid("No name.")])
    assert several.as_dict()["code"] == "subdomain-taken"
    assert (several.message, several.field) == ("Taken.", "subdomain")
    assert [error.code for error in several.errors] == ["subdomain-taken", "name-invalid"]


def test_only_what_passes_by_itself_is_retried() -> None:
    assert {one.code for one in tree() if one.is_retryable} == {"platform-busy", "platform-unreachable"}


def test_record_is_named_when_data_is_wrong() -> None:
    error = errors.DataError("portals.yaml", "custom.name", "it is empty")
    assert error.message == "portals.yaml: custom.name: it is empty"
    assert error.details == {"file": "portals.yaml", "key": "custom.name", "reason": "it is empty"}


def test_every_error_says_when_it_is_raised() -> None:
    for error in tree():
        assert error.__doc__
        assert error.__doc__.endswith(".")
