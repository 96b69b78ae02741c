"""What is said of a failure when it happens."""

import pytest

from core.diagnosis import Diagnoser, load_diagnoser
from core.errors import DataError
from core.provisioning.diagnosing import make_diagnose

LOCK = {
    "code": "platform-refused",
    "code_hex": "0x80071151",
    "text": "CustomizationLockException: Cannot start the requested operation [Import] because there is another "
    "[Import] running at this moment.",
    "message": "Wait.",
}


def test_the_cause_is_kept_with_its_rules_when_the_platform_said_it() -> None:
    said = make_diagnose(load_diagnoser)(LOCK)
    assert said["cause"] == "import-lock"
    assert said["rules_version"] == load_diagnoser().version


def test_our_own_error_needs_no_words_when_nothing_answered() -> None:
    said = make_diagnose(load_diagnoser)({"code": "platform-unreachable", "message": "Contoso is silent."})
    assert (said["cause"], said["is_sure"]) == ("unreachable", True)


@pytest.mark.parametrize(
    ("error", "cause"),
    [(LOCK, "unknown"), ({"code": "platform-unreachable", "message": "Silent."}, "unreachable")],
)
def test_the_failure_is_still_kept_when_a_record_is_wrong(error: dict[str, str], cause: str) -> None:
    def load() -> Diagnoser:
        raise DataError("diagnosis/timeout.yaml", "title", "is missing")

    assert make_diagnose(load)(error) == {"cause": cause, "confidence": 0.0, "is_sure": False}
