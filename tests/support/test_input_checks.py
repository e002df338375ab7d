"""What the operations demand: nothing broadcasts, nothing is promoted, every refusal has a name."""

import pytest
import torch

from handgrad.support.input_checks import check_indices, check_matrix, check_same_dtype, check_shape

X = torch.zeros(2, 3)


@pytest.mark.parametrize("value", [X, X.double(), X.long(), X.T.contiguous().T, X[:1].expand(2, 3)])
def test_the_shape_asked_for_passes_whatever_the_rest(value):
    check_shape("x", value, (2, 3))
    check_shape("x", value, X.shape)
    check_shape("x", value, [2, 3])


@pytest.mark.parametrize("shape", [(3, 2), (3,), (1, 2, 3), (2, 1), (1, 3), (), (6,), (0, 3)])
def test_another_shape_is_refused_even_where_it_would_broadcast(shape):
    with pytest.raises(ValueError) as error:
        check_shape("x", X, shape)
    assert str(error.value) == f"x has shape (2, 3), expected {shape}"


@pytest.mark.parametrize("value, kind", [
    (None, "NoneType"), ([1.0], "list"), (1.0, "float"), (X.numpy(), "ndarray"),
])
def test_what_is_no_tensor_is_refused(value, kind):
    with pytest.raises(TypeError, match=f"^x must be a tensor, not {kind}$"):
        check_shape("x", value, (2, 3))


def test_a_matrix_gives_its_sizes():
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        assert check_matrix("x", X.to(dtype)) == (2, 3)
    assert check_matrix("x", torch.zeros(0, 3)) == (0, 3)


@pytest.mark.parametrize("value, error, says", [
    (torch.zeros(3), ValueError, r"x must have two axes, not the shape \(3,\)"),
    (torch.tensor(1.0), ValueError, r"x must have two axes, not the shape \(\)"),
    (X[None], ValueError, r"x must have two axes, not the shape \(1, 2, 3\)"),
    (X.long(), TypeError, "x must be a tensor of floating-point numbers, not torch.int64"),
    (X.bool(), TypeError, "x must be a tensor of floating-point numbers, not torch.bool"),
    (X + 0j, TypeError, "x must be a tensor of floating-point numbers, not torch.complex64"),
    ("x", TypeError, "x must be a tensor of floating-point numbers, not str"),
])
def test_no_matrix_is_refused(value, error, says):
    with pytest.raises(error, match=f"^{says}$"):
        check_matrix("x", value)


def test_one_dtype():
    check_same_dtype(x=X, y=torch.zeros(()), z=torch.zeros(0))
    check_same_dtype(x=X.double())
    with pytest.raises(TypeError) as error:
        check_same_dtype(x=X, W=X.double(), b=X)
    assert str(error.value) == (
        "all inputs must have one dtype, found x torch.float32, W torch.float64, b torch.float32"
    )


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32])
def test_indices_inside_pass(dtype):
    check_indices("i", torch.tensor([0, 4, 2], dtype=dtype), 5)
    check_indices("i", torch.zeros(0, dtype=dtype), 5)
    check_indices("i", torch.tensor(4, dtype=dtype), 5)


@pytest.mark.parametrize("indices, says", [
    ([0, 5, 7], r"i\[1\] is 5, outside the range 0 to 4"),
    ([[0, 1], [2, -1]], r"i\[1, 1\] is -1, outside the range 0 to 4"),
    (-(2**31), r"i\[\] is -2147483648, outside the range 0 to 4"),
])
def test_the_first_index_outside_is_named(indices, says):
    with pytest.raises(IndexError, match=f"^{says}$"):
        check_indices("i", torch.tensor(indices), 5)


@pytest.mark.parametrize("indices, kind", [
    (torch.zeros(3), "torch.float32"), (torch.zeros(3, dtype=torch.bool), "torch.bool"),
    (torch.zeros(3, dtype=torch.uint8), "torch.uint8"), (torch.zeros(3, dtype=torch.int16), "torch.int16"),
    ([0, 1], "list"), (range(3), "range"),
])
def test_what_torch_would_read_as_a_mask_or_not_at_all_is_refused(indices, kind):
    with pytest.raises(TypeError, match=f"^i must hold integers, int64 or int32, not {kind}$"):
        check_indices("i", indices, 5)
