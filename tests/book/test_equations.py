"""The displayed gradients, read from their TeX: each is executed as it is printed, and no slip in one passes."""

import re

import chapters
import pytest
from equations import checking, mutants, reading, slips
from equations.checking import WrongEquation

EQUATIONS = {each.label: (stem, each) for stem in chapters.stems() for each in checking.displayed(stem)}
every_equation = pytest.mark.parametrize("label", EQUATIONS)


def tree_of(label):
    _, each = EQUATIONS[label]
    return reading.read(each.tex, label, each.line)


def spoilt(stem, *changes):
    """The text of a chapter in which each of the given pieces, which stands there once, is another."""
    text = chapters.source(stem)
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def test_every_labelled_gradient_is_read():
    labelled = [label for stem in chapters.stems() for label in re.findall(r"\bgrad-[\w-]+", declared(stem))]
    assert list(EQUATIONS) == labelled and len(labelled) == len(set(labelled)) >= 25


def declared(stem):
    """The lines of a chapter that give an equation its label, in each of the ways that MyST has."""
    return "\n".join(re.findall(r"^:label:.*$|^.*\$\$ *\(.*\)$", chapters.source(stem), re.MULTILINE))


@every_equation
def test_the_displayed_gradient_is_the_codes_and_autograds(label, tally):
    stem, each = EQUATIONS[label]
    checking.check(each, tree_of(label))
    tally("equation")


@every_equation
def test_no_mutant_that_changes_the_value_passes(label, tally):
    _, each = EQUATIONS[label]
    equation, draws = tree_of(label), checking.drawn(each.code, each.gradient)
    tried = list(mutants.mutants(equation, draws[0].values))
    assert len(tried) >= 19
    for kind, mutant in tried:
        if checking.same_value(equation, mutant, draws):
            tally("same equation")
            continue
        with pytest.raises(WrongEquation, match=rf"^{label}[:,]"):
            checking.check(each, mutant)
            pytest.fail(f"{kind}: {mutant}")
        tally("equation mutant")


@every_equation
def test_no_slip_in_the_chapters_text_passes(label, tally):
    stem, each = EQUATIONS[label]
    draws = checking.drawn(each.code, each.gradient)
    for kind, tex in slips.slips(each.tex):
        if not same(label, tex, draws):
            with pytest.raises((WrongEquation, reading.Unreadable), match=rf"^{label}\b"):
                checking.check_chapter(stem, spoilt(stem, (each.tex, tex)))
                pytest.fail(f"{kind}: {tex}")
            tally("equation mutant")


def same(label, tex, draws):
    try:
        return checking.same_value(tree_of(label), reading.read(tex), draws)
    except reading.Unreadable:
        return False


SPOILT = {
    "a wrong sign": ("batchnorm", r"\grad{v_h} = -\frac12", r"\grad{v_h} = \frac12", "grad-batchnorm-dvar"),
    "a sign where the true gradient is zero": (
        "cross_entropy", r"\grad{m_b} = -\sum_v", r"\grad{m_b} = \sum_v", "grad-cross-entropy-drow-max"),
    "a missing sum": ("batchnorm", r"\grad{\beta_h} = \sum_b", r"\grad{\beta_h} =", "grad-batchnorm-dbeta"),
    "a wrong index": ("linear", r"\grad{y_{bn}} \, W_{mn}", r"\grad{y_{bm}} \, W_{mn}", "grad-linear-dx"),
    "a transposition": ("linear", r"\grad{y_{bn}} \, W_{mn}", r"\grad{y_{bn}} \, W_{nm}", "grad-linear-dx"),
    "a sum over the wrong index": (
        "softmax", r"- \sum_i p_{bi} \, \grad{p_{bi}} \right)", r"- \sum_i p_{bj} \, \grad{p_{bj}} \right)",
        "grad-softmax-dlogits"),
    "another divisor": ("batchnorm_fused", r"\frac{\hat x_{bh}}{B - k}", r"\frac{\hat x_{bh}}{B}",
                        "grad-batchnorm-fused-dx"),
    "the targets' columns left out": ("softmax", r"- \delta_{v y_b}", r"- \delta_{v v}",
                                      "grad-softmax-cross-entropy-dlogits"),
    "a last position alone": (
        "embedding", r"\sum_{\substack{b, \, t \\ X_{bt} = v}}", r"\sum_{\substack{b \\ X_{bt} = v}}",
        "grad-embedding-dtable"),
    "another left side": ("batchnorm", r"\grad{\mu_h} =", r"\grad{v_h} =", "grad-batchnorm-dmean"),
}


@pytest.mark.parametrize("stem, old, new, label", SPOILT.values(), ids=SPOILT)
def test_each_kind_of_slip_is_refused_by_label(stem, old, new, label):
    with pytest.raises(WrongEquation, match=rf"^{label}[:,]"):
        checking.check_chapter(stem, spoilt(stem, (old, new)))


def test_an_equation_that_cannot_be_read_is_refused_with_its_place():
    text = spoilt("linear", (r"\sum_n \grad{y_{bn}} \, W_{mn}", r"\sum_n \grad{y_{bn}} \star W_{mn}"))
    before = text[:text.index(r"\star")].split("\n")
    place = f"line {len(before)}, column {len(before[-1]) + 1}:"
    with pytest.raises(reading.Unreadable, match=f"^grad-linear-dx cannot be read at {place}"):
        checking.check_chapter("linear", text)


@pytest.mark.parametrize("whole_array", [r"\grad{y} W^{\top}", r"\grad{y} W\T"])
def test_matrix_notation_is_refused(whole_array):
    with pytest.raises(reading.Unreadable, match="^grad-linear-dx cannot be read at"):
        checking.check_chapter("linear", spoilt("linear", (r"\sum_n \grad{y_{bn}} \, W_{mn}", whole_array)))


# The same gradient in other words, which the book may come to use.
PARAPHRASES = {
    "grad-linear-dx": (r"\frac{\partial L}{\partial x_{bm}} = \sum_{n} W_{mn} \frac{\partial L}{\partial y_{bn}} .",
                       r"\grad{x_{bi}} = \sum_j \grad{y_{bj}} W_{ij}"),
    "grad-tanh-dx": (r"\begin{aligned} \grad{x_{bh}} &= \grad{y_{bh}} - y_{bh}^2 \grad{y_{bh}} \\[1ex] "
                     r"&= (1 - y_{bh})(1 + y_{bh}) \grad{y_{bh}} \end{aligned}",),
    "grad-cross-entropy-dlogprobs": (r"\grad{q_{bv}} = -\tfrac1B \left[ v = y_b \right] = -B^{-1} \delta_{v y_b},",),
    "grad-batchnorm-dvar": (r"\grad{v_h} = -\frac{1}{2} \cdot \frac{\grad{r_h}}{(v_h + \varepsilon)^{3/2}}",
                            r"\grad{v_h} = -0.5 \, r_h^3 \, \grad{r_h}"),
    "grad-embedding-dtable": (r"\grad{C_{vd}} = \sum_{b,t} [X_{bt} = v] \grad{E_{btd}}",),
}


@pytest.mark.parametrize("label, tex", [(label, tex) for label, texts in PARAPHRASES.items() for tex in texts])
def test_the_same_gradient_in_other_words_passes(label, tex):
    stem, each = EQUATIONS[label]
    assert label in checking.check_chapter(stem, spoilt(stem, (each.tex, tex)))


def test_of_several_right_sides_each_is_compared():
    stem, each = EQUATIONS["grad-tanh-dx"]
    chain = each.tex + r" = (1 - y_{bh}) \grad{y_{bh}}"
    with pytest.raises(WrongEquation, match="^grad-tanh-dx, right side 2"):
        checking.check_chapter(stem, spoilt(stem, (each.tex, chain)))
