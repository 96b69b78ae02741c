"""The pictures of the guides: each has a scene that takes it anew, is shown somewhere, and is there."""

import re

import pytest

from tests.browser.pictures import PICTURES, SCENES
from tests.browser.pictures.__main__ import main
from tests.paths import ROOT

GUIDES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
SHOWN = re.compile(r"!\[[^\]]+\]\((?:docs/)?pictures/([\w-]+)\.png\)")


def shown_in_guides() -> set[str]:
    return {name for guide in GUIDES for name in SHOWN.findall(guide.read_text(encoding="utf-8"))}


def test_every_picture_of_a_guide_has_a_scene_when_it_is_shown() -> None:
    assert shown_in_guides() == set(SCENES)


def test_every_picture_is_there_and_none_is_left_over_when_scenes_change() -> None:
    assert {path.stem for path in PICTURES.iterdir()} == set(SCENES)


def test_the_names_are_told_when_an_unknown_picture_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trends", "holograms"]) == 2
    said = capsys.readouterr().err
    assert "holograms" in said
    assert all(name in said for name in SCENES)
