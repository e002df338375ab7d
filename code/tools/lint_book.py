"""Lint the book's markdown and the words of its prose.

    python code/tools/lint_book.py            lint the chapters, the README and the words in the code
    python code/tools/lint_book.py FILE ...   lint these files

Each rule is here because its mistake is silent or late: a fence that does not open shows its source to the
reader, an equation's label that does not parse is printed beside it, and unstarred environments get other ids
in every build. The words are those that make a reader who is stuck feel small.
"""

import io
import re
import sys
import tokenize
from pathlib import Path

from markdown_lines import CODE_SPAN, Problem, read

ROOT = Path(__file__).resolve().parents[2]

WORDS = re.compile(
    r"\b(easy|easily|obvious|obviously|just|simply|trivial|trivially|clearly|of\s+course)\b", re.IGNORECASE
)
ENVIRONMENT = re.compile(r"\\begin\{(align|alignat|equation|eqnarray|flalign|gather|multline)\*?\}")
REFERENCE = re.compile(r"\\(label|eqref|ref|tag)\b")
MATH_SPAN = re.compile(r"(?<!\\)\$[^$]+(?<!\\)\$")
ADDRESS = re.compile(r"\]\([^)]*\)|https?://\S+")


def lint(page: str) -> list[Problem]:
    """All problems of a markdown page."""
    lines, found = read(page)
    for line in lines:
        text = CODE_SPAN.sub(" ", line.text)
        if line.kind in ("prose", "option"):
            found += words(line.number, MATH_SPAN.sub(" ", ADDRESS.sub(" ", text)))
        if line.kind in ("prose", "math"):
            found += mathematics(line.number, text)
    return sorted(found)


def words(number: int, text: str) -> list[Problem]:
    """Words that this book does without."""
    message = "leave out {!r}: it tells the reader how to feel, and not why"
    return [Problem(number, "word", message.format(match[0])) for match in WORDS.finditer(text)]


def mathematics(number: int, text: str) -> list[Problem]:
    """Environments and references that must not be in a formula."""
    found = []
    if ENVIRONMENT.search(text):
        message = "write aligned or gathered inside one $$ or {math} block: this environment numbers itself"
        found.append(Problem(number, "environment", message))
    if REFERENCE.search(text):
        message = "label the block, `:label: name` or `$$ (name)`, and refer with {eq}`name`"
        found.append(Problem(number, "reference", message))
    return found


def lint_python(source: str) -> list[Problem]:
    """The words in the strings and comments of a Python file."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.STRING, tokenize.COMMENT):
            for offset, text in enumerate(token.string.splitlines()):
                found += words(token.start[0] + offset, CODE_SPAN.sub(" ", text))
    return found


def files() -> list[Path]:
    """What is linted: chapters, the README and its like, and the code, but not this list of words."""
    pages = [path for path in (ROOT / "book").rglob("*.md") if "_" not in path.relative_to(ROOT).parts[1][:1]]
    code = [path for path in (ROOT / "code").rglob("*.py") if path != Path(__file__).resolve()]
    return sorted([*pages, *ROOT.glob("*.md"), *(ROOT / "data").glob("*.md"), *code])


def lint_file(path: Path) -> list[Problem]:
    """The problems of one file, by what kind of file it is."""
    text = path.read_text(encoding="utf8")
    return lint_python(text) if path.suffix == ".py" else lint(text)


def main(arguments: list[str]) -> int:
    total = 0
    for path in [Path(name) for name in arguments] or files():
        for problem in lint_file(path):
            total += 1
            print(f"{path}:{problem.line}: {problem.rule}: {problem.message}")
    return bool(total)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
