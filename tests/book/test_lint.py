"""The book's own markdown and words, and every rule of the lint with a page that breaks it."""

import lint_book
import pytest


def named(path) -> str:
    return path.relative_to(lint_book.ROOT).as_posix()


@pytest.mark.parametrize("path", lint_book.files(), ids=named)
def test_the_book_breaks_no_rule(path):
    assert lint_book.lint_file(path) == []


def test_all_kinds_of_files_are_linted():
    names = set(map(named, lint_book.files()))
    assert {"book/index.md", "code/handgrad/check/comparison.py", "data/README.md"} <= names
    assert not [name for name in names if "/_" in name and name.endswith(".md")]


BAD = {  # a page, the rule that it breaks, and on which line
    "It is easy.": ("word", 1),
    "Easily done.": ("word", 1),
    "This is obvious.": ("word", 1),
    "Obviously, it is.": ("word", 1),
    "We just add.": ("word", 1),
    "Simply add.": ("word", 1),
    "A trivial step.": ("word", 1),
    "It follows trivially.": ("word", 1),
    "Clearly so.": ("word", 1),
    "Of course.": ("word", 1),
    "---\ntitle: x\n---\n\nWe just add.": ("word", 5),
    ":::{predict} Is it just zero?\nYes.\n:::": ("word", 1),
    ":::{predict} Is it zero?\nObviously.\n:::": ("word", 2),
    "```{note}\nWe just add.\n```": ("word", 2),
    "```{code-cell}\n:mystnb:\n:  figure:\n:    caption: It is easy.\nx = 1\n```": ("word", 4),
    "\\begin{align}\na &= b\n\\end{align}": ("environment", 1),
    "$$\n\\begin{align}\na &= b\n\\end{align}\n$$": ("environment", 2),
    "```{math}\n\\begin{equation*}\na\n\\end{equation*}\n```": ("environment", 2),
    "$$ a = b \\label{x} $$": ("reference", 1),
    "See $\\eqref{x}$.": ("reference", 1),
    "```{math}\na \\tag{1}\n```": ("reference", 2),
    "$$ a $$ (my_label)": ("label", 1),
    "$$ a $$ (My label)": ("label", 1),
    "$$ a $$ (label).": ("label", 1),
    "$$ a $$ {#label}": ("label", 1),
    "$$ a $$, so": ("label", 1),
    "$$\na\n$$ ()": ("label", 3),
    "```{math}\n:label: my_label\na\n```": ("label", 2),
    "So we have $$ a $$": ("display", 1),
    "$$\na": ("display", 1),
    "```{predict} What is `dx`?\nIt is.\n```": ("fence", 1),
    "```{note}\nIt is.": ("fence", 2),
}


@pytest.mark.parametrize("page", BAD)
def test_a_page_that_breaks_a_rule_is_found(page):
    assert [(problem.rule, problem.line) for problem in lint_book.lint(page)] == [BAD[page]]


GOOD = [
    "The adjustment of justice; an easygoing simple path, a discourse.",
    "`just` and ``a `just` b`` and [a book](just.html) and https://just.org",
    "$just$ is five letters; `$$` begins no display.",
    "```python\n# just code\n```",
    "```{code-cell}\n:tags: [hide-input]\neasy = 1  # just code\n```",
    "```{code-block} python\n:caption: a file\njust = 1\n```",
    "````{note}\n```python\njust = 1\n```\n````",
    ":::{predict} What is `dx`, for $B = 3$?\nIt is.\n:::",
    "::::{note}\n:::{fold} Why\nSo.\n:::\n::::",
    "$$ a = b $$",
    "$$ a = b $$ (a-label-2)",
    "$$\n\\begin{aligned}\na &= b \\\\\n\\end{aligned}\n$$ (label)",
    "```{math}\n:label: grad-x\n\\begin{cases} a & b \\end{cases}\n```\n\nSee {eq}`grad-x`.",
]


@pytest.mark.parametrize("page", GOOD)
def test_a_page_that_breaks_none_is_left_alone(page):
    assert lint_book.lint(page) == []


def test_after_a_fence_that_does_not_open_the_page_is_read_as_it_was_meant():
    page = "```{predict} What is `dx`?\nIt is.\n```\n\nWe just add.\n\n```python\njust = 1\n```"
    assert [(problem.rule, problem.line) for problem in lint_book.lint(page)] == [("fence", 1), ("word", 5)]


def test_the_words_are_looked_for_in_strings_and_comments_of_code():
    source = '"""We just add.\n\nEasy.\n"""\njust = 1  # simply\nprint("`just`")\n'
    found = [(problem.rule, problem.line) for problem in lint_book.lint_python(source)]
    assert found == [("word", 1), ("word", 3), ("word", 5)]


def test_the_command_names_file_line_and_rule_and_fails(tmp_path, capsys):
    (tmp_path / "bad.md").write_text("Fine.\n\nWe just add.\n")
    assert lint_book.main([str(tmp_path / "bad.md")]) == 1
    assert "bad.md:3: word: leave out 'just'" in capsys.readouterr().out
    (tmp_path / "bad.md").write_text("Fine.\n")
    assert lint_book.main([str(tmp_path / "bad.md")]) == 0
