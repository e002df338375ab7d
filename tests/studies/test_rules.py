"""The rules hold, they are all there, each leads to a derivation, and a wrong line is caught."""

import re

import chapters
import pytest
import torch

from handgrad.check.comparison import GradientMismatch
from handgrad.studies import rules, rules_check
from handgrad.studies.rules import RULES

BY_NAME = {rule.name: rule for rule in RULES}
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@every_rule
@pytest.mark.parametrize("seed", range(3))
def test_a_rule_agrees_with_autograd(rule, seed):
    rows = rules_check.check([rule], seed)
    assert [row.name.partition(",")[0] for row in rows] == [i.name for i in rule.inputs if i.kind != "index"]


def spoilt(rule):
    """The rule with each of its gradients turned round, doubled, and made from ones upstream."""
    made = [f"d{given.name}" for given in rule.inputs if given.kind != "index"]
    upstream = f"d{rules_check.output_of(rule)}"
    for name in made:
        yield rule._replace(backward=(*rule.backward, f"{name} = -{name}"))
        yield rule._replace(backward=(*rule.backward, f"{name} = 2 * {name}"))
    yield rule._replace(backward=(f"{upstream} = torch.ones_like({upstream})", *rule.backward))


@every_rule
def test_a_sign_a_factor_and_ones_upstream_are_caught_by_name(rule):
    for wrong in spoilt(rule):
        with pytest.raises(GradientMismatch, match=f"^{rule.name}: d"):
            rules_check.check([wrong])


WRONG = (  # a rule, a piece of its backward lines, what it becomes, and the gradient that is then wrong
    ("copy down the rows", "sum(0)", "mean(0)", "dx"),
    ("copy down the rows", "sum(0)", "sum(0, keepdim=True)", "dx"),
    ("copy along the columns", "sum(1, keepdim=True)", "sum(1)", "dx"),
    ("sum, divided", "(B - k)", "B", "dx"),
    ("sum, divided", "dy / (B - k)", "dy", "dx"),
    ("minus the mean of the targets", "-dy / B", "-dy", "dx"),
    ("minus the mean of the targets", "[range(B), targets]", "[:, targets]", "dx"),
    ("subtract a row", "-dy.sum", "dy.sum", "dm"),
    ("subtract a column", "sum(1, keepdim=True)", "sum(0, keepdim=True)", "dm"),
    ("times a row", "dr = (dy * x)", "dr = dy", "dr"),
    ("times a column", "dx = dy * r", "dx = dy", "dx"),
    ("used twice", "via_product + via_square", "via_square", "dx"),
    ("used twice", "via_product + via_square", "via_product", "dx"),
    ("exponential", "dy * y", "dy * x", "dx"),
    ("logarithm", "dy / x", "dy / y", "dx"),
    ("reciprocal", "x**-2", "x**-1", "dx"),
    ("one over the root", "** -1.5", "** -0.5", "dx"),
    ("sigmoid", "(1 - y)", "(1 - x)", "dx"),
    ("largest of a row", "scatter(1, at, dy)", "scatter(1, at * 0, dy)", "dx"),
    ("linear", "dy @ W.T", "x", "dx"),
    ("linear", "x.T @ dy", "(dy @ W.T).T @ dy", "dW"),
    ("linear", "db = dy.sum(0)", "db = dy.mean(0)", "db"),
    ("tanh", "y**2", "x**2", "dx"),
    ("softmax", "dprobs - row_mean", "dprobs", "dlogits"),
    ("softmax", "sum(1, keepdim=True)", "sum(0, keepdim=True)", "dlogits"),
    ("softmax and cross-entropy", "(dloss / B)", "dloss", "dlogits"),
    ("softmax and cross-entropy", "probs - F.one_hot(targets, V)", "probs", "dlogits"),
    ("batch normalisation", "dy - via_mean - via_var", "dy - via_mean", "dx"),
    ("batch normalisation", "dy - via_mean - via_var", "dy - via_var", "dx"),
    ("batch normalisation", "(B - k)", "B", "dx"),
    ("batch normalisation", "gamma * rstd", "rstd", "dx"),
    ("embedding", "index_add", "index_copy", "dtable"),
    ("end to end", "dflat.view(B, T, D)", "dflat.view(B, D, T).transpose(1, 2)", "demb"),
)


@pytest.mark.parametrize(("name", "old", "new", "caught"), WRONG)
def test_a_wrong_line_is_caught(name, old, new, caught):
    rule = BY_NAME[name]
    wrong = tuple(line.replace(old, new) for line in rule.backward)
    assert wrong != rule.backward
    with pytest.raises(GradientMismatch, match=f"^{name}: {caught}\\b"):
        rules_check.check([rule._replace(backward=wrong)])


def test_a_gradient_that_no_line_makes_is_missed_by_name():
    linear = BY_NAME["linear"]
    with pytest.raises(NameError, match="linear: no backward line makes db"):
        rules_check.check([linear._replace(backward=linear.backward[:2])])


def test_random_numbers_are_left_alone_and_indices_repeat():
    before = torch.random.get_rng_state()
    rules_check.check(RULES)
    assert torch.equal(torch.random.get_rng_state(), before)
    drawn = rules_check.draw(rules.TARGETS, torch.Generator().manual_seed(0))
    assert drawn[0] == drawn[1]


def test_sizes_all_differ():
    assert len(set(rules.SIZES.values())) == len(rules.SIZES) and 1 not in rules.SIZES.values()


def anchors(stem):
    """What the headings of a chapter can be linked by."""
    titles = re.findall(r"^#{1,3} (.+)$", chapters.source(stem), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]


@every_rule
def test_a_rule_leads_to_where_it_is_derived(rule):
    assert rule.labels or rule.place
    for label in rule.labels:
        assert label in chapters.equation_labels(rules_check.chapter(label)), label
    if rule.place:
        stem, _, anchor = rule.place.partition(".md#")
        assert anchor in anchors(stem), rule.place


@pytest.mark.parametrize("stem", chapters.stems())
def test_every_displayed_gradient_has_a_rule(stem):
    known = {label for rule in RULES for label in rule.labels}
    missing = [label for label in chapters.equation_labels(stem) if label not in known]
    assert missing == [], f"handgrad/studies/rules.py has no rule for {missing}"


def test_the_table_shows_the_lines_that_were_run():
    for rule in RULES:
        row = rules_check.table([rule]).splitlines()[2]
        for line in (*rule.forward, *rule.backward):
            assert f"`{line}`" in row
        for label in rule.labels:
            assert f"{{eq}}`{label}`" in row
        for given in rule.inputs:
            assert f"`{given.name}`" in row


def test_the_page_runs_and_shows_every_rule():
    cells = "\n".join(text for text, _ in chapters.cells("rules"))
    assert "rules_check.check(rules.RULES)" in cells
    assert "table(rules.STEPS)" in cells and "table(rules.OPERATIONS)" in cells
    assert rules.RULES == rules.STEPS + rules.OPERATIONS
    assert len(BY_NAME) == len(RULES)
