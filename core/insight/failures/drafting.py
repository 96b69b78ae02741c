"""From messages that no rule explains to a drafted record, tried on every known message before it counts."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import yaml

from core.catalogue.reading import make, parse_yaml
from core.diagnosis import UNKNOWN, Diagnoser, Record, load_diagnoser, load_records
from core.diagnosis.codes import find_codes
from core.diagnosis.fingerprint import template_of
from core.diagnosis.moves import read_messages
from core.errors import DataError, InvalidValue
from core.insight.failures.grouping import FailureGroup

Said = tuple[str, str | None]  # the platform's words, and its code where it is known apart from them
FEWEST_WORDS, MOST_WORDS = 3, 8
MOST_CHARACTERS = 20_000
_TRIALS_KEPT = 16


@dataclass(frozen=True)
class Moved:
    """A known message that gets another cause; `is_right` where that is the one that it must get."""

    name: str
    before: str
    after: str
    is_right: bool


@dataclass(frozen=True)
class Trial:
    """What a record would change: the known messages that move, and how many of the unexplained ones it explains."""

    cause: str
    tried: int
    moved: tuple[Moved, ...]
    explains: int
    unexplained: int

    @property
    def takes(self) -> tuple[Moved, ...]:
        """The messages that would get a wrong cause."""
        return tuple(one for one in self.moved if not one.is_right)

    @property
    def is_harmless(self) -> bool:
        """Whether no known message would get a wrong cause."""
        return not self.takes


@dataclass(frozen=True)
class Draft:
    """A record to complete: its name, which is its file's, and its text."""

    name: str
    text: str


def draft(said: Sequence[Said]) -> Draft:
    """A record that recognises the messages by the longest run of words that they share, and by their codes."""
    phrase = shared_phrase(text for text, _ in said)
    codes = sorted({code for text, own in said for code in (*find_codes(text), own) if code})
    document = {
        "title": "What happened, in one sentence",
        "explanation": "What it means, in plain words.",
        "remedy": ["What to do first."],
        "retry": "after-fix",
        "recognise": {
            **({"words": {"decide": [phrase]}} if phrase else {}),
            **({"codes": {"hint": codes}} if codes else {}),
        },
    }
    return Draft(_slug(phrase), yaml.safe_dump(document, sort_keys=False, allow_unicode=True))


def said_in(group: FailureGroup) -> tuple[Said, ...]:
    """What the platform said in those of the group's failures that today's rules don't explain either."""
    diagnoser = load_diagnoser()
    found = ((one.platform_words, one.error.get("code_hex")) for one in group.failures)
    return tuple(one for one in found if diagnoser.diagnose(one[0], code_hex=one[1]).cause == UNKNOWN)


def try_record(name: str, text: str, unexplained: tuple[Said, ...]) -> Trial:
    """Try a record on every known message and on those that no rule explains; raises InvalidValue, which says what is wrong.

    One of a cause that there is already takes that one's place.
    """
    return _trial(name, text, unexplained, load_diagnoser().version)


@lru_cache(maxsize=_TRIALS_KEPT)
def _trial(name: str, text: str, unexplained: tuple[Said, ...], _version: str) -> Trial:
    record = _record(name, text)
    known = load_records()[0]
    others = [one for one in known if one.id != record.id]
    is_new = len(others) == len(known)
    after, before = Diagnoser((*others, record)), load_diagnoser()
    touches = _touches(record, others) if is_new else _touches_all
    messages = read_messages()
    moved = []
    for message in messages:
        if touches(message.text, None):
            was, now = before.diagnose(message.text).cause, after.diagnose(message.text).cause
            if now != was:
                moved.append(Moved(message.name, was, now, now == message.cause))
    explains = sum(
        touches(text, code) and after.diagnose(text, code_hex=code).cause == record.id
        for text, code in unexplained
    )
    return Trial(record.id, len(messages), tuple(moved), explains, len(unexplained))


def _touches(record: Record, others: Sequence[Record]) -> Callable[[str, str | None], bool]:
    """Whether a new record can change what is said of a message: where it finds nothing by itself, it does not."""
    alone = Diagnoser((record, *(one for one in others if one.id == UNKNOWN)))
    return lambda text, code: bool(alone.scores(text)) or alone.diagnose(text, code_hex=code).cause != UNKNOWN


def _touches_all(_text: str, _code: str | None) -> bool:
    """One in the place of another: whatever that one explained may move."""
    return True


def _record(name: str, text: str) -> Record:
    file = f"{name}.yaml"
    _require_plain(text)
    try:
        raw = parse_yaml(text, file)
        return make(Record, {**raw, "id": name} if isinstance(raw, dict) else raw, file)
    except DataError as error:
        field = "name" if error.details.get("key") == "id" else "record"
        raise InvalidValue(f"{error.message}. Correct it, then try it again.", field=field) from error


def _require_plain(text: str) -> None:
    """What somebody pastes must not grow without end when it is read."""
    if len(text) > MOST_CHARACTERS:
        raise InvalidValue(
            f"The record is longer than {MOST_CHARACTERS:,} characters. Shorten it.", field="record"
        )
    try:
        has_alias = any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text))
    except (yaml.YAMLError, ValueError):
        return  # what is wrong is told by whoever reads it
    if has_alias:
        raise InvalidValue("The record uses an alias (*name). Write the value out.", field="record")


def shared_phrase(texts: Iterable[str]) -> str:
    """The longest run of words, up to eight, that most of the messages have; names and numbers are left out."""
    runs: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        words = template_of(text).split()
        found = {
            tuple(words[start : start + length])
            for length in range(FEWEST_WORDS, MOST_WORDS + 1)
            for start in range(len(words) - length + 1)
        }
        runs.update(run for run in found if not {"name", "id", "n", "url", "user", "code"} & set(run))
    if not runs:
        return ""
    best = max(runs, key=lambda run: (runs[run], len(run), run))
    return " ".join(re.sub(r"[^\w]", "", word) for word in best)


def _slug(phrase: str) -> str:
    words = re.findall(r"[a-z]+", phrase)[:FEWEST_WORDS]
    return "-".join(words) or f"new-{UNKNOWN}"
