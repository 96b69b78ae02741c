import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import NameInvalid, SubdomainInvalid
from core.portals.names import MAX_LABEL, MAX_NAME, alternatives, check_name, check_subdomain, suggestion

# RFC 1035 and RFC 5891, in this project's letters.
DNS_LABEL = re.compile(r"(?!..--)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def offence(subdomain: str) -> SubdomainInvalid:
    with pytest.raises(SubdomainInvalid) as caught:
        check_subdomain(subdomain)
    assert (caught.value.code, caught.value.field) == ("subdomain-invalid", "subdomain")
    return caught.value


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("contoso-help", "contoso-help"),
        ("CONTOSO-Help", "contoso-help"),
        ("a", "a"),
        ("9", "9"),
        ("2026", "2026"),
        ("a-b--c", "a-b--c"),
        ("a--b", "a--b"),
        ("a" * 63, "a" * 63),
        ("xn-a", "xn-a"),
        ("wwww", "wwww"),
    ],
)
def test_subdomain_is_kept_in_lower_case_when_it_is_a_label(given_: str, kept: str) -> None:  # R9
    assert check_subdomain(given_) == kept


@pytest.mark.parametrize(
    ("subdomain", "character", "position", "shown"),
    [
        ("contoso help", " ", 8, "U+0020 (space)"),
        (" contoso", " ", 1, "U+0020 (space)"),
        ("contoso\n", "\n", 8, "U+000A (a control character)"),
        ("contoso.help", ".", 8, "'.'"),
        ("contoso_help", "_", 8, "'_'"),
        ("contoso!", "!", 8, "'!'"),
        ("contoso/../x", "/", 8, "'/'"),
        ("help@x", "@", 5, "'@'"),
        ("häfen", "ä", 2, "'ä' (U+00E4, latin small letter a with diaeresis)"),
        ("contоso", "о", 5, "'о' (U+043E, cyrillic small letter o)"),  # looks like an o
        ("ｈｅｌｐ", "ｈ", 1, "U+FF48, fullwidth"),
        ("ヘルプ", "ヘ", 1, "'ヘ' (U+30D8, katakana letter he)"),
        ("help٣", "٣", 5, "U+0663"),  # a digit, but none of ours
        ("\u212a-help", "\u212a", 1, "(U+212A, kelvin sign)"),  # its lower case is a k
        ("help\u200b", "\u200b", 5, "U+200B (zero width space)"),
        ("a\ud800", "\ud800", 2, "U+D800"),
        ("a\0", "\0", 2, "U+0000"),
        ("help–desk", "–", 5, "'–' (U+2013, en dash)"),
    ],
)
def test_character_is_named_when_it_offends(
    subdomain: str, character: str, position: int, shown: str
) -> None:  # R9
    error = offence(subdomain)
    assert shown in error.message
    assert error.details == {"character": character, "position": position}
    assert error.message.endswith("Use letters a–z, digits and hyphens only.")


@pytest.mark.parametrize(
    ("subdomain", "told", "position"),
    [
        ("-contoso", "can't begin with a hyphen", 1),
        ("contoso-", "can't end with a hyphen", 8),
        ("-", "can't begin with a hyphen", 1),
        ("xn--a", "third and fourth place", 3),
        ("XN--mnchen-3ya", "third and fourth place", 3),
        ("ab--cd", "third and fourth place", 3),
    ],
)
def test_hyphen_is_named_when_it_stands_wrong(subdomain: str, told: str, position: int) -> None:  # R9
    error = offence(subdomain)
    assert told in error.message
    assert "(-)" in error.message
    assert error.details == {"character": "-", "position": position}


@pytest.mark.parametrize(("subdomain", "told"), [("", "needs a subdomain"), ("a" * 64, "has 64 characters")])
def test_subdomain_is_refused_when_length_is_wrong(subdomain: str, told: str) -> None:  # R9
    assert told in offence(subdomain).message


@pytest.mark.parametrize("name", ["www", "api", "admin", "mail", "ftp", "localhost", "console", "WWW", "Api"])
def test_subdomain_is_refused_when_reserved(name: str) -> None:  # R9
    assert f"'{name.lower()}' is reserved. Choose another" in offence(name).message


@given(st.text(max_size=80) | st.from_regex(r"[A-Za-z0-9.\- ]{0,70}", fullmatch=True))
@example("xn--a")
@example("-")
def test_whatever_is_accepted_is_a_dns_label(text: str) -> None:  # R9
    try:
        label = check_subdomain(text)
    except SubdomainInvalid:
        return
    assert DNS_LABEL.fullmatch(label)
    assert label == text.lower()
    assert check_subdomain(label) == label


@given(st.from_regex(DNS_LABEL, fullmatch=True))
def test_alternatives_are_labels_and_others(label: str) -> None:  # R10
    offered = list(alternatives(label))
    assert len(offered) > 20
    assert label not in offered
    assert all(check_subdomain(one) == one and len(one) <= MAX_LABEL for one in offered)
    assert offered[0].endswith("-portal")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Contoso Help", "contoso-help"),
        ("  Außenhandel & Söhne!  ", "auenhandel-sohne"),
        ("ヘルプ", ""),
        ("Admin", ""),
        ("x" * 70, "x" * 63),
        ("X n -- a", "x-n-a"),
    ],
)
def test_subdomain_is_suggested_when_the_name_has_letters_for_it(name: str, expected: str) -> None:
    assert suggestion(name) == expected


@given(st.text(max_size=120))
def test_whatever_is_suggested_is_accepted(name: str) -> None:
    suggested = suggestion(name)
    assert suggested == "" or check_subdomain(suggested) == suggested


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("  Contoso Help ", "Contoso Help"),
        ("Cafe\u0301", "Café"),
        ("ヘルプデスク", "ヘルプデスク"),
        ("Portal 🎉", "Portal 🎉"),
        ("می‌خواهم", "می‌خواهم"),  # Persian needs its zero-width non-joiner
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),  # text, escaped where it is shown
        ("x" * MAX_NAME, "x" * MAX_NAME),
    ],
)
def test_name_is_kept_when_people_can_read_it(given_: str, kept: str) -> None:  # R5
    assert check_name(given_) == kept


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "needs a name"),
        (" \t\u3000", "needs a name"),
        ("\u200b\u200d", "needs a name"),
        ("x" * 101, "has 101 characters; 100 are the most"),
        ("a\0b", "U+0000"),
        ("a\nb", "U+000A"),
        ("a\u2028b", "U+2028"),
        ("a\ud800", "U+D800"),
        ("Help \u202egnirugifnoC", "U+202E"),  # would turn what is shown behind it
    ],
)
def test_name_is_refused_when_people_can_not_read_it(name: str, told: str) -> None:  # R5
    with pytest.raises(NameInvalid) as caught:
        check_name(name)
    assert told in caught.value.message
    assert caught.value.field == "name"


@given(st.text(max_size=120))
def test_whatever_name_is_accepted_stays_the_same(name: str) -> None:  # R5
    try:
        kept = check_name(name)
    except NameInvalid:
        return
    assert check_name(kept) == kept
    assert 0 < len(kept) <= MAX_NAME
