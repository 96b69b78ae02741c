import os
import signal

import pytest

from core.provisioning import crash_points


def test_process_is_killed_when_the_environment_names_the_point(monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr("os.kill", lambda process_id, number: killed.append((process_id, number)))
    monkeypatch.setenv(crash_points.VARIABLE, "publish:effect")
    crash_points.reached("publish", "begun")
    crash_points.reached("probe", "effect")
    assert killed == []
    crash_points.reached("publish", "effect")
    assert killed == [(os.getpid(), signal.SIGKILL)]
