"""The site without ballast: what a page loads, what the stylesheet keeps, and what the fonts can show."""

import base64
import gzip
import io
import re
from pathlib import Path

import pytest
from check_site import policy_faults
from fontTools.ttLib import TTFont

from book_site.lean import early, fonts, late, parts, stylesheet
from book_site.lean.used import Used, used

STATIC = Path(__file__).resolve().parents[2] / "book" / "_static"
FOUND = Used(frozenset({"html", "body", "p", "a"}), frozenset({"shown", "top"}))


@pytest.mark.parametrize("selector", [
    "p", ".shown", "#top", "p.shown > a:hover", "p:not(.absent)", "a[href^='x.absent']", ":root", "*", "p::before",
    "html[data-theme=dark] .shown", "a:is(.absent, .shown)",
])
def test_a_selector_that_a_page_can_meet_stays(selector):
    assert stylesheet.possible(selector, FOUND)


@pytest.mark.parametrize("selector", [
    ".absent", "#absent", "table", "p.absent", ".shown .absent", "p > table", ".shown + .absent:hover",
])
def test_a_selector_that_no_page_can_meet_goes(selector):
    assert not stylesheet.possible(selector, FOUND)


def test_a_list_of_selectors_keeps_those_that_hold():
    assert stylesheet.purged(".absent, p:not(.a, .b), .shown{color:red}", FOUND) == \
        "p:not(.a,.b),.shown{color:red}"


def test_a_media_rule_goes_with_its_last_rule():
    text = "@media print{.absent{color:red}}@media print{.shown{color:blue}}"
    assert stylesheet.purged(text, FOUND) == "@media print{.shown{color:blue}}"


def test_variables_that_nothing_reads_go_and_so_do_those_that_only_they_read():
    text = "html{--a:1px;--b:var(--a);--c:2px}p{width:var(--c)}"
    assert stylesheet.purged(text, FOUND) == "html{--c:2px}p{width:var(--c)}"


def test_fonts_and_animations_that_no_rule_names_go():
    face = "@font-face{font-family:%s;src:url(%s.woff2)}"
    text = face % ("Yes", "yes") + face % ("No", "no") + "@keyframes on{to{opacity:1}}@keyframes off{to{opacity:0}}"
    kept = stylesheet.purged(text + "p{font-family:Yes;animation:on 1s}", FOUND)
    assert "yes.woff2" in kept and "no.woff2" not in kept
    assert "@keyframes on" in kept and "@keyframes off" not in kept


def test_addresses_hold_from_the_folder_of_the_joined_sheet(tmp_path):
    sheet = tmp_path / "styles" / "a.css"
    sheet.parent.mkdir()
    sheet.write_text("@charset 'utf-8'; a{background:url(../b.png),url('c/d.woff2'),url(data:x)}")
    moved = stylesheet.moved(sheet, tmp_path)
    assert "url(b.png)" in moved and "url(styles/c/d.woff2)" in moved and "url(data:x)" in moved
    assert "@charset" not in moved


def test_a_font_is_asked_for_in_one_format(tmp_path):
    sheet = tmp_path / "a.css"
    sheet.write_text('@font-face{src:url(a.woff2) format("woff2"),url(a.ttf) format("truetype")}p{color:red}')
    assert stylesheet.moved(sheet, tmp_path) == '@font-face{src:url(a.woff2) format("woff2")}p{color:red}'


def test_what_scripts_may_add_counts_as_used(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "a.js").write_text('box.classList.add("scrolled")')
    (tmp_path / "_static" / "bootstrap.js").write_text('"carousel"')
    (tmp_path / "index.html").write_text('<p class="one two" id=\'three\'>x</p>')
    found = used(tmp_path)
    assert {"scrolled", "one", "two", "three"} <= found.names and "p" in found.tags
    assert "carousel" not in found.names


def test_a_part_that_only_scripts_speak_of_counts_where_a_page_has_it(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "a.js").write_text('menu.querySelector(".dropdown-menu, .tooltip")')
    (tmp_path / "index.html").write_text('<p class="tooltip">x</p>')
    assert "tooltip" in used(tmp_path).names and "dropdown-menu" not in used(tmp_path).names


def test_one_stylesheet_and_no_icon_program(built):
    page = built.page("cross_entropy")
    (sheet,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert re.fullmatch(r"\.\./_static/site\.css\?v=[0-9a-f]{8}", sheet)
    names = {path.name for path in (built.site / "_static").rglob("*") if path.is_file()}
    assert not {"fontawesome.js", "bootstrap.js", "pydata-sphinx-theme.css", "basic.css"} & names
    assert not {name for name in names if name.endswith((".map", ".ttf"))}


def test_the_scripts_that_wait_are_one_file_which_no_page_asks_for_itself(built):
    static = built.site / "_static"
    text, ours = ((folder / name).read_text("utf8") for folder, name in ((static, late.NAME), (STATIC, late.STAND_INS)))
    assert text.startswith(ours.rstrip()) and "sourceMappingURL" not in text
    theirs = text[len(ours):]
    assert not re.search(r"(local|session)Storage", theirs) and "carefulStorage.session.setItem" in theirs
    assert theirs.count("stopIfItScrolls(") == 1 and ".scrollWidth" not in theirs
    assert not [name for name in late.SCRIPTS if (static / name).exists()]
    for page in ("index", "cross_entropy"):
        (tag,) = re.findall(r"<script[^>]*late\.js[^>]*>", built.page(page))
        assert re.search(r'src="[^"]*first\.js\?v=\w{8}" data-late="[^"]*late\.js\?v=\w{8}"', tag)
    assert re.search(r'<script defer[^>]* src="_static/late\.js', (built.site / "search.html").read_text("utf8"))


def test_a_theme_that_tests_otherwise_what_scrolls_is_noticed():
    theirs = "t.tabIndex=t.scrollWidth>t.clientWidth||t.scrollHeight>t.clientHeight?0:-1"
    assert late.with_stand_ins(theirs) == "stopIfItScrolls(t)"
    for others in ("", theirs.replace("?0:", "?1:"), f"{theirs};{theirs}"):
        with pytest.raises(ValueError, match="test what scrolls in [02] places"):
            late.with_stand_ins(others)


def test_a_script_in_parts_is_published_whole(built):
    assert sorted(path.name for path in (STATIC / parts.FOLDER).iterdir()) == sorted(parts.PARTS)
    assert (built.site / "_static" / parts.NAME).read_text("utf8") == parts.joined(STATIC)
    assert not (built.site / "_static" / parts.FOLDER).exists()


@pytest.mark.parametrize(("name", "waits"), [
    ("_static/site.js", True), ("_static/doctools.js", True), ("_static/searchtools.js", False), ("site.js.map", False),
])
def test_which_scripts_wait(name, waits):
    assert late.waits(name) == waits


def test_the_stylesheet_keeps_what_the_pages_wear(built):
    sheet = (built.site / "_static" / "site.css").read_text(encoding="utf8")
    for piece in (".katex", ".highlight", "data-theme=dark", ".copybtn", "@media print"):
        assert piece in sheet
    assert ".carousel" not in sheet and "bs-blue" not in sheet
    assert len(gzip.compress(sheet.encode())) < 25_000


def test_the_fonts_hold_every_letter_of_the_mathematics(built):
    shown = {c for path in built.site.rglob("*.html") for c in fonts.maths(path.read_text(encoding="utf8"))}
    folder = built.site / "_static" / "katex" / "fonts"
    held = {chr(c) for font in folder.glob("*.woff2") for c in TTFont(font).getBestCmap()}
    assert {"x", "∂", "="} <= shown & held
    original = TTFont(io.BytesIO((built.folder / "book/_static/katex/fonts/KaTeX_Main-Regular.woff2").read_bytes()))
    cut = TTFont(folder / "KaTeX_Main-Regular.woff2")
    wanted = {ord(c) for c in shown} & set(original.getBestCmap())
    assert wanted <= set(cut.getBestCmap()) and len(cut.getGlyphOrder()) < len(original.getGlyphOrder())


def asked_early(page: str) -> list[str]:
    """The fonts that a page asks for before it is drawn."""
    return re.findall(r'<script async blocking="render" src="\.\./_static/early/([^"?]+)\.js\?v=\w{8}">', page)


def test_a_page_asks_early_for_the_fonts_of_its_lines(built):
    page = built.page("cross_entropy")
    asked = asked_early(page)
    assert {"KaTeX_Main-Regular", "KaTeX_Math-Italic", "fa-solid-900"} <= set(asked)
    assert len(asked) == len(set(asked)) and "KaTeX_Size2-Regular" not in asked
    assert page.index("Content-Security-Policy") < page.index("/early/")
    script = (built.site / "_static/early/KaTeX_Main-Regular.js").read_text()
    letters = base64.b64decode(re.search(r'\("([\w+/=]{99,})"\)', script)[1])
    assert letters == (built.site / "_static/katex/fonts/KaTeX_Main-Regular.woff2").read_bytes()


def test_the_early_fonts_are_called_as_in_the_stylesheet(built):
    sheet = (built.site / "_static" / "site.css").read_text(encoding="utf8")
    rules = {re.search(r"url\(([^)]*)\)", rule)[1]: rule.replace("\\", "")
             for rule in re.findall(r"@font-face\{[^}]*\}", sheet)}
    for font, face in early.FACES.items():
        if font in rules:
            for line in (f"font-family:{face.family};", f"font-style:{face.style};", f"font-weight:{face.weight};"):
                assert line in rules[font]
    assert len(early.FACES.keys() & rules.keys()) >= 4


@pytest.mark.parametrize(("element", "font"), [
    ('<span class="katex"></span>', "KaTeX_Main-Regular"),
    ('<span class="mord mathnormal"></span>', "KaTeX_Math-Italic"),
    ('<span class="mord mathbf"></span>', "KaTeX_Main-Bold"), ('<i class="fas fa-solid"></i>', "fa-solid-900"),
    ('<span class="mop op-symbol small-op">', "KaTeX_Size1-Regular"),
    ('<span class="delimsizing size2">', "KaTeX_Size2-Regular"),
])
def test_each_font_has_its_sign(element, font):
    found = [Path(name).stem for name, face in early.FACES.items() if face.sign.search(element)]
    assert found == [font]
    assert not [name for name, face in early.FACES.items() if face.sign.search('<p class="katexes size12">')]


def test_a_page_that_was_kept_asks_once():
    page = '<meta http-equiv="Content-Security-Policy" content="x"><p>'
    first = early.asking(page, ["../_static/early/a.js?v=1", "../_static/early/b.js?v=1"])
    assert early.asking(first, ["../_static/early/a.js?v=2"]) == early.asking(page, ["../_static/early/a.js?v=2"])
    assert early.asking(first, []) == page


def test_no_page_breaks_the_policy(built):
    assert policy_faults(built.site) == []


@pytest.mark.parametrize(("element", "said"), [
    ("<script>alert(1)</script>", "has a script in the page"),
    ('<button onclick="print()">x</button>', "has the attribute onclick"),
    ('<a href="javascript:void(0)">x</a>', "has a link that is a script"),
])
def test_what_breaks_the_policy_is_found(tmp_path, element, said):
    head = '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">'
    (tmp_path / "a.html").write_text(f"<html><head>{head}</head><body>{element}</body></html>")
    (found,) = policy_faults(tmp_path)
    assert said in found


def test_a_page_without_the_policy_is_found(tmp_path):
    (tmp_path / "a.html").write_text("<html><head></head><body></body></html>")
    assert policy_faults(tmp_path) == ["a.html has no Content-Security-Policy"]


@pytest.mark.parametrize("data", ['<script type="application/json">{}</script>', '<script src="a.js"></script>'])
def test_data_and_files_keep_the_policy(tmp_path, data):
    head = '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">'
    (tmp_path / "a.html").write_text(f"<html><head>{head}</head><body>{data}</body></html>")
    assert policy_faults(tmp_path) == []
