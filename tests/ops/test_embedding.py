"""What is particular to the embedding."""

import math

import kernels
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from handgrad.check.diagnosis import explain
from handgrad.check.mistakes import embedding as mistakes
from handgrad.ops import embedding

U = 2.0**-24
B, T, V, D = 7, 3, 11, 4


def draw(B=B, T=T, V=V, D=D, seed=0, dtype=torch.float32, scale=1.0):
    """table (V, D), context (B, T) and demb (B, T, D)."""
    generator = torch.Generator().manual_seed(seed)
    table, demb = (
        torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)
        for shape in ((V, D), (B, T, D))
    )
    return table, torch.randint(0, V, (B, T), generator=generator), demb * scale


def dtable_of(table, context, demb):
    return embedding.backward(demb, embedding.forward(table, context)[1])


def one_hot(context, V, dtype):
    """Shapes: context (B, T); result (B·T, V)."""
    return F.one_hot(context.flatten().long(), V).to(dtype)


def codes(*rows):
    return torch.tensor(rows)


@pytest.mark.parametrize("change, error, says", [
    ({"table": torch.ones(V)}, ValueError, r"table must have two axes, not the shape \(11,\)"),
    ({"table": torch.ones(V, D, dtype=torch.int64)}, TypeError, "table must be a tensor of floating-point"),
    ({"table": [[1.0]]}, TypeError, "table must be a tensor of floating-point numbers, not list"),
    ({"context": [[0, 1]]}, TypeError, "context must hold integers, int64 or int32, not list"),
    ({"context": torch.zeros(B, T)}, TypeError, "context must hold integers, .* not torch.float32"),
    # torch would take either of these two for a mask, which picks rows in another way.
    ({"context": torch.ones(B, T, dtype=torch.bool)}, TypeError, "context must hold .* not torch.bool"),
    ({"context": torch.ones(B, T, dtype=torch.uint8)}, TypeError, "context must hold .* not torch.uint8"),
    ({"context": codes([0, V], [0, 1])}, IndexError, r"context\[0, 1\] is 11, outside the range 0 to 10"),
    ({"context": codes([0, 1], [2, 99])}, IndexError, r"context\[1, 1\] is 99, outside the range 0 to 10"),
    # Python would count from the end, and read the wrong character.
    ({"context": codes([0, 1], [-1, 2])}, IndexError, r"context\[1, 0\] is -1, outside the range 0 to 10"),
    ({"context": codes(0, 1, 2)}, ValueError, r"context must have two axes, not the shape \(3,\)"),
    ({"context": codes([[0]], [[1]])}, ValueError, r"context must have two axes, not the shape \(2, 1, 1\)"),
])
def test_what_does_not_fit_is_named(change, error, says):
    table, context, _ = draw()
    with pytest.raises(error, match=says):
        embedding.forward(**{"table": table, "context": context, **change})


@pytest.mark.parametrize("shape", [(B, T * D), (T, B, D), (B, D, T), (1, T, D), (B, T, 1)])
def test_an_upstream_of_another_shape_is_refused_by_name(shape):
    table, context, _ = draw()
    with pytest.raises(ValueError, match=r"demb has shape .*, expected \(7, 3, 4\)"):
        dtable_of(table, context, torch.ones(shape))


def test_forward_copies_rows():
    table, context, _ = draw()
    emb, _ = embedding.forward(table, context)
    assert torch.equal(emb, F.embedding(context, table))
    # A copy: writing into it would not reach the table.
    assert emb.data_ptr() != table.data_ptr()


def test_a_row_that_is_read_several_times_collects_every_share():
    context = codes([1, 1], [1, 0], [3, 1])
    demb = torch.tensor([[[1.0], [2.0]], [[4.0], [8.0]], [[16.0], [32.0]]])
    dtable = dtable_of(torch.ones(5, 1), context, demb)
    assert dtable.flatten().tolist() == [8.0, 1 + 2 + 4 + 32, 0.0, 16.0, 0.0]


def test_a_batch_of_one_character():
    _, _, demb = draw(dtype=torch.float64)
    dtable = dtable_of(torch.ones(V, D).double(), torch.full((B, T), 5), demb)
    torch.testing.assert_close(dtable[5], demb.sum((0, 1)))
    assert (dtable[[v for v in range(V) if v != 5]] == 0).all()


def test_a_row_that_is_not_read_has_no_gradient_and_nothing_is_lost():
    table, context, demb = draw(dtype=torch.float64)
    dtable = dtable_of(table, context, demb)
    unread = torch.bincount(context.flatten(), minlength=V) == 0
    assert unread.any()
    assert (dtable[unread] == 0).all()
    torch.testing.assert_close(dtable.sum(0), demb.sum((0, 1)))


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 2**31), B=st.integers(1, 64), T=st.integers(1, 5), V=st.integers(1, 30),
    D=st.integers(1, 12), exponent=st.integers(-6, 6),
)
def test_float32_is_within_the_bound_of_error_analysis(seed, B, T, V, D, exponent):
    table, context, demb = draw(B, T, V, D, seed, scale=10.0**exponent)
    dtable = dtable_of(table, context, demb)
    places = one_hot(context, V, torch.float64).T
    true = places @ demb.double().view(-1, D)
    terms = places @ demb.double().abs().view(-1, D)
    # n terms are added in n − 1 rounded additions; a row that is read once is copied, without an error.
    additions = (places.sum(1, keepdim=True) - 1).clamp(min=0)
    assert ((dtable - true).abs() <= 1.01 * additions * U * terms).all()
    # The product with a one-hot matrix adds the same terms, and zeros, in an order of its own.
    product = one_hot(context, V, torch.float32).T @ demb.view(-1, D)
    assert ((product - true).abs() <= 8 * U * terms).all()
    assert ((product - dtable).abs() <= (8 + 1.01 * additions) * U * terms).all()


@kernels.every_level
def test_every_bit_is_autograds(level):
    output = kernels.run(level, """
from handgrad.ops import embedding
generator = torch.Generator().manual_seed(3)
for B, T, V, D in ((32, 3, 27, 10), (33, 5, 7, 3), (1, 1, 1, 1), (2048, 3, 27, 10)):
    for dtype in (torch.float32, torch.float64):
        table, demb = (
            torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)
            for shape in ((V, D), (B, T, D))
        )
        context = torch.randint(0, V, (B, T), generator=generator)
        got = embedding.backward(demb, embedding.forward(table, context)[1])
        leaf = table.requires_grad_()
        (by_index,) = torch.autograd.grad(leaf[context], leaf, demb)
        put = torch.zeros_like(table).index_put((context,), demb, accumulate=True)
        loop = torch.zeros(V, D, dtype=dtype)
        for code, row in zip(context.flatten().tolist(), demb.view(-1, D)):
            loop[code] += row
        print(*(torch.equal(got, other) for other in (by_index, put, loop)))
""")
    assert output.split() == ["True"] * 24


def test_without_accumulate_the_last_write_wins():
    table, context, demb = draw(dtype=torch.float64)
    overwritten = torch.zeros_like(table).index_put((context,), demb)
    right = dtable_of(table, context, demb)
    assert not torch.allclose(overwritten, right)
    read_once = torch.bincount(context.flatten(), minlength=V) == 1
    assert read_once.any()
    assert torch.equal(overwritten[read_once], right[read_once])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_int32_codes_give_what_int64_codes_give(dtype):
    table, context, demb = draw(dtype=dtype)
    emb, saved = embedding.forward(table, context)
    short, short_saved = embedding.forward(table, context.int())
    assert short_saved.context.dtype == torch.int32
    assert torch.equal(short, emb)
    assert torch.equal(embedding.backward(demb, short_saved), embedding.backward(demb, saved))


def test_an_upstream_gradient_laid_out_otherwise():
    table, context, demb = draw()
    strided = demb.transpose(0, 1).contiguous().transpose(0, 1)
    assert not strided.is_contiguous()
    assert torch.equal(dtable_of(table, context, strided), dtable_of(table, context, demb))
    # The gradient of a sum arrives as one number, expanded: it has no memory of its own.
    ones = torch.ones(()).expand(B, T, D)
    times = torch.bincount(context.flatten(), minlength=V)
    assert torch.equal(dtable_of(table, context, ones), times.float().unsqueeze(1).expand(V, D))


def test_special_values_stay_in_their_row():
    context = codes([0, 1], [2, 1])
    demb = torch.tensor([[[math.inf], [math.nan]], [[-math.inf], [1.0]]])
    dtable = dtable_of(torch.ones(4, 1), context, demb).flatten().tolist()
    assert dtable[0] == math.inf and math.isnan(dtable[1]) and dtable[2] == -math.inf and dtable[3] == 0
    # A product with the one-hot matrix would spread them: 0 times infinity is not a number.
    product = one_hot(context, 4, torch.float32).T @ demb.view(-1, 1)
    assert product.isnan().all()


def test_an_empty_batch_has_a_gradient_of_zeros():
    table, _, _ = draw()
    emb, saved = embedding.forward(table, torch.zeros(0, T, dtype=torch.int64))
    assert emb.shape == (0, T, D)
    assert torch.equal(embedding.backward(torch.zeros(0, T, D), saved), torch.zeros(V, D))


def test_no_known_mistake_is_right_and_each_is_named():
    table, context, demb = draw(dtype=torch.float64)
    saved = embedding.forward(table, context)[1]
    right = embedding.backward(demb, saved)
    known = mistakes.of_backward(demb, saved)
    for sentence, wrong in known.items():
        assert not torch.allclose(wrong, right), sentence
        assert explain("table", wrong, right, {"B": B}, known) == sentence
