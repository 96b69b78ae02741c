from pathlib import Path

import pytest

from core.catalogue import Language
from core.errors import DataError
from core.hosting.notices import Notices
from tests.hosting.fake_platform import FakePlatform, catalogue
from tests.hosting.visitor import Markup, ask, host_for


@pytest.mark.parametrize("language", catalogue().languages, ids=lambda language: language.code)
def test_english_words_stand_with_a_translation_when_a_portal_is_getting_set_up(
    language: Language,
) -> None:
    platform = FakePlatform()
    platform.add("new", language=language.lcid, is_published=False)
    answer = ask(host_for(platform), "new.localhost")
    markup = Markup.of(answer.text)
    assert answer.status == 503
    assert markup.one("h1").text == "Getting set up"  # R24
    assert markup.one("html").attributes == {"lang": language.code, "dir": language.direction}
    assert answer.headers["content-language"] == language.code
    translations = [e.text for e in markup.all("p") if e.attributes["class"] == "translation"]
    assert len(translations) == (0 if language.code == "en-US" else 1)


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("fr-FR", "fr-FR"),
        ("fr-CA, en;q=0.3", "fr-FR"),
        ("en;q=0.3, ja", "ja-JP"),
        ("xx, de;q=0, es;q=0.1", "es-ES"),
        ("", "en-US"),
        ("*", "en-US"),
        ("ar", "en-US"),
        ("fr;q=high", "en-US"),
        ("<script>" + "," * 5000, "en-US"),
    ],
)
def test_visitor_is_told_in_a_language_of_theirs_when_there_is_no_portal(accepted: str, code: str) -> None:
    answer = ask(host_for(FakePlatform()), "nobody.localhost", headers=[("accept-language", accepted)])
    assert answer.status == 404
    assert Markup.of(answer.text).one("html").attributes["lang"] == code
    assert "Accept-Language" in answer.headers["vary"]


def test_words_are_refused_when_one_is_missing(tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_text("en-US: {getting_set_up: Getting set up}", encoding="utf-8")
    with pytest.raises(DataError, match=r"en-US\.getting_set_up_text"):
        Notices(tmp_path).no_portal("")
