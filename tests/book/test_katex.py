"""The engine that sets the formulas, and the vendored files it runs on."""

import re
import shutil
import subprocess
import sys

import pytest
import vendor_katex

from book_equations.engine import TexError, close, engine, render
from book_equations.katex import NARROW, letters

MACROS = ((r"\grad", r"\frac{\partial L}{\partial #1}"),)


def test_a_formula_becomes_html_and_mathml():
    html = render(r"\grad{x}", True, MACROS)
    assert "<math" in html and 'class="katex-html"' in html
    assert r'<annotation encoding="application/x-tex">\grad{x}</annotation>' in html


def test_inline_and_displayed_formulas_differ():
    assert "katex-display" in render("x", True, ()) and "katex-display" not in render("x", False, ())


def test_there_is_one_engine():
    assert engine() is engine()


def test_a_closed_engine_gives_way_to_another():
    before, first = render("x + y", False, ()), engine()
    close()
    close()
    render.cache_clear()
    assert render("x + y", False, ()) == before and engine() is not first


# Closed by its own end, while Python shuts down, it would wait for ever on some versions and on others not.
ENDING = """
import sys
from py_mini_racer import MiniRacer
close = MiniRacer.close
MiniRacer.close = lambda racer: close(racer) or print("closed", sys.is_finalizing())
from katex_math.engine import render
render("x", True, ())
"""


def test_the_engine_is_closed_before_python_shuts_down():
    command = [sys.executable, "-c", ENDING]
    done = subprocess.run(command, cwd=vendor_katex.BOOK / "_ext", capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "closed False"), done.stderr


@pytest.mark.parametrize(("tex", "reason"), [
    (r"\frac{1}{", "Unexpected end of input"),
    (r"\nothing", "Undefined control sequence"),
    ("x_1_2", "Double subscript"),
    (r"a \\ b", "does nothing in display mode"),
    (r"\label{x}", "Undefined control sequence"),
    ("é", "Accented Unicode"),
    (r"\href{a}{b}", "does not trust"),
    (r"\def\a{\a}\a", "Too many expansions"),
])
def test_what_katex_cannot_set_is_an_error_with_a_reason(tex, reason):
    with pytest.raises(TexError, match=reason) as caught:
        render(tex, True, MACROS)
    assert "\u0332" not in str(caught.value) and "\n" not in str(caught.value)


def test_a_definition_does_not_reach_the_next_formula():
    assert render(r"\gdef\mine{x}\mine", True, MACROS)
    with pytest.raises(TexError, match="Undefined"):
        render(r"\mine", True, MACROS)


def test_letters_counts_what_is_seen():
    assert letters(render(r"x + \frac{a}{b}", True, ())) == 4
    assert letters(render("a" * 30, True, ())) == 30 > NARROW


@pytest.fixture
def book(tmp_path):
    """A copy of the vendored files."""
    for name in ("_static/katex", "_ext/book_equations"):
        shutil.copytree(vendor_katex.BOOK / name, tmp_path / name)
    return tmp_path


def test_the_vendored_files_are_those_of_the_manifest(book):
    assert vendor_katex.problems() == [] == vendor_katex.problems(book)


def test_script_and_stylesheet_are_of_the_version_that_is_named(book):
    assert engine().eval("katex.version") == vendor_katex.VERSION
    assert f'content:"{vendor_katex.VERSION}"' in (book / vendor_katex.STYLE).read_text()


def test_every_font_that_the_stylesheet_names_is_there_and_no_other(book):
    named = re.findall(r"url\(fonts/([^)]+)\)", (book / vendor_katex.STYLE).read_text())
    assert sorted(named) == sorted(path.name for path in (book / vendor_katex.FONTS).iterdir())


def test_a_changed_a_missing_and_a_foreign_file_are_found(book):
    (book / vendor_katex.STYLE).write_text("body {}")
    (book / vendor_katex.LICENCE).unlink()
    (book / vendor_katex.FONTS / "Other.woff2").write_bytes(b"")
    assert vendor_katex.problems(book) == [
        "book/_static/katex/LICENSE is missing",
        "book/_static/katex/katex.min.css is not the file of the manifest",
        "book/_static/katex/fonts/Other.woff2 is not in the manifest",
    ]


def test_a_manifest_that_cannot_be_read_is_said(book):
    (book / vendor_katex.MANIFEST).write_text("{")
    assert "cannot be read" in vendor_katex.problems(book)[0]


def test_an_archive_of_another_version_is_refused(tmp_path):
    (tmp_path / "katex.tgz").write_bytes(b"something else")
    with pytest.raises(ValueError, match="is not katex"):
        vendor_katex.unpack(tmp_path / "katex.tgz")


def test_other_font_formats_are_left_out():
    formats = ("woff2", "woff", "ttf")
    style = "src:" + ",".join(f'url(fonts/A.{end}) format("{end}")' for end in formats)
    assert vendor_katex.woff2_only(style) == 'src:url(fonts/A.woff2) format("woff2")'
