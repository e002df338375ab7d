"""Random programs of a few lines over tensors of random shapes, right and wrong ones."""

from hypothesis import strategies as st

# In them a, b are any tensors, i a tensor of integers or truth values, n a number, d an axis, e a list of lengths.
# The first run on the processor's own arithmetic: each result is rounded once, so it is the same bit for bit.
EXACT = (
    "{a} + {b}",
    "{a} - {b}",
    "{a} * {b}",
    "{a} / {b}",
    "{a} + {n}",
    "{n} - {a}",
    "{a} * {n}",
    "{n} / {a}",
    "{a} / {n}",
    "-{a}",
    "{a}.abs()",
    "{a} ** 2",
    "{a}.reciprocal()",
    "{a}.T",
    "{a}.reshape({e})",
    "{a}.view({e})",
    "{a}.flatten({d})",
    "{a}.unsqueeze({d})",
    "{a}.squeeze({d})",
    "{a}.transpose({d}, {d})",
    "{a}.flip({d})",
    "{a}.roll(1, {d})",
    "{a}.expand({e})",
    "{a}.permute({d}, {d})",
    "{a}[{i}]",
    "{a}[:, {i}]",
    "{a}[{d}]",
    "{a}[1:]",
    "{a}[..., {d}]",
    "{a}[{a} > {n}]",
    "{a}[None, ::2]",
    "{a} == {b}",
    "{a} < {b}",
    "{a} >= {n}",
    "{a}.amax({d})",
    "{a}.max({d}, keepdim=True).values",
    "{a}.argmax({d})",
    "{a}.argmin({d})",
    "torch.where({a} > 0, {a}, {b})",
    "{a}.clamp({n})",
    "{a}.maximum({b})",
    "torch.cat([{a}, {b}], {d})",
    "torch.stack([{a}, {b}], {d})",
    "{a}.to({b})",
    "{a}.sort({d}).values",
    "{a}.isfinite()",
    "{a}.double()",
    "{a}.float()",
    "{a}.long()",
    "{a}.bool()",
    "{a}.any({d})",
    "{a}.all()",
    "{a}.diagonal()",
    "torch.zeros_like({a})",
    "{a}.new_ones({e})",
    "{a}.gather({d}, {i})",
    "{a}.tril()",
    "{a}.index_select({d}, {i})",
    "{a}.repeat(2, 1)",
    "{a}.nonzero()",
    "{a}.sign()",
    "{a}.floor()",
    "{i} % 3",
    "{i} // 2",
    "~{i}",
    "F.one_hot({i})",
    "{a}.numel()",
    "{a}.shape",
    "{a}.dtype",
    "{a}.split(2, {d})[0]",
    "{a}.unfold(0, 2, 1)",
    "{a}.masked_fill({a} > 0, {n})",
    "{a}.contiguous().view(-1)",
    "torch.diag_embed({a})",
    "{a}.unbind({d})[0]",
)
# Sums, whose order is torch's own, and functions, which torch rounds in its own way.
NEAR = (
    "{a}.sum({d})",
    "{a}.sum()",
    "{a}.sum({d}, keepdim=True)",
    "{a}.mean({d})",
    "{a}.var({d})",
    "{a}.std({d}, correction=0)",
    "{a}.exp()",
    "{a}.sqrt()",
    "{a}.log()",
    "{a}.tanh()",
    "{a}.sigmoid()",
    "{a}.softmax({d})",
    "{a}.log_softmax({d})",
    "{a} ** 3",
    "{a} ** -0.5",
    "{a}.logsumexp({d})",
    "{a}.cumsum({d})",
    "{a}.prod({d})",
    "{a} @ {b}",
    "{a}.T @ {b}",
    "{a} @ {b}.T",
    "torch.einsum('ij,jk->ik', {a}, {b}.to({a}))",
    "torch.einsum('ij,ij->i', {a}, {b}.to({a}))",
    "torch.outer({a}, {b})",
    "{a}.norm()",
    "{a}.index_add({d}, {i}, {b})",
    "{a}.scatter_add({d}, {i}, {b})",
    "{a}.cos()",
    "F.normalize({a}, dim={d})",
    "torch.lerp({a}, {b}, {n})",
    "torch.addcmul({a}, {b}, {b})",
    "F.pad({a}, (1, 0))",
)
# These write into a tensor; what it holds then is the result.
WRITING = (
    "{a} += {b}",
    "{a} -= {n}",
    "{a} *= {b}",
    "{a} /= {b}",
    "{a}[{d}] = {n}",
    "{a}[{i}] = {n}",
    "{a}[:, 0] = {n}",
    "{a}[{d}] = {b}",
    "{a}[{a} > 0] = {n}",
    "{a}.T[0] = {n}",
    "{a}.view(-1)[0] = {n}",
    "{a}.zero_()",
    "{a}[..., :1] *= {n}",
    "{a}.copy_({b})",
    "{a}.masked_fill_({i} > 0, {n})",
    "{a}.clamp_(min={n})",
    "{a}.fill_({n})",
    "{a}[1:] -= {a}[:1]",
    "{a}.expand(2, 3, 4)[0] = {n}",
    "{a}.flatten()[0] = {n}",
)
NAMES = ("x", "y", "z", "w")
LENGTHS = st.lists(st.integers(1, 4), max_size=3).map(tuple)
# A few shapes that go together, so that more than errors come of it.
SHAPES = st.one_of(st.sampled_from([(3, 4), (3, 4), (4,), (1, 4), (3, 1), (), (4, 3), (2, 3, 4), (3, 3)]), LENGTHS)
NUMBERS = st.sampled_from([0, 1, 2, -1, 3, 0.5, -0.1, 1.5, 2.0, 0.3])
DIMS = st.sampled_from([0, 1, -1, 0, 1, -2, 2, 3])
NEW_SHAPES = st.sampled_from(["-1", "3, 4", "4, 3", "2, -1", "12", "2, 3, 4", "1, -1", "3, 1", "()", "4", "-1, 4"])
KINDS = st.sampled_from(["float64", "float32", "float64", "float32", "int64"])


@st.composite
def line(draw):
    """One line: what kind it is, and its text."""
    kind = draw(st.sampled_from(["exact", "exact", "near", "near", "writing"]))
    template = draw(st.sampled_from({"exact": EXACT, "near": NEAR, "writing": WRITING}[kind]))
    text = template
    for mark, values in (
        ("{a}", st.sampled_from(NAMES)),
        ("{b}", st.sampled_from(NAMES)),
        ("{n}", NUMBERS),
        ("{d}", DIMS),
        ("{e}", NEW_SHAPES),
        ("{i}", st.sampled_from(["i", "j", "k"])),
    ):
        same = draw(values)
        # One tensor for all a's of a line, since a statement that writes is followed by a look at it.
        while mark in text:
            text = text.replace(mark, str(same if mark == "{a}" else draw(values)), 1)
    if kind == "writing" and text[0] in text[text.find("= ") :] and "{b}" in template:
        # torch refuses to write a tensor into itself, the page's torch reads it first.
        text = text.replace(f"= {text[0]}", f"= {text[0]}.clone()")
    return kind, text


@st.composite
def program(draw):
    """The shapes and types of the tensors at the beginning, a seed for their numbers, and the lines."""
    tensors = {name: (draw(SHAPES), draw(KINDS)) for name in NAMES}
    return tensors, draw(st.integers(0, 999)), draw(st.lists(line(), min_size=3, max_size=6))
