"""How evidence becomes a cause."""

from core.diagnosis import Diagnoser
from core.diagnosis.scoring import THRESHOLD
from tests.diagnosis.samples import SETTING, make_diagnoser, make_record, recognised


def test_the_answer_is_unknown_when_hints_are_all_there_is() -> None:
    answer = make_diagnoser(recognised("one", words={"hint": ["odd thing"]})).diagnose("odd thing")
    assert (answer.cause, answer.sure, answer.confidence) == ("unknown", False, 0.0)


def test_the_answer_is_sure_when_a_phrase_decides() -> None:
    answer = make_diagnoser(recognised("one", words={"decide": ["odd thing"]})).diagnose("An odd thing")
    assert (answer.cause, answer.sure, answer.because) == ("one", True, ("“odd thing”",))


def test_the_answer_is_only_probable_when_a_phrase_is_likely() -> None:
    answer = make_diagnoser(recognised("one", words={"likely": ["odd thing"]})).diagnose("An odd thing")
    assert (answer.cause, answer.sure) == ("one", False)
    assert answer.confidence >= THRESHOLD


def test_evidence_adds_up_when_it_says_the_same() -> None:
    record = recognised("one", words={"likely": ["odd thing"]}, codes={"hint": ["0x80048033"]})
    diagnoser = make_diagnoser(record)
    assert diagnoser.diagnose("odd thing 0x80048033").confidence > diagnoser.diagnose("odd thing").confidence


def test_evidence_counts_once_when_it_stands_in_the_same_place() -> None:
    diagnoser = make_diagnoser(recognised("one", words={"likely": ["odd thing", "thing"]}))
    assert diagnoser.diagnose("odd thing").confidence == diagnoser.diagnose("a thing").confidence
    assert diagnoser.diagnose("thing, odd thing").confidence == diagnoser.diagnose("a thing").confidence


def test_words_decide_when_the_code_points_elsewhere() -> None:
    diagnoser = make_diagnoser(
        recognised("by-code", codes={"decide": ["0x80048033"]}),
        recognised("by-words", words={"decide": ["odd"]}),
    )
    assert diagnoser.diagnose("odd", code_hex="-2147188685").cause == "by-words"


def test_the_root_comes_first_when_another_yields_to_it() -> None:
    diagnoser = make_diagnoser(
        recognised("effect", words={"decide": ["it broke"]}, yields_to=["root"]),
        recognised("root", words={"likely": ["no room"]}),
    )
    answer = diagnoser.diagnose("it broke: no room")
    assert (answer.cause, answer.also) == ("root", ("effect",))


def test_a_cause_does_not_yield_when_only_a_code_points_to_the_other() -> None:
    diagnoser = make_diagnoser(
        recognised("effect", words={"decide": ["it broke"]}, yields_to=["root"]),
        recognised("root", codes={"likely": ["0x80048033"]}),
    )
    answer = diagnoser.diagnose("it broke (0x80048033)")
    assert (answer.cause, answer.also) == ("effect", ("root",))


def test_a_tools_own_fault_is_unknown_when_even_a_phrase_decides() -> None:
    record = recognised("one", words={"decide": ["odd thing"]}, codes={"decide": ["0x80048033"]})
    diagnoser = make_diagnoser(record)
    assert diagnoser.diagnose("unknown option, odd thing").cause == "unknown"
    assert diagnoser.diagnose("unknown option, odd thing 0x80048033").cause == "one"


def test_the_innermost_comes_first_when_two_say_as_much() -> None:
    diagnoser = make_diagnoser(
        recognised("outer", words={"decide": ["first"]}), recognised("inner", words={"decide": ["second"]})
    )
    answer = diagnoser.diagnose("first ---> second")
    assert (answer.cause, answer.sure) == ("inner", False)


def test_a_likeness_is_no_cause_when_what_it_must_not_be_with_is_there() -> None:
    record = recognised("one", words={"decide": ["upgrade failed"]}, not_with=["helm"])
    assert make_diagnoser(record).diagnose("helm: upgrade failed").cause == "unknown"


def test_common_words_count_only_in_the_platforms_messages_when_they_need_context() -> None:
    diagnoser = make_diagnoser(recognised("one", words={"in_context": ["already exists"]}))
    assert diagnoser.diagnose("Dataverse: already exists").cause == "one"
    assert diagnoser.diagnose("already exists").cause == "unknown"
    assert diagnoser.diagnose("kubectl: already exists").cause == "unknown"


def test_another_products_message_is_unknown_when_even_a_phrase_decides() -> None:
    diagnoser = make_diagnoser(recognised("one", words={"decide": ["timed out"]}))
    assert diagnoser.diagnose("kubectl timed out").cause == "unknown"


def test_a_tools_own_fault_is_unknown_when_the_rest_is_only_likely() -> None:
    diagnoser = make_diagnoser(recognised("one", words={"likely": ["invalid"]}))
    assert diagnoser.diagnose("unknown option, invalid").cause == "unknown"


def test_the_wrapper_is_named_when_it_is_all_that_is_said() -> None:
    answer = make_diagnoser(make_record("one")).diagnose("It failed.")
    assert answer.because == ("“it failed” only wraps a cause that the text does not give",)


def test_a_warning_is_marked_when_the_import_succeeded() -> None:
    diagnoser = make_diagnoser(recognised("one", words={"decide": ["labels"]}))
    answer = diagnoser.diagnose("imported successfully with warnings: labels")
    assert (answer.cause, answer.is_warning) == ("one", True)


def test_every_finding_is_shown_when_rules_are_written() -> None:
    diagnoser = make_diagnoser(
        recognised("one", words={"hint": ["odd"]}), recognised("two", words={"likely": ["odd"]})
    )
    assert [finding.cause for finding in diagnoser.scores("odd")] == ["two", "one"]


def test_shared_words_decide_in_the_platforms_messages_only_when_they_are_common() -> None:
    diagnoser = make_diagnoser(recognised("one", words={"common": ["access denied", "no permission"]}))
    assert diagnoser.diagnose("Dataverse: access denied").sure
    assert diagnoser.diagnose("environment: access denied").cause == "one"
    assert diagnoser.diagnose("access denied, no permission").cause == "unknown"
    assert diagnoser.diagnose("kubectl in the environment: access denied").cause == "unknown"


def test_a_code_of_windows_says_little_when_the_message_is_not_the_platforms() -> None:
    diagnoser = make_diagnoser(recognised("one", codes={"decide": ["0x80070005", "0x80048033"]}))
    assert diagnoser.diagnose("0x80070005").cause == "unknown"
    assert diagnoser.diagnose("Dataverse 0x80070005").cause == "one"
    assert diagnoser.diagnose("0x80048033").cause == "one"


def test_a_message_is_anothers_when_it_names_a_host_that_is_not_the_platforms() -> None:
    setting = SETTING | {"hosts": [".dynamics.com"]}
    records = (recognised("one", words={"decide": ["timed out"]}), make_record("unknown", setting=setting))
    diagnoser = Diagnoser(records, "test")
    assert diagnoser.diagnose("https://example.org/a timed out").cause == "unknown"
    assert diagnoser.diagnose("https://contoso.crm4.dynamics.com timed out").cause == "one"
    assert diagnoser.diagnose("https://10.0.0.1:5/a timed out").cause == "one"


def test_a_likeness_is_no_cause_when_a_compiler_says_it() -> None:
    diagnoser = make_diagnoser(recognised("one", words={"decide": ["odd thing"]}))
    assert diagnoser.diagnose("compiler: odd thing").cause == "unknown"
    assert diagnoser.diagnose("compiler: install failed: odd thing").cause == "one"


def test_words_that_every_product_shares_say_less_when_another_product_is_named_too() -> None:
    record = recognised("one", words={"common": ["odd thing"]})
    both = make_diagnoser(record).diagnose("dataverse kubectl odd thing")
    alone = make_diagnoser(record).diagnose("dataverse odd thing")
    assert both.confidence < alone.confidence


def test_words_in_any_order_come_last_when_something_firmer_is_known() -> None:
    diagnoser = make_diagnoser(
        recognised("loose", words={"decide": ["odd & thing", "thing & room"]}),
        recognised("firm", words={"likely": ["no room"]}, yields_to=["loose"]),
    )
    answer = diagnoser.diagnose("an odd thing: no room")
    assert (answer.cause, answer.also) == ("firm", ("loose",))
    assert diagnoser.diagnose("a thing, odd").cause == "loose"


def test_nothing_is_looked_for_in_a_sentence_when_it_says_nothing() -> None:
    setting = SETTING | {"hollow": ["no luck at all"]}
    records = (
        recognised("one", words={"decide": ["luck", "before…after"]}),
        make_record("unknown", setting=setting),
    )
    diagnoser = Diagnoser(records, "test")
    assert diagnoser.diagnose("No luck at all").cause == "unknown"
    assert diagnoser.diagnose("before: no luck at all, after").cause == "unknown"
    assert diagnoser.diagnose("No luck at all: some luck").cause == "one"
