"""The fonts of a page in a real browser: there before it is drawn, and no more of them than it shows."""

import browsing
import pytest

# Whether a script has handed this font to the page; one of the style sheet would have to be fetched.
HANDED = """family => [...document.fonts].some(
  (face) => face.family.replaceAll('"', "") === family && face.status === "loaded")"""
OLDER = "delete Uint8Array.fromBase64"  # as in browsers from before 2025


@pytest.mark.parametrize("script", ["", OLDER])
def test_the_fonts_of_formulas_are_handed_over_in_older_browsers_too(browser, host, script):
    context = browser.new_context()
    context.route("**/*.woff2*", lambda route: route.abort())
    page = context.new_page()
    page.add_init_script(script)
    page.goto(f"{host}/book/cross_entropy.html")
    page.wait_for_function(browsing.READY)
    assert page.evaluate("typeof Uint8Array.fromBase64") == ("undefined" if script else "function")
    assert all(page.evaluate(HANDED, family) for family in ("KaTeX_Main", "KaTeX_Math", "KaTeX_Size2"))
    assert not page.evaluate(HANDED, "KaTeX_Fraktur")
    context.close()


def test_mathematics_that_is_heard_has_the_font_of_the_text(visit):
    page = visit("cross_entropy")
    look = "({fontFamily, fontSize, textTransform, fontStyle}) => [fontFamily, fontSize, textTransform, fontStyle]"
    looks = page.evaluate(f"""() => {{
      const look = {look};
      const leaves = [...document.querySelectorAll(".katex-mathml :is(mi, mn, mo)")];
      return [look(getComputedStyle(document.body)), ...leaves.map((leaf) => look(getComputedStyle(leaf)))];
    }}""")
    assert len(looks) > 300 and len(set(map(tuple, looks))) == 1
