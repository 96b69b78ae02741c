"""From messages that no rule explains to a drafted record, tried on every known message before it counts."""

import re
from collections import Counter
from dataclasses import dataclass

import yaml

from core.diagnosis import UNKNOWN, Diagnoser, Record, load_diagnoser, load_records
from core.diagnosis.codes import find_codes
from core.diagnosis.fingerprint import template_of
from core.diagnosis.moves import read_messages
from core.insight.failures.grouping import FailureGroup

FEWEST_WORDS, MOST_WORDS = 3, 8


@dataclass(frozen=True)
class Draft:
    """A record to copy, and what it would change: the known messages that it would take, by name and present cause."""

    text: str
    tried: int
    takes: tuple[tuple[str, str], ...]
    explains: int  # of the group's own failures

    @property
    def is_harmless(self) -> bool:
        """Whether no known message would get another cause."""
        return not self.takes


def draft(group: FailureGroup) -> Draft:
    """A record that recognises the group's messages by the longest run of words that they share, and by their codes."""
    texts = [one.platform_words for one in group.failures]
    phrase = shared_phrase(texts)
    codes = sorted({code for text in texts for code in find_codes(text)})
    record = Record.model_validate(
        {
            "id": _slug(phrase),
            "title": "What happened, in one sentence",
            "explanation": "What it means, in plain words.",
            "remedy": ("What to do first.",),
            "retry": "after-fix",
            "recognise": {
                "words": {"decide": (phrase,)} if phrase else {},
                "codes": {"hint": tuple(codes)},
            },
        }
    )
    with_it = Diagnoser((*load_records()[0], record))
    messages = read_messages()
    before, after = load_diagnoser(), with_it
    takes = tuple(
        (message.name, before.diagnose(message.text).cause)
        for message in messages
        if after.diagnose(message.text).cause == record.id
    )
    explains = sum(after.diagnose(text).cause == record.id for text in texts)
    document = record.model_dump(exclude={"id"}, exclude_defaults=True, mode="json")
    return Draft(
        yaml.safe_dump(document, sort_keys=False, allow_unicode=True), len(messages), takes, explains
    )


def shared_phrase(texts: list[str]) -> str:
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
