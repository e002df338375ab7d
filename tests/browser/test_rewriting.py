"""The reader's text, rewritten for the page's Python: what MicroPython lacks becomes a call, and lines stay lines."""

import ast

import answers_text
import pytest

from browser.build.plainer import plainer
from browser.judge import rewriting, signatures, traces

# A text, and what becomes of it; where nothing stands there, it stays.
TEXTS = {
    "x = y / 2": "",
    "x += 1; y -= 2": "",
    "x /= 2": 'x = _augmented("/=", x, ( 2))',
    "x[0, :] *= a + b  # so": 'x[0, :] = _augmented("*=", x[0, :], ( a + b))  # so',
    "if a: b **= 2": 'if a: b = _augmented("**=", b, ( 2))',
    "x /= (a +\n  b)": 'x = _augmented("/=", x, ( (a +\n  b)))',
    "[*a, 1]": "_list(*a, 1)",
    "x = (*a, *b)": "x = _tuple(*a, *b)",
    "return *a, b": "return _tuple(*a, b)",
    "x = *a, b": "x = _tuple(*a, b)",
    "for i in *a, 1: pass": "for i in _tuple(*a, 1): pass",
    "{*a, 1}": "_set(*a, 1)",
    "f(*a, 1)": "",
    "a, *b = c": "",
    "(a, *b) = c": "",
    "x[a * b]": "",
    "[a * b, c ** d]": "",
    "float(x)": "_float(x)",
    "x.float() * float": "",
    "str(x) + my.str(y)": "_str(x) + my.str(y)",
    "'{}'.format(x)": "_format('{}', x)",
    "a + 'b' '{}' .format()": "a + _format('b' '{}' , )",
    "form.format(x); f(x).format(y)": "",
    "f'{a}'.format(x)": "_text(_piece((a), '', '')).format(x)",
    "'a'.join.format(x)": "",
    'f"{x}"': "_text(_piece((x), '', ''))",
    'f"a{x!r}b"': "_text(\"a\", _piece((x), 'r', ''), \"b\")",
    'f"{x:.3f}"': "_text(_piece((x), '', _text(\".3f\")))",
    'f"{x:{w}}"': "_text(_piece((x), '', _text(_piece((w), '', ''))))",
    'f"{x=}"': "_text(\"x=\", _piece((x), 'r', ''))",
    'f"{{}}"': '_text("{}")',
    "f'{float(x)}'": "_text(_piece((_float(x)), '', ''))",
    "f'{d[\"a\"]}'": "_text(_piece((d[\"a\"]), '', ''))",
    "'[*a]' # f'{x}' float(": "",
    '"""\n[*a] /= 2\n"""': "",
    "x = 'a\\'[*b, 1]'": "",
    "print(*a, sep='')": "",
    "lambda: [*a]": "lambda: _list(*a)",
    "def float(x): pass": "",
    "x = 1e-5 * [*a][0]": "x = 1e-5 * _list(*a)[0]",
    "'open": "",
    "[*a": "",
    "x = 0x1f /": "",
    "": "",
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_becomes_what_the_page_can_read(text):
    found = rewriting.plain(text)
    assert found == (TEXTS[text] or text)
    assert found.count("\n") == text.count("\n")


def test_every_answer_stays_python_with_its_lines():
    texts = {answer.text for answer in answers_text.every()}
    changed = [text for text in texts if rewriting.plain(text) != text]
    for text in texts:
        found = rewriting.plain(text)
        ast.parse(found)
        assert found.count("\n") == text.count("\n")
    assert changed and all("*=" in t or "/=" in t or "*" in t or "float(" in t or 'f"' in t for t in changed)
    assert not any("[*" in rewriting.plain(text) for text in texts)


# A text in the larger Python, and pieces of what it becomes in the smaller one.
PLAINER = {
    '"""Doc."""\ndef f(a: int, *, b: str = "") -> int:\n    """Doc."""\n': ["def f(a, *, b=''):\n pass"],
    "x: int = 1\ny: int\n": ["x = 1\n"],
    "isinstance(x, int | float | str)": ["isinstance(x, (int, float, str))"],
    "zip(a, b, strict=True)": ["zip(a, b)"],
    'f"{a}{{{b!r:>{c}}}}"': ["'{}{{{!r:>{}}}}'.format(a, b, c)"],
    'x = f"{{}}"': ["x = '{}'"],
    "[*a, b]": ["list_of(*a, b)", "from browser.judge.helpers import list_of"],
    "(*a, b)": ["tuple_of(*a, b)"],
    "a, *b = c": ["a, *b = c"],
    "raise ValueError('x') from None": ["raise ValueError('x')\n"],
    "x.removeprefix('a')": ["removeprefix(x, 'a')"],
    "class A(NamedTuple):\n    x: int\n    y: int = 2\n": ["A = bundle('A', ('x', 'y'), (2,))"],
    "from browser.torch import core": ["from torch import core"],
    "import browser.torch.nn.functional as F": ["import torch.nn.functional as F"],
    "from browser.judge import helpers": ["from browser.judge import helpers"],
}


@pytest.mark.parametrize("text", PLAINER)
def test_a_module_is_written_in_the_smaller_python(text):
    found = plainer(text)
    assert all(piece in found for piece in PLAINER[text]), found


def test_the_modules_of_the_judge_lose_what_the_page_has_not():
    text = ("import inspect\nfrom typing import Any\nfrom functools import cache\nSize = int | None\n"
            "@cache\ndef gone():\n    pass\n"
            "def kept():\n    return {a: b for a, b in c}, dict(x), hasattr(x, 'y'), Mapping\n"
            "KNOWN = {RecursionError: 1}\n")
    found = plainer(text, {"gone", "Size"}, judge=True)
    assert "from browser.judge import signatures as inspect" in found and "typing" not in found and "Size" not in found
    assert "ordered([(a, b) for a, b in c]), ordered(x), has(x, 'y'), dict" in found and "gone" not in found
    assert found.startswith("from browser.judge.helpers import RecursionError, has, ordered")


def test_a_signature_is_read_off_the_text():
    signatures.TEXT[0] = "def f(a,\n      b: tuple[int, int] = (1, 2), *rest):\n    pass\n"

    def f():
        """Stands for the function of the text."""

    found = signatures.signature(f)
    assert found.parameters == ["a", "b", "rest"]
    found.bind(1)
    with pytest.raises(TypeError):
        found.bind()
    with pytest.raises(ValueError, match="no signature"):
        signatures.signature(lambda x: x)
    two = signatures.read("def g(a, b=1, /):")
    two.bind(1, 2)
    with pytest.raises(TypeError):
        two.bind(1, 2, 3)


def test_the_lines_of_a_traceback_are_those_of_the_readers_text():
    try:
        exec(compile("def f():\n    return 1 / 0\n\nf()\n", traces.NAME, "exec"), {})
    except ZeroDivisionError as error:
        found = [(frame.lineno, frame.name) for frame in traces.frames(error)]
    assert found == [(4, "<module>"), (2, "f")]
