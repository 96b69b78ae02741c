"""What is around a message does not move its cause: log prefixes, ids, JSON, line breaks, quotes, case."""

import html
import json
import re
from collections.abc import Callable
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from core.diagnosis import UNKNOWN, diagnose
from core.diagnosis.moves import Message, read_messages

PREFIXES = (
    "2023-11-21T21:14:45.7947396Z ",
    "2023-11-21 21:14:45,123 ",
    "##[error]",
    "2022-08-27T21:47:48.85Z ##[error]",
    "[21:14:45] ",
    "::error::",
    "VERBOSE: ",
    "> ",
)
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

messages = st.sampled_from([message for message in read_messages() if message.cause != UNKNOWN])
few = settings(max_examples=80, deadline=None)


def assert_unmoved(message: Message, change: Callable[[str], str]) -> None:
    assert diagnose(change(message.text)).cause == diagnose(message.text).cause, change(message.text)


@few
@given(messages, st.sampled_from(PREFIXES))
def test_the_cause_stays_when_a_log_prefix_is_added(message: Message, prefix: str) -> None:
    assert_unmoved(message, lambda text: "\n".join(prefix + line for line in text.splitlines()))


@few
@given(messages, st.uuids())
def test_the_cause_stays_when_ids_change(message: Message, other: UUID) -> None:
    assert_unmoved(message, lambda text: GUID.sub(str(other), text))


@few
@given(messages, st.integers(min_value=1, max_value=3))
def test_the_cause_stays_when_the_message_is_wrapped_in_json(message: Message, times: int) -> None:
    def wrap(text: str) -> str:
        for _ in range(times):
            text = json.dumps({"error": {"code": "", "message": text}})
        return text

    assert_unmoved(message, wrap)


@few
@given(messages, st.data())
def test_the_cause_stays_when_lines_break_elsewhere(message: Message, data: st.DataObject) -> None:
    breaks = data.draw(
        st.lists(st.sampled_from(["\n", "\r\n", "  ", "\n    ", "\t"]), min_size=1, max_size=9)
    )

    def broken(text: str) -> str:
        words = text.split(" ")
        return "".join(word + breaks[at % len(breaks)] for at, word in enumerate(words))

    assert_unmoved(message, broken)


@few
@given(messages)
def test_the_cause_stays_when_the_message_is_escaped_for_xml(message: Message) -> None:
    assert_unmoved(message, lambda text: f'<Cell><Data ss:Type="String">{html.escape(text)}</Data></Cell>')


@few
@given(messages, st.sampled_from([str.upper, str.lower, str.swapcase]))
def test_the_cause_stays_when_the_case_changes(message: Message, change: Callable[[str], str]) -> None:
    assert_unmoved(message, change)


@few
@given(
    messages,
    st.sampled_from(["ImportAsHolding failed with exception :", "The reason given was: ", "Error: "]),
)
def test_the_cause_stays_when_a_wrapper_is_put_around(message: Message, wrapper: str) -> None:
    assert_unmoved(message, lambda text: wrapper + text)


@few
@given(st.text(max_size=400) | st.binary(max_size=400))
def test_an_answer_comes_when_anything_is_asked(anything: str | bytes) -> None:
    answer = diagnose(anything)
    assert 0 <= answer.confidence <= 1
    assert json.dumps(answer.as_dict())
