"""Firefox, driven over WebDriver BiDi: the little of that protocol that a reader's steps need.

Playwright drives a Firefox of its own, which no registry of packages has; Debian's answers to the protocol itself.
"""

import asyncio
import contextlib
import itertools
import json
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from browsing import READY
from tornado.websocket import websocket_connect

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
STARTS, ANSWERS = 40, 30  # seconds
# It asks its maker's hosts for nothing.
SETTINGS = {"remote.active-protocols": 1, "browser.shell.checkDefaultBrowser": False, "app.update.enabled": False,
            "datareporting.policy.dataSubmissionEnabled": False, "browser.safebrowsing.update.enabled": False,
            "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
            "browser.startup.page": 0, "app.normandy.enabled": False, "services.settings.server": ""}
CONTROL, ENTER = "\ue009", "\ue007"


def why_not() -> str:
    """Why there is no Firefox to test in, in a sentence; nothing if there is one."""
    return "" if FIREFOX else "there is no Firefox: install it, on Debian with `apt-get install firefox-esr`"


class Connection:
    """Commands to one running Firefox, and what it told of its own accord."""

    def __init__(self, address: str) -> None:
        # A thread of its own, since Playwright's loop may run in this one.
        self.loop, self.numbers, self.waiting, self.told = asyncio.new_event_loop(), itertools.count(1), {}, []
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.socket = self.wait(self.connected(address))
        asyncio.run_coroutine_threadsafe(self.listen(), self.loop)

    def wait(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(ANSWERS)

    async def connected(self, address):
        return await websocket_connect(address, max_message_size=1 << 28)

    async def listen(self):
        while (text := await self.socket.read_message()) is not None:
            message = json.loads(text)
            if message.get("id") in self.waiting:
                self.waiting.pop(message["id"]).set_result(message)
            else:
                self.told.append(message)

    async def asked(self, method, parameters):
        number = next(self.numbers)
        self.waiting[number] = answer = self.loop.create_future()
        await self.socket.write_message(json.dumps({"id": number, "method": method, "params": parameters}))
        return await answer

    def send(self, method: str, **parameters):
        """The result of a command.

        Raises: RuntimeError with the browser's own words.
        """
        answer = self.wait(self.asked(method, parameters))
        if "result" not in answer:
            raise RuntimeError(f"{method}: {answer.get('error')}: {answer.get('message')}")
        return answer["result"]


class Page:
    """One tab."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        connection.told.clear()
        self.context = connection.send("browsingContext.create", type="tab")["context"]

    def go(self, address: str) -> None:
        self.connection.send("browsingContext.navigate", context=self.context, url=address, wait="complete")
        self.until(READY)

    def reload(self) -> None:
        self.connection.send("browsingContext.reload", context=self.context, wait="complete")
        self.until(READY)

    def close(self) -> None:
        self.connection.send("browsingContext.close", context=self.context)

    def value(self, function: str, *arguments: str):
        """What a function of the page gives for these texts: a text, a number, a truth or an element."""
        answer = self.connection.send(
            "script.callFunction", functionDeclaration=function, awaitPromise=True, target={"context": self.context},
            arguments=[{"type": "string", "value": argument} for argument in arguments], userActivation=True)
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        result = answer["result"]
        return {"sharedId": result["sharedId"]} if result["type"] == "node" else result.get("value")

    def until(self, function: str, *arguments: str, seconds: float = 20):
        """Wait until a function of the page gives something, and give it."""
        end = time.monotonic() + seconds
        while not (value := self.value(function, *arguments)):
            assert time.monotonic() < end, f"not within {seconds} s: {function}"
            time.sleep(0.03)
        return value

    def press(self, *keys: str) -> None:
        """Press keys together, as Control and Enter are."""
        actions = [{"type": "keyDown", "value": key} for key in keys]
        actions += [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self.act({"type": "key", "id": "keys", "actions": actions})

    def click(self, function: str, *arguments: str) -> None:
        """Move the mouse to the element that a function of the page finds, and press its button."""
        element = self.until(function, *arguments)
        self.value(f"(...names) => ({function})(...names).scrollIntoView({{block: 'center'}})", *arguments)
        at = {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": element}}
        self.act({"type": "pointer", "id": "mouse", "actions": [
            at, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]})

    def act(self, source) -> None:
        self.connection.send("input.performActions", context=self.context, actions=[source])

    @contextlib.contextmanager
    def begun_with(self, function: str) -> Iterator[None]:
        """Reload with a function that the page runs before all else, as long as the block lasts."""
        script = before_all(self.connection, function, contexts=[self.context])
        try:
            self.reload()
            yield
        finally:
            self.connection.send("script.removePreloadScript", script=script)

    @contextlib.contextmanager
    def held(self, path: str) -> Iterator[None]:
        """Let no request of this path through, as long as the block lasts; the cache answers none either."""
        pattern = {"type": "pattern", "pathname": path}
        number = self.connection.send("network.addIntercept", phases=["beforeRequestSent"], urlPatterns=[pattern])
        self.connection.send("network.setCacheBehavior", cacheBehavior="bypass")
        try:
            yield
        finally:
            self.connection.send("network.removeIntercept", intercept=number["intercept"])
            self.connection.send("network.setCacheBehavior", cacheBehavior="default")
            for told in [*self.connection.told]:
                if told["params"].get("isBlocked"):
                    # Whoever asked may be gone by now.
                    with contextlib.suppress(RuntimeError):
                        self.connection.send("network.continueRequest", request=told["params"]["request"]["request"])

    @property
    def said(self) -> list[str]:
        """What its console holds of errors and warnings."""
        lines = (told["params"] for told in self.connection.told if told["method"] == "log.entryAdded")
        return [f"{line['level']}: {line['text']}" for line in lines if line["level"] in ("error", "warn")]

    @property
    def asked(self) -> list[str]:
        """The addresses that were asked for."""
        return [told["params"]["request"]["url"] for told in self.connection.told
                if told["method"] == "network.beforeRequestSent"]


def before_all(connection: Connection, function: str, **where) -> str:
    """Have pages run a function before all else; what it is called to be removed.

    It is handed over in a sandbox, as Firefox 140.12 logs an error on every page for a script without one.
    """
    call = json.dumps(f"({function})()")
    handed = f"() => {{ window.wrappedJSObject.eval({call}); }}"
    return connection.send("script.addPreloadScript", functionDeclaration=handed, sandbox="first", **where)["script"]


@contextlib.contextmanager
def started() -> Iterator[Connection]:
    """A Firefox without a window, with a profile of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in SETTINGS.items()]
        Path(profile, "user.js").write_text("\n".join(lines), encoding="utf8")
        log = Path(profile, "said.log")
        command = [FIREFOX, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        with log.open("w") as file:
            running = subprocess.Popen(command, stdout=file, stderr=file)
        try:
            connection = Connection(f"{listening(log)}/session")
            connection.send("session.new", capabilities={})
            connection.send("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
            yield connection
        finally:
            running.terminate()
            running.wait()


def listening(log: Path) -> str:
    """The address at which it listens, once it says so."""
    end = time.monotonic() + STARTS
    while not (found := re.search(r"WebDriver BiDi listening on (ws://\S+)", log.read_text())):
        if time.monotonic() > end:
            raise RuntimeError(f"Firefox did not start within {STARTS} s:\n{log.read_text()}")
        time.sleep(0.05)
    return found[1]
