"""Invented names of companies, portals and people, in many languages and scripts."""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

from core.settings import ROOT

FILE = ROOT / "data" / "demo" / "names.yaml"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LONGEST_LABEL = 63
# Half of the companies have a brand for a name, made of two parts: there are enough for a million portals.
_BRANDS = 0.5
_HEADS = [
    "Al",
    "Ar",
    "Bel",
    "Bor",
    "Cal",
    "Cor",
    "Dal",
    "Del",
    "El",
    "Fal",
    "Gal",
    "Hal",
    "Iv",
    "Jor",
    "Kal",
    "Kor",
    "Lan",
    "Lor",
    "Mar",
    "Mer",
    "Nor",
    "Or",
    "Pel",
    "Qui",
    "Ral",
    "Sol",
    "Tal",
    "Tor",
    "Ul",
    "Val",
]
_TAILS = [
    "aro",
    "avent",
    "bita",
    "dara",
    "dex",
    "dora",
    "fex",
    "gano",
    "ida",
    "isto",
    "kana",
    "lex",
    "lyra",
    "mond",
    "nara",
    "nova",
    "oxa",
    "phor",
    "quen",
    "rix",
    "sana",
    "sys",
    "tara",
    "tex",
    "thea",
    "tron",
    "una",
    "vex",
    "vira",
    "zen",
]
Word = tuple[str, str]  # as people write it, and as an address takes it


@dataclass(frozen=True)
class Tongue:
    """One language's names."""

    lcid: int
    name: str
    portal: str
    companies: tuple[Word, ...]
    trades: tuple[Word, ...]
    places: tuple[Word, ...]
    purposes: tuple[Word, ...]
    given: tuple[Word, ...]
    family: tuple[Word, ...]
    order: str

    def company(self, rng: Random) -> Word:
        """A company's name."""
        company = _brand(rng) if rng.random() < _BRANDS else rng.choice(self.companies)
        trade = rng.choice(self.trades)
        name = self.name.format(company=company[0], trade=trade[0])
        return name, f"{company[1]}-{trade[1]}"

    def portal_of(self, company: Word, rng: Random) -> Word:
        """A portal's name and address, the address not yet unique."""
        place, purpose = rng.choice(self.places), rng.choice(self.purposes)
        name = self.portal.format(name=company[0], place=place[0], purpose=purpose[0])
        return name, f"{company[1]}-{purpose[1]}-{place[1]}"

    def person(self, rng: Random) -> Word:
        """A person's name, and what stands before the @."""
        given, family = rng.choice(self.given), rng.choice(self.family)
        return self.order.format(given=given[0], family=family[0]), f"{given[1]}.{family[1]}"


def _brand(rng: Random) -> Word:
    brand = rng.choice(_HEADS) + rng.choice(_TAILS)
    return brand, brand.lower()


class Labels:
    """Subdomains, each given once."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def unique(self, label: str) -> str:
        """The label, numbered where it was given before."""
        label = label[: LONGEST_LABEL - 8].strip("-")
        number = self._given.get(label, 0)
        self._given[label] = number + 1
        return label if number == 0 else f"{label}-{base36(number + 1)}"


def base36(number: int) -> str:
    """The number in digits and letters, a digit always first: no word of a label looks like it."""
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text if text[:1].isdigit() else f"0{text}"


def load_tongues(file: Path = FILE) -> tuple[Tongue, ...]:
    """Every language's names, as the file has them."""
    found = []
    for record in yaml.safe_load(file.read_text(encoding="utf-8")):
        values: dict[str, Any] = {**record, **record["people"]}
        del values["people"]
        found.append(Tongue(**{name: _read(value) for name, value in values.items()}))
    return tuple(found)


def _read(value: Any) -> Any:
    """A list of pairs as words; anything else as it is."""
    return tuple((written, label) for written, label in value) if isinstance(value, list) else value
