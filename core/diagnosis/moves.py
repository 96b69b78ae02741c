"""Which messages of the corpus move when the rules change: `python -m core.diagnosis.moves [--keep]`.

Reads tests/diagnosis/messages/*.yaml, prints the accuracy and what each message's cause was at the last snapshot and is
now; `--keep` writes the snapshot anew. Ends with 1 where a message has another cause than its file demands.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.reading import parse_yaml, read_text
from core.diagnosis.diagnoser import Diagnoser
from core.diagnosis.loading import load_diagnoser
from core.diagnosis.records import UNKNOWN
from core.errors import DataError
from core.settings import ROOT

FOLDER = ROOT / "tests" / "diagnosis" / "messages"
SNAPSHOT = ROOT / "tests" / "diagnosis" / "snapshot.json"
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the corpus: its name, its text and the cause that it must get."""

    name: str
    text: str
    cause: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a message."""

    message: Message
    cause: str
    confidence: float

    @property
    def is_right(self) -> bool:
        """Whether it is the cause that the message must get."""
        return self.cause == self.message.cause


@dataclass(frozen=True, slots=True)
class Move:
    """A message whose cause is another than at the snapshot; `before` is None for a new one."""

    verdict: Verdict
    before: str | None


def read_messages(folder: Path = FOLDER) -> tuple[Message, ...]:
    """The corpus, named file/number; raises DataError."""
    return tuple(message for path in sorted(folder.glob("*.yaml")) for message in _messages(path))


def judge(messages: Sequence[Message], diagnoser: Diagnoser) -> tuple[Verdict, ...]:
    """What the rules say of each message, in order."""
    return tuple(_verdict(message, diagnoser) for message in messages)


def moves(verdicts: Sequence[Verdict], snapshot: dict[str, str]) -> tuple[Move, ...]:
    """The messages whose cause differs from the snapshot's."""
    before = ((verdict, snapshot.get(verdict.message.name)) for verdict in verdicts)
    return tuple(Move(verdict, cause) for verdict, cause in before if cause != verdict.cause)


def read_snapshot(path: Path = SNAPSHOT) -> dict[str, str]:
    """Each message's cause at the last snapshot; empty where there is none."""
    if not path.is_file():
        return {}
    return {
        str(name): str(cause)
        for name, cause in json.loads(path.read_text(encoding="utf-8"))["causes"].items()
    }


def write_snapshot(verdicts: Sequence[Verdict], version: str, path: Path = SNAPSHOT) -> None:
    """Keep what the rules say now."""
    causes = {verdict.message.name: verdict.cause for verdict in verdicts}
    path.write_text(
        json.dumps({"rules_version": version, "causes": causes}, indent=1) + "\n", encoding="utf-8"
    )


def report(verdicts: Sequence[Verdict], moved: Sequence[Move], version: str) -> Iterator[str]:
    """The lines that are printed."""
    caused = [verdict for verdict in verdicts if verdict.message.cause != UNKNOWN]
    without = [verdict for verdict in verdicts if verdict.message.cause == UNKNOWN]
    yield f"Rules {version}: {len(verdicts)} messages, {_share(verdicts)} right."
    yield f"With a cause: {_share(caused)} right. Without one: {_share(without)} left unknown."
    for verdict in verdicts:
        if not verdict.is_right:
            yield f"wrong  {verdict.message.name}: {verdict.cause}, not {verdict.message.cause}: {_start(verdict)}"
    for move in moved:
        yield f"moved  {move.verdict.message.name}: {move.before or 'new'} → {move.verdict.cause}: {_start(move.verdict)}"
    if not moved:
        yield "No message moved."


def main(arguments: Sequence[str]) -> int:
    """Print the report; `--keep` writes the snapshot."""
    diagnoser = load_diagnoser()
    verdicts = judge(read_messages(), diagnoser)
    for line in report(verdicts, moves(verdicts, read_snapshot()), diagnoser.version):
        sys.stdout.write(f"{line}\n")
    if "--keep" in arguments:
        write_snapshot(verdicts, diagnoser.version)
    return 0 if all(verdict.is_right for verdict in verdicts) else 1


def _messages(path: Path) -> Iterator[Message]:
    found = parse_yaml(read_text(path, path.name), path.name)
    for number, raw in enumerate(found if isinstance(found, tuple) else (), 1):
        if not isinstance(raw, dict) or not {"text", "cause"} <= set(raw):
            raise DataError(path.name, f"#{number}", "should have a text and a cause")
        yield Message(f"{path.stem}/{number}", str(raw["text"]), str(raw["cause"]))


def _verdict(message: Message, diagnoser: Diagnoser) -> Verdict:
    answer = diagnoser.diagnose(message.text)
    return Verdict(message, answer.cause, answer.confidence)


def _share(verdicts: Sequence[Verdict]) -> str:
    right = sum(verdict.is_right for verdict in verdicts)
    return f"{right} of {len(verdicts)} ({right / len(verdicts):.1%})" if verdicts else "none"


def _start(verdict: Verdict) -> str:
    return " ".join(verdict.message.text.split())[:_SHOWN]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
