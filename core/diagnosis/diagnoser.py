"""From a message to its cause, its remedy and what to do next."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from core.diagnosis.codes import find_codes, normalise_code
from core.diagnosis.comparing import compare_versions
from core.diagnosis.fingerprint import fingerprint_of
from core.diagnosis.folding import fold
from core.diagnosis.naming import Named, find_named
from core.diagnosis.records import UNKNOWN, Record, Retry
from core.diagnosis.scoring import SURE, SURE_BY, THRESHOLD, Finding, Recogniser, Surveyor, choose
from core.diagnosis.sieving import Sieve
from core.diagnosis.spelling import Speller, words_of
from core.diagnosis.unwrapping import bounded, unwrap
from core.diagnosis.wording import fill

# A cause that only shows once slips are put right is a little less certain.
_RESPELT = 0.9


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is known of a message. `cause` is `unknown` wherever the evidence is not enough."""

    cause: str
    confidence: float
    sure: bool
    title: str
    explanation: str
    remedy: tuple[str, ...]
    retry: Retry
    named: Named
    because: tuple[str, ...]
    also: tuple[str, ...] = ()
    is_warning: bool = False
    rules_version: str = ""
    fingerprint: str = field(default="")

    def as_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "cause": self.cause,
            "confidence": self.confidence,
            "sure": self.sure,
            "title": self.title,
            "explanation": self.explanation,
            "remedy": list(self.remedy),
            "retry": self.retry,
            "named": self.named.as_dict(),
            "because": list(self.because),
            "also": list(self.also),
            "is_warning": self.is_warning,
            "rules_version": self.rules_version,
            "fingerprint": self.fingerprint,
        }


class Diagnoser:
    """Knows the records; made once, then a message takes milliseconds and no message takes long."""

    def __init__(self, records: Iterable[Record], version: str = "") -> None:
        self._records = {record.id: record for record in records}
        self.version = version
        setting = self._records[UNKNOWN].setting
        if setting is None:
            raise ValueError("the record of what is unknown has no setting")
        self._surveyor = Surveyor(setting)
        self._recognisers = tuple(
            Recogniser(record) for record in self._records.values() if record.id != UNKNOWN
        )
        self._sieve = Sieve(phrase for recogniser in self._recognisers for phrase in recogniser.phrases)
        self._yields = {recogniser.cause: recogniser.yields_to for recogniser in self._recognisers}
        self._speller = Speller(words_of(self._known_texts()))

    @property
    def causes(self) -> tuple[str, ...]:
        """The ids of every cause, `unknown` among them."""
        return tuple(self._records)

    def record(self, cause: str) -> Record:
        """A cause's record; raises KeyError."""
        return self._records[cause]

    def diagnose(self, text: str | bytes, *, code_hex: str | None = None) -> Diagnosis:
        """The cause of the message; `code_hex` is the platform's code where it is known apart from the text."""
        clean = unwrap(bounded(text))
        folded = _compared(fold(clean))
        codes = _with(code_hex, find_codes(clean))
        found = self._findings(folded, codes)
        if not found:
            respelt = self._speller.put_right(folded)
            found = [] if respelt is folded else self._respelt(respelt, codes)
        return self._answer(found, folded, find_named(clean, codes), fingerprint_of(clean, codes))

    def scores(self, text: str) -> list[Finding]:
        """Every finding for a text, the best first, also those that are not enough: for whoever writes rules."""
        clean = unwrap(bounded(text))
        return sorted(
            self._look(_compared(fold(clean)), find_codes(clean)), key=lambda finding: -finding.score
        )

    def _findings(self, folded: str, codes: tuple[str, ...]) -> list[Finding]:
        return choose(self._look(folded, codes), self._yields)

    def _look(self, folded: str, codes: tuple[str, ...]) -> list[Finding]:
        around = self._surveyor.survey(folded, codes)
        folded = self._surveyor.without_hollow(folded)
        may = self._sieve.sift(folded)
        looked = (recogniser.look(folded, codes, around, may) for recogniser in self._recognisers)
        return [finding for finding in looked if finding is not None]

    def _respelt(self, respelt: str, codes: tuple[str, ...]) -> list[Finding]:
        findings = self._findings(respelt, codes)
        # Words in any order are too easily met where words may be others as well.
        weaker = [
            Finding(each.cause, each.score * _RESPELT, each.clues) for each in findings if not each.is_loose
        ]
        return [finding for finding in weaker if finding.score >= THRESHOLD]

    def _answer(self, found: list[Finding], folded: str, named: Named, fingerprint: str) -> Diagnosis:
        record = self._records[found[0].cause if found else UNKNOWN]
        score = min(found[0].score, 0.99) if found else 0.0
        second = max((each.score for each in found[1:] if not self._explains(found[0], each)), default=0.0)
        return Diagnosis(
            cause=record.id,
            confidence=round(score, 2),
            sure=bool(found) and score >= SURE and score - second >= SURE_BY,
            title=record.title,
            explanation=fill(record.explanation, named),
            remedy=tuple(fill(step, named) for step in record.remedy),
            retry=record.retry,
            named=named,
            because=_because(found, self._surveyor.wrappers(folded)),
            also=tuple(each.cause for each in found[1:]),
            is_warning=_is_warning(folded),
            rules_version=self.version,
            fingerprint=fingerprint,
        )

    def _explains(self, first: Finding, other: Finding) -> bool:
        return bool({first.cause, "*"} & self._yields[other.cause])

    def _known_texts(self) -> Iterable[str]:
        for record in self._records.values():
            words, setting = record.recognise.words, record.setting
            yield fold(f"{record.title} {record.explanation} {' '.join(record.remedy)}")
            yield from map(
                fold, (*words.decide, *words.common, *words.likely, *words.in_context, *words.hint)
            )
            yield from map(fold, record.recognise.not_with)
            if setting:
                yield from map(
                    fold,
                    (
                        *setting.platform,
                        *setting.nearby,
                        *setting.foreign,
                        *setting.own_faults,
                        *setting.wrappers,
                        *setting.hollow,
                    ),
                )


def _compared(folded: str) -> str:
    return folded + compare_versions(folded)


def _with(code_hex: str | None, codes: tuple[str, ...]) -> tuple[str, ...]:
    own = normalise_code(code_hex) if code_hex else None
    return tuple(dict.fromkeys((own, *codes))) if own else codes


def _because(found: list[Finding], wrappers: tuple[str, ...]) -> tuple[str, ...]:
    if found:
        clues = sorted(found[0].clues, key=lambda clue: -clue.weight)
        return tuple(dict.fromkeys(clue.said or clue.what for clue in clues))
    if wrappers:
        return tuple(f"“{words}” only wraps a cause that the text does not give" for words in wrappers)
    return ("nothing in the text tells a cause",)


def _is_warning(folded: str) -> bool:
    return "with warnings" in folded or ("warning:" in folded and "error" not in folded)
