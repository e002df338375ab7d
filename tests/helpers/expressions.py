"""Single lines of torch, right and wrong, whose results or errors must be the same with the page's torch.

In them x and y are (3, 4), w is (4, 5), v and u are (4,), s is a number of shape (), c is (2, 3, 4), all of a
floating-point type; z is x in the other floating-point type; i (3,) and j (2, 3) are integers from 0 to 2; m (3, 4)
and k (3,) are truth values; q is (3, 3). A statement is followed by what is looked at after it.
"""

import torch

SHAPES = """
x + y; x + v; x + s; x + 1; 2 * x; 1 / x; x / 3; x - True; x + i; x + m; i + 1; i / 2; i / j; i // 2; j % 2; -i // 2
x // 0.7; x % 0.7; x + z; s + z; s * z[0, 0]; i + 0.5; i * s; 2.0**i; i**2; 2**i; x**2; x**3; x**0.5; x**-1; x**-2
x.abs()**-0.5; x.abs()**1.7; x**i.unsqueeze(1); 2**x; 0**i; i**-1; x.view(4, 3); x.view(2, -1); x.view(5, -1)
x.view(-1); x.T; x.T.view(-1); x.T.reshape(-1); x.mT; c.mT; v.T; v.mT; c.T; x.t(); c.t(); c.permute(2, 0, 1)
c.permute(0, 1); c.transpose(0, 2); c.transpose(0, 3); c.flatten(); c.flatten(1); c.flatten(0, 1); s.flatten()
c.unflatten(2, (2, 2)); c.unflatten(2, (2, -1)); x.squeeze(); x[:, :1].squeeze(1); x.unsqueeze(0); x.unsqueeze(-1)
x.unsqueeze(3); v.expand(3, 4); v.expand(3, -1); v.expand(3, 5); x.expand(4); v.expand_as(x); x.narrow(1, 1, 2)
x.split(2); x.split(2, 1); x.split([1, 2]); x.split([1, 1]); x.chunk(2, 1); x.unbind(1); q.diagonal(); q.diagonal(1)
c.diagonal(dim1=1, dim2=2); v.diagonal(); v.unfold(0, 2, 1); v.unfold(0, 5, 1); x.unfold(1, 2, 2); v.repeat(2)
v.repeat(3, 2); x.repeat(2); v.tile(2, 2); x.flip(0); x.flip(0, 1); x.flip((1,)); x.flip(2); x.roll(1, 0); x.roll(1)
x.roll((1, 2), (0, 1)); x.repeat_interleave(2, 1); x.repeat_interleave(i, dim=0); x.tril(); q.triu(1); q.tril(-1)
torch.diag(v); torch.diag(q); torch.diag(v, 1); torch.diag_embed(x); torch.diag(c); x.movedim(0, 1)
x.contiguous().T.is_contiguous(); len(x); len(s); x.shape; x.size(1); x.size(5); x.ndim; x.numel(); x.dim()
list(x)[1]; list(s); x.stride(); x.T.stride()
"""

INDEXING = """
x[0]; x[-1]; x[3]; x[0, 1]; x[0, 1, 2]; x[:, 1]; x[1:]; x[:, ::2]; x[::-1]; x[..., 0]; x[..., None]; x[None]
x[:, None]; x[:, None, 1:3]; x[i]; x[j]; x[:, i]; x[i, i]; x[i, 1:]; x[j, i]; c[i - 1]; c[:, i]; c[0, i]; c[:, i, 1]
c[0, :, i]; c[j - 1, :, i]; c[:, i, i]; c[..., i]; x[[0, 2]]; x[[0, 5]]; x[range(3), i]; x[range(2), i]; x[m]; x[k]
x[:, k]; x[k, 1]; x[~k]; x[k, :2]; c[:, m]; x[i > 0]; x[i, v]; x[1.5]; x["a"]; x[i[0]]; x[i[0], i[1]]; x[:i[2]]
x[()]; s[()]; s[0]; x[True]; x[False]; s[s > 9]
x[5:]; x[2:1]; x[-2:]; x[-9:9]; v[i[:0]]; x[torch.tensor([0, -1])]; x[torch.tensor([0, 7])]
x[i.to(x.dtype)]; x.select(1, 2); x.index_select(1, i); x.index_select(0, i); x.gather(1, i[:, None])
x.gather(0, i[None]); x.gather(1, i); x.gather(1, i[:, None] + 3); torch.take_along_dim(x, i[:, None], 1)
x.masked_select(m); x.nonzero(); i.nonzero(); m.nonzero(as_tuple=True); torch.where(m, x, y); torch.where(m, x, 0.0)
torch.where(m, 1, 0); torch.where(x > 0, x, z); torch.where(k, x, y); torch.where(m); torch.where(i, x, y)
m.where(m, m); x.where(x > 0, y)
"""

STATEMENTS = """
x[0] = 1 -> x; x[0, 1] = s -> x; x[:, 1] = y[:, 0] -> x; x[1] = v -> x; x[1:] = v -> x; x[m] = 0 -> x; x[k] = v -> x
x[i, i] = 5.0 -> x; x[i, i] = z[0, :3] -> x; x[0] = z[1] -> x; x[i] = y -> x; x[i, i] -= 1 -> x
x[range(3), i] += 2 -> x; x[0] = w -> x; x[m] = v -> x; x[:, 1:3] = 0 -> x; x[5] = 0 -> x; i[0] = 2.7 -> i
x += y -> x; x += w -> x; x -= 1 -> x; x *= v -> x; v *= x -> v; x /= 2 -> x; i /= 2 -> i; i += 0.5 -> i
i += 1 -> i; i *= 2 -> i; x **= 2 -> x; m &= ~m -> m; x //= 0.5 -> x; x += z -> x; i += x[:, 0] -> i
x.T[0] = 1 -> x; x.view(-1)[3] = 9 -> x; x.flatten()[3] = 9 -> x; x[1:][0] = 7 -> x; x.diagonal().add_(v[:3]) -> x
x[0].mul_(3) -> x; x.reshape(4, 3)[0] = 2 -> x; x.T.reshape(-1)[0] = 2 -> x; x[i][0] = 5 -> x; y = x; y += 1 -> x
y = x.clone(); y += 1 -> x; y = x.detach(); y.zero_() -> x; x.add_(y, alpha=2) -> x; x.sub_(1) -> x; x.mul_(x) -> x
x.div_(y) -> x; x.neg_() -> x; x.exp_() -> x; x.zero_() -> x; x.fill_(2) -> x; x.copy_(v) -> x; x.copy_(w) -> x
x.clamp_(-0.5, 0.5) -> x; x.clamp_(min=0) -> x; x.tanh_() -> x; x.sqrt_() -> x; v.expand(3, 4).add_(1) -> v
x.index_add_(0, i, y) -> x; x.index_add_(1, i, y[:, :3]) -> x; x.index_add_(0, i, w) -> x
x.index_add_(0, i, z) -> x; x.index_add_(0, i, y, alpha=2) -> x; x.index_put_((i,), y) -> x
x.index_put_((i, i), v[:3], accumulate=True) -> x; x.index_put_((i,), z) -> x; x.index_copy_(0, i, y) -> x
x.index_fill_(1, i, 3.0) -> x; x.masked_fill_(m, 0) -> x; x.scatter_(1, i[:, None], 1.0) -> x
x.scatter_(1, i[:, None], y) -> x; x.scatter_(1, i, y) -> x; x.scatter_add_(1, i[:, None], y) -> x
x.scatter_add_(0, i[None], y) -> x; x.scatter_(1, i[:, None] + 3, y) -> x; x.scatter_add_(1, i[:, None], z) -> x
q.fill_diagonal_(0) -> q; x.lerp_(y, 0.3) -> x; x.addcmul_(x, y, value=0.5) -> x; x[x > 0] = 0 -> x
x[x > 0] *= 2 -> x; x[:, i] = 0 -> x; x[:, None] = 1 -> x; x.T.zero_() -> x; x[0, :] = torch.zeros(2) -> x
x[[0, 1]] = 1 -> x; x[..., -1] = 0 -> x; m[0] = True -> m; c[:, 1] = x[:2] -> c; c[0] += x -> c
"""

REDUCTIONS = """
x.sum(); x.sum(0); x.sum(1, keepdim=True); x.sum(-1); x.sum(2); x.sum((0, 1)); c.sum((0, 2), keepdim=True)
x.sum(dim=0); i.sum(); m.sum(); m.sum(0); x.sum((0, 0)); x.sum(axis=0); x.sum(0, dtype=torch.float64); x.mean()
x.mean(0); i.mean(); x.mean(1, keepdim=True); x.prod(); x.prod(1); i.prod(); x.var(); x.var(0)
x.var(0, correction=0); x.var(1, keepdim=True); x.var(0, unbiased=False); x.std(); x.std(0, correction=0); i.var()
s.var(correction=0); torch.var_mean(x, 0); torch.std_mean(x, 0); x.max(); x.max(1); x.max(1, keepdim=True)
x.max(1).values; x.max(1).indices; x.min(0); x.amax(1); x.amin((0, 1)); x.amax(); x.argmax(); x.argmax(1)
x.argmin(0, keepdim=True); torch.max(x, y); x.maximum(y); x.minimum(z); x.any(); m.any(0); m.all(1); m.all()
i.any(); x.cumsum(1); i.cumsum(0); m.cumsum(0); x.cumprod(0); x.softmax(1); x.softmax(0); x.softmax(2); i.softmax(0)
x.log_softmax(-1); x.logsumexp(1); x.logsumexp((0, 1)); x.logsumexp(1, keepdim=True); c.softmax(1); c.log_softmax(0)
s.softmax(0); torch.softmax(x, dim=1); x.norm(); x.norm(dim=1); x.norm(p=1, dim=0); x.norm(1); i.norm()
torch.linalg.vector_norm(x); torch.linalg.vector_norm(x, float("inf")); torch.linalg.matrix_norm(x)
torch.linalg.norm(x); x.norm(3, 1); x.sort(1); x.sort(0, descending=True).values; x.argsort(1); x.topk(2, 1)
x.count_nonzero(); m.count_nonzero(0); torch.logsumexp(x, 0); x[:0].sum(); x[:0].mean(); x[:0].max(); x[:0].sum(0)
x[:0].amax(1); v.dot(u).item(); x.item(); x[0, 0].item(); float(x[0, 0]); int(x[0, 0] * 9); bool(x[0, 0]); bool(x)
x.tolist()[0][1] == x[0, 1].item()
"""

PRODUCTS = """
x @ w; w @ x; x @ v; v @ w; v @ u; c @ w; c @ v; w.T @ c.mT; x @ z.T; v @ z[0]; x @ 2; 2 @ x; i @ i; x.T @ x
torch.matmul(x, w); x.mm(w); x.mm(v); x.mv(v); x.mv(w); v.dot(u); v.dot(i); x.dot(v); torch.bmm(c, c.mT)
torch.bmm(c, w); c @ c; c.mT @ c; torch.outer(v, u); torch.outer(x, v); torch.dot(v, u); v.outer(u); q.trace()
torch.addmm(x[0, 0], x, w); q.matrix_power(3); torch.einsum("bi,ij->bj", x, w); torch.einsum("bi,bi->b", x, y)
torch.einsum("bi->", x); torch.einsum("bi", x); torch.einsum("ii->i", q); torch.einsum("ii", q)
torch.einsum("bi,bj->ij", x, y); torch.einsum("i,j->ij", v, u); torch.einsum("bti,ij->btj", c, w)
torch.einsum("bi,ij", x, w); torch.einsum("bi,ij->bj", x, y); torch.einsum("bi,ij->bj", x, z.T)
torch.einsum("bi->bj", x); torch.einsum("b,i->b", x, v); torch.einsum("bi,i->b", x, v)
torch.einsum("i,i,i->", v, u, v); torch.einsum("bi,bi->b", [x, y]); torch.einsum("bi,bi->b", x)
torch.tensordot(x, w, 1); torch.tensordot(x, y, ([0], [0])); torch.tensordot(x, y, dims=2); torch.tensordot(x, w, 2)
F.linear(x, w.T); F.linear(x, w.T, w[0]); F.linear(x, w); x @ w @ w.T; (x @ w).T; -x @ w; x.matmul(v)
"""

POINTWISE = """
x.exp(); torch.exp(i); x.abs().log(); x.log(); torch.log(torch.zeros(2)); x.log2(); x.abs().log10(); x.abs().log1p()
x.expm1(); x.sin(); x.cos(); x.tan(); x.sinh(); x.cosh(); x.tanh(); i.tanh(); (1000 * x).tanh(); (1000 * x).exp()
(1000 * x).cosh(); (1000 * x).sigmoid(); x.sqrt(); x.abs().sqrt(); x.abs().rsqrt(); (0 * x).rsqrt(); x.sigmoid()
x.erf(); x.asin(); x.acos(); x.atan(); (x / 9).atanh(); x.asinh(); x.abs().acosh(); x.reciprocal(); 1 / (0 * x)
i.reciprocal(); x.neg(); -m; -i; x.abs(); abs(i); x.square(); i.square(); m.square(); x.sign(); i.sign(); x.floor()
x.ceil(); x.trunc(); x.round(); i.floor(); (x * 10).round(decimals=1); torch.round(x); ~m; ~i; ~x; m & k[:, None]
m | m; m ^ ~m; i & 1; x & m; m.logical_not(); x.logical_and(y); m - m; m + m; m * m; m * 2; m * x; m / 2; x == y
x == 0; x != y; x < y; x >= 0; i == 1; i > 0.5; x == None; x == "a"; m == True; (x < y).sum(); 0 < x; torch.eq(x, y)
x.gt(0); torch.equal(x, x); torch.equal(x, y); torch.equal(x, v); torch.allclose(x, x + 1e-9); torch.isclose(x, y)
torch.allclose(x, z); x.isnan(); (x / 0).isfinite(); (x / 0).isinf(); i.isfinite(); (x.log()).nan_to_num()
(x / 0).nan_to_num(); x.clamp(-0.5, 0.5); x.clamp(min=0); x.clamp(max=0.0); x.clamp(); i.clamp(min=1); i.clamp(0.5)
x.clamp(min=y); x.relu(); torch.relu(x); torch.lerp(x, y, 0.25); torch.lerp(x, z, 0.25); torch.addcmul(x, x, y)
torch.addcmul(x, x, y, value=-1); torch.addcdiv(x, y, y, value=2); x.add(y, alpha=3); torch.sub(x, y, alpha=2)
x.mul(2); torch.div(x, y); torch.div(i, 2, rounding_mode="floor"); torch.div(x, 0.3, rounding_mode="trunc")
x.pow(2); torch.pow(2, x); torch.pow(x, 3); x.true_divide(2); torch.frexp(x); torch.ldexp(x, i[0])
torch.ldexp(x, torch.tensor([1, 2, 3, 4])); torch.complex(x, y); torch.complex(x, z); torch.complex(x, y).real
torch.complex(x, y).imag; torch.complex(x, y) * x; torch.complex(x, y).exp(); torch.complex(x, y).abs(); x + 1j
x.imag; torch.complex(x, y).sin(); torch.complex(x, y)**2; torch.complex(x, y) / (1 + 2j); x.real
torch.complex(x, y).tanh(); torch.complex(i, i); x + [1]; x * "a"; x + None; torch.exp(1.0); torch.tanh([1.0])
"""

MAKING = """
torch.tensor(1); torch.tensor(1.5); torch.tensor(True); torch.tensor([1, 2]); torch.tensor([1, 2.5])
torch.tensor([True, 1]); torch.tensor([[1, 2], [3]]); torch.tensor([1, [2]]); torch.tensor([[1], 2])
torch.tensor([]); torch.tensor([1j]); torch.tensor([x[0, 0], 2.0]); torch.tensor([1.5, 2], dtype=torch.int64)
torch.tensor(x); torch.tensor("a"); torch.tensor(None); torch.tensor([0.1], dtype=torch.float64)
torch.tensor([0.1]).double(); torch.as_tensor([1]); torch.as_tensor(x, dtype=torch.float64); torch.zeros(2)
torch.zeros(2, 3); torch.zeros((2, 3)); torch.zeros([2]); torch.zeros(()); torch.zeros(x.shape); torch.zeros(2.0)
torch.zeros(-1); torch.ones(2, dtype=torch.int64); torch.ones(2, 2, dtype=torch.bool); torch.full((2,), 3)
torch.full((2, 2), 0.5); torch.full((2,), True); torch.full(2, 1.0); torch.zeros_like(x); torch.ones_like(i)
torch.zeros_like(x, dtype=torch.int64); torch.full_like(x, 2); torch.zeros_like(3); x.new_zeros(2)
x.new_zeros((2, 3)); x.new_ones(2, 2); x.new_tensor([1, 2]); x.new_full((2,), 3); i.new_zeros(2); torch.eye(3)
torch.eye(2, 3); torch.eye(3, dtype=torch.float64)[i]; torch.arange(3); torch.arange(1, 4); torch.arange(0, 1, 0.25)
torch.arange(5, 1, -2); torch.arange(1, 0); torch.arange(3.0); torch.arange(3, dtype=torch.float64)
torch.arange(0, 3, 0); torch.linspace(0, 1, 5); torch.linspace(-1, 1, 4, dtype=torch.float64); torch.cat([x, y])
torch.cat([x, y], 1); torch.cat([x, w]); torch.cat([x, v]); torch.cat([x, z]); torch.cat([i, v]); torch.cat([])
torch.cat([s, s]); torch.cat((x, y), dim=-1); torch.cat([x, y], 2); torch.cat([c, c], 1); torch.stack([x, y])
torch.stack([x, y], 1); torch.stack([x, y], -1); torch.stack([x, w]); torch.stack([]); torch.stack([v, u]).T
torch.stack([s, s]); torch.stack([x, 1]); torch.stack(list(x)); torch.hstack([v, u]); torch.vstack([v, u])
torch.bincount(i); torch.bincount(i, minlength=5); torch.bincount(v); torch.bincount(-i)
torch.broadcast_to(v, (3, 4)); x.double(); x.float(); x.long(); (9 * x).int(); i.float(); m.float(); m.long()
i.bool(); x.to(torch.float64); x.to(z); x.to(z.dtype).dtype; x.type(torch.float64); i.to(x.dtype); x.dtype; i.dtype
m.dtype; torch.finfo(x.dtype).eps; torch.finfo(x.dtype).max; torch.finfo(i.dtype); x.dtype == torch.float64
torch.result_type(x, z); torch.result_type(i, 1.0); torch.result_type(s, z); torch.is_tensor(x)
x.is_floating_point(); i.is_floating_point(); sum(x); sum(x[0]); max(v); min(v).item(); sorted(v.tolist())
torch.broadcast_tensors(x, v); torch.numel(x); x.requires_grad; x.detach(); x.clone()
"""

FUNCTIONAL = """
F.softmax(x, dim=1); F.log_softmax(x, 1); F.one_hot(i, 4); F.one_hot(i); F.one_hot(j, 3); F.one_hot(i, 2)
F.one_hot(i - 1, 3); F.one_hot(v); F.one_hot(i, 4) * x; x - F.one_hot(i, 4); F.cross_entropy(x, i)
F.cross_entropy(x, i, reduction="sum"); F.cross_entropy(x, i, reduction="none")
F.cross_entropy(x, i - 1, ignore_index=-1); F.cross_entropy(x, x.softmax(1)); F.cross_entropy(x, i + 3)
F.cross_entropy(x, j); F.cross_entropy(x, i[:2]); F.cross_entropy(v, i[0]); F.nll_loss(x.log_softmax(1), i)
F.mse_loss(x, y); F.l1_loss(x, y); F.relu(x); F.gelu(x); F.gelu(x, approximate="tanh"); F.silu(x); F.logsigmoid(x)
F.softplus(x); F.sigmoid(x); F.tanh(x); F.normalize(x); F.normalize(x, p=1, dim=0); F.pad(x, (1, 2))
F.pad(x, (0, 0, 1, 1)); F.pad(i, (2, 1)); F.pad(x, (-1, 1)); F.pad(v, (1, 1), value=3.0); F.embedding(i, w)
F.embedding(j, w); F.embedding(i + 4, w); F.embedding(v, w); F.batch_norm(x, None, None, training=True)
F.batch_norm(x, None, None, v, u, training=True, eps=0.1); F.batch_norm(x, v, u.abs(), v, u)
F.batch_norm(x[:1], None, None, training=True); F.layer_norm(x, (4,)); F.layer_norm(x, (4,), v, u)
F.layer_norm(x, (3,)); torch.sigmoid(x); torch.tanh(x)
"""
GROUPS = {
    "shapes": SHAPES,
    "indexing": INDEXING,
    "statements": STATEMENTS,
    "reductions": REDUCTIONS,
    "products": PRODUCTS,
    "pointwise": POINTWISE,
    "making": MAKING,
    "functional": FUNCTIONAL,
}


def lines(group):
    """The lines of a group: each a statement, which may be empty, and an expression."""
    found, rest = [], ""
    for part in GROUPS[group].strip().replace("\n", ";").split(";"):
        statement, arrow, expression = (rest + part.strip()).rpartition(" -> ")
        if group == "statements" and not arrow:
            rest += part.strip() + "; "
            continue
        found.append((statement.strip(), expression.strip()))
        rest = ""
    return found


def drawn(dtype):
    """The tensors that the lines of `expressions` are about."""
    generator = torch.Generator().manual_seed(3)
    other = torch.float32 if dtype == torch.float64 else torch.float64

    def normal(*shape, dtype=dtype):
        return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)

    return {
        "x": normal(3, 4),
        "y": normal(3, 4),
        "w": normal(4, 5),
        "v": normal(4),
        "u": normal(4),
        "s": normal(),
        "c": normal(2, 3, 4),
        "z": normal(3, 4, dtype=other),
        "i": torch.tensor([2, 0, 2]),
        "j": torch.tensor([[1, 0, 2], [2, 2, 0]]),
        "m": normal(3, 4) > 0,
        "k": torch.tensor([True, False, True]),
        "q": normal(3, 3),
    }
