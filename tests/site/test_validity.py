"""Every page as the Nu Html Checker sees it, and the checker's own guards."""

import check_html
import pytest

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A page</title></head>
<body><main><h1>A page</h1>
{}
</main></body></html>
"""


@pytest.fixture(scope="module")
def checker():
    if check_html.why_not():
        pytest.skip(check_html.why_not())


def test_every_page_is_valid(checker, site):
    assert check_html.problems(site) == []


WRONG = [
    ("<p>Right.</p>", None),
    ("<summary><p>A paragraph</p></summary>", "Element “summary” not allowed"),
    ("<br />", "Trailing slash on void elements"),
    ("<h2></h2>", "Empty heading"),
    ('<p id="a">1</p><p id="a">2</p>', "Duplicate ID “a”"),
    ("<p>Not closed <b></p>", "Unclosed element"),
]


def test_the_checker_finds_what_is_wrong(checker, tmp_path):
    for number, (body, _) in enumerate(WRONG):
        (tmp_path / f"{number}.html").write_text(PAGE.format(body), encoding="utf8")
    found = check_html.problems(tmp_path)
    for number, (_, said) in enumerate(WRONG):
        of_page = [line for line in found if line.startswith(f"{number}.html, line 4: ")]
        assert any(said in line for line in of_page) if said else of_page == []


@pytest.mark.parametrize(("message", "known"), [
    ("Resource violates Content Security Policy (meta tag): external script “../_static/first.js” blocked", True),
    ("Resource violates Content Security Policy (meta tag): external script “//other.org/a.js” blocked", False),
    ("Resource violates Content Security Policy (meta tag): inline script blocked", False),
    ("Document uses the Unicode Private Use Area(s), which should not be used", True),
    ("The “main” role is unnecessary for element “main”.", True),
    ("The “navigation” role is unnecessary for element “nav”.", False),
    ("Empty heading.", False),
])
def test_only_what_has_a_reason_is_passed_over(message, known):
    assert check_html.is_known({"message": message}) is known


def test_another_archive_is_refused(tmp_path):
    archive = tmp_path / "vnu.tgz"
    archive.write_bytes(b"another")
    with pytest.raises(ValueError, match="is not vnu-jar"):
        check_html.unpack(archive)


def test_what_is_missing_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(check_html, "JAR", tmp_path / "vnu.jar")
    (tmp_path / "index.html").write_text("")
    assert check_html.main([str(tmp_path / "none")]) == 1 and "make site" in capsys.readouterr().out
    monkeypatch.setattr(check_html.shutil, "which", lambda name: name if name == "java" else None)
    assert check_html.main([str(tmp_path)]) == 1 and "--fetch" in capsys.readouterr().out
    assert check_html.main(["--fetch"]) == 1 and "npm is needed" in capsys.readouterr().err
    monkeypatch.setattr(check_html.shutil, "which", lambda name: None)
    assert check_html.main([str(tmp_path)]) == 1 and "there is no Java" in capsys.readouterr().out
