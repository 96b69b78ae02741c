"""Ctrl-C and SIGTERM while something is waited for."""

import os
import signal
import threading

import pytest

from core.commandline.stopping import Stop, on_signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_wait_ends_when_a_signal_comes(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with on_signals(Stop()) as stop:
        assert not stop
        os.kill(os.getpid(), number)
        assert stop.wait(10)
        assert stop.by == number
    assert signal.getsignal(number) is before


def test_the_second_signal_interrupts_when_the_first_was_heard() -> None:
    stop = Stop()
    stop.ask()
    with pytest.raises(KeyboardInterrupt):
        stop.ask()


def test_signals_are_left_alone_when_another_thread_waits() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen: list[object] = []

    def wait() -> None:
        with on_signals(Stop()):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join()
    assert seen == [before]
