"""KaTeX's own script, run by the V8 engine inside the Python process."""

import atexit
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from handgrad.support import digest

if TYPE_CHECKING:  # where every formula is known from the build before, no engine is needed
    from py_mini_racer import MiniRacer

SCRIPT = Path(__file__).parent / "katex.min.js"

# KaTeX writes its definitions back into the macros it is given, so each formula gets a fresh copy:
# a \gdef on one page must not be known on the next. What LaTeX would not accept is refused; KaTeX drops
# a line break outside an environment without a word, so the refusals are collected rather than thrown.
# It does not throw either for what it calls untrusted (\href): that it prints in the error colour.
RENDER = """
const render = (tex, display, macros) => {
  const refused = [];
  const strict = (code, message) => { refused.push(message); return "error"; };
  const options = {displayMode: display, macros: {...macros}, output: "htmlAndMathml",
                   throwOnError: true, errorColor: "%(colour)s", strict, trust: false};
  try {
    const html = katex.renderToString(tex, options);
    if (html.includes("color:%(colour)s")) refused.push("it holds a command that KaTeX does not trust");
    return refused.length ? {error: refused[0]} : {html};
  } catch (error) {
    return {error: error.message};
  }
};
""".replace("%(colour)s", "#cc0001")

# With the macros, all that decides what becomes of a formula.
VERSION = digest.of_bytes(SCRIPT.read_bytes() + RENDER.encode())
UNDERLINE = "\u0332"  # KaTeX underlines the place of an error with combining characters


class TexError(ValueError):
    """KaTeX refused a formula; the text says why and where in the formula."""


@cache
def engine() -> "MiniRacer":
    """The one JavaScript engine of this process, with KaTeX loaded; open until `close`, or until Python ends."""
    from py_mini_racer import MiniRacer

    racer = MiniRacer()
    # Left open, it closes itself while Python shuts down, and waits for its thread, which from Python 3.13 on
    # never ends then: the process would stay for ever.
    atexit.register(racer.close)
    racer.eval(SCRIPT.read_text(encoding="utf8"))
    racer.eval(RENDER)
    return racer


def close() -> None:
    """End the engine and its threads, if it runs; the next formula starts another."""
    if engine.cache_info().currsize:
        engine().close()
        engine.cache_clear()


@cache
def render(tex: str, display: bool, macros: tuple[tuple[str, str], ...]) -> str:
    """HTML and MathML of one formula.

    Raises: TexError if KaTeX cannot set it.
    """
    result = engine().call("render", tex, display, dict(macros))
    if "error" in result:
        raise TexError(result["error"].replace(UNDERLINE, "").removeprefix("KaTeX parse error: "))
    return result["html"]
