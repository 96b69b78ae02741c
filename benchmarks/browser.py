"""A real browser to measure with, and what it saw of a page's socket."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, WebSocket
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.chromium import prepare
from tests.browser.visit import open_browser

TIMEOUT_S = 60
# Notes when the page's sockets send and receive, before the page does anything with it.
_CLOCK = """
window.benchSent = []; window.benchGot = [];
window.WebSocket = class extends window.WebSocket {
  constructor(...given) { super(...given); this.addEventListener("message", () => benchGot.push(performance.now())); }
  send(data) { benchSent.push(performance.now()); super.send(data); }
};
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the browser tests."""
    with open_browser(prepare()) as browser:
        yield browser


class Tab:
    """A fresh visitor's tab, which measures reruns in the browser's own time."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
        self._context.add_init_script(_CLOCK)
        self.page: Page = self._context.new_page()
        self._kinds: list[str | None] = []
        self.page.on("websocket", self._listen)

    def close(self) -> None:
        """The visitor leaves."""
        self._context.close()

    def rerun_s(self, label: str, text: str) -> float:
        """Seconds from the message that tells of the widget's new text until the script's end is told."""
        field = self.page.get_by_label(label, exact=True)
        field.fill(text)
        sent, got = int(self.page.evaluate("benchSent.length")), len(self._kinds)
        field.press("Enter")
        for _ in range(TIMEOUT_S * 200):
            self.page.wait_for_timeout(5)  # lets Playwright hand over what came in
            if "script_finished" in self._kinds[got:]:
                end = self._kinds.index("script_finished", got)
                return float(self.page.evaluate(f"benchGot[{end}] - benchSent[{sent}]")) / 1000
        raise TimeoutError("Nothing ran.")

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._note)

    def _note(self, payload: str | bytes) -> None:
        is_message = isinstance(payload, bytes)
        self._kinds.append(ForwardMsg.FromString(payload).WhichOneof("type") if is_message else None)
