"""Tables for people."""

import io

from rich.console import Console

from core.commandline.tables import print_table, state


def _printed(*, is_terminal: bool) -> str:
    screen = Console(
        file=io.StringIO(),
        force_terminal=is_terminal,
        width=40,
        color_system="standard" if is_terminal else None,
    )
    print_table(screen, ("Name", "State"), [("[b]Aide[/b]", state("provisioned")), (None, state(None))])
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_states_are_coloured_when_a_terminal_shows_them() -> None:
    assert "\x1b[32mprovisioned\x1b[0m" in _printed(is_terminal=True)


def test_words_stay_as_they_are_when_piped() -> None:
    assert _printed(is_terminal=False) == "Name         State\n[b]Aide[/b]  provisioned\n–            –\n"
