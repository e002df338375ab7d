"""Steps that torch.compile turns into C++ (on a GPU into Triton) the first time they are taken.

The chapters' gradients stand here once more, in one function and in place: it is what the compiler makes of them that
is measured, and it takes no function that checks its inputs.
"""

import os
import shutil
import sysconfig
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.models.method import Method
from handgrad.models.mlp.model import Parameters
from handgrad.models.mlp.trace import EPS
from handgrad.speed.rungs.autograd import TUNED, tuned_loss, tuned_step
from handgrad.speed.rungs.manual import by_index, copies, detached

# The devices for which torch.compile writes Triton.
TRITON = ("cuda", "xpu")


def missing(device: str) -> str:
    """Why torch.compile cannot work here, or nothing."""
    if device == "cpu":
        return unbuilt("C++", "CXX", os.environ.get("CXX") or "g++")
    # torch's CUDA build brings Triton along, also where the device is another: that it is there says nothing.
    if device not in TRITON:
        return "the step is compiled for a processor and for CUDA and XPU devices, not for this one"
    if not find_spec("triton"):
        return "torch.compile needs Triton for this device, and it is not installed"
    # Triton writes in C what starts its kernels.
    return unbuilt("C", "CC", os.environ.get("CC") or ("clang" if shutil.which("clang") else "gcc"))


def unbuilt(language: str, variable: str, compiler: str) -> str:
    """Why this compiler cannot build what Python loads, or nothing."""
    if not shutil.which(compiler):
        return (f"torch.compile needs a {language} compiler, and there is no {compiler} here; "
                f"install one, or name it in {variable}")
    if not (Path(sysconfig.get_path("include")) / "Python.h").exists():
        return "torch.compile needs the headers of Python; the system's package for them is often called python3-dev"
    return ""


@cache
def compiled(function):
    """The function compiled, once a process and anew for each combination of shapes and dtype."""
    return torch.compile(function, fullgraph=True, dynamic=False)


def compiled_autograd_step(work, context: Tensor, targets: Tensor, rate: float):
    """As tuned_step, with its loss and the gradient of that compiled."""
    return tuned_step(work, context, targets, rate, compiled(tuned_loss))


def lines(params: Parameters, context: Tensor, targets: Tensor, rate: Tensor) -> Tensor:
    """The chapters' lines, one after another, moving the parameters in place; the loss.

    Shapes: params as in mlp.Parameters; context (B, T); targets (B,); rate, loss ().
    """
    table, W1, _, gamma, beta, W2, b2 = params
    B = context.shape[0]
    flat = table[context].view(B, -1)
    # Without b1: batch normalisation subtracts it again, so its gradient is 0 and it stays as it is.
    pre_bn = flat @ W1
    centered = pre_bn - pre_bn.mean(0)
    rstd = ((centered**2).sum(0) / (B - 1) + EPS) ** -0.5
    xhat = centered * rstd
    h = (gamma * xhat + beta).tanh()
    logprobs = F.log_softmax(torch.addmm(b2, h, W2), 1)
    # From dlogits on every gradient is multiplied by −rate, and added to its parameter.
    dlogits = (logprobs.exp() - F.one_hot(targets, len(b2))) * (-rate / B)
    dpreact = (1 - h**2) * (dlogits @ W2.T)
    dgamma, dbeta = (dpreact * xhat).sum(0), dpreact.sum(0)
    dpre_bn = gamma * rstd * (dpreact - dbeta / B - xhat * (dgamma / (B - 1)))
    dtable = by_index(dpre_bn @ W1.T, table, context)
    moves = (dtable, flat.T @ dpre_bn, dgamma, dbeta, h.T @ dlogits, dlogits.sum(0))
    for p, dp in zip((table, W1, gamma, beta, W2, b2), moves, strict=True):
        p.add_(dp)
    return -logprobs.gather(1, targets[:, None]).mean()


def compiled_step(params: Parameters, context: Tensor, targets: Tensor, rate: float) -> tuple[Parameters, Tensor]:
    """The chapters' lines, compiled; `params` are moved in place."""
    # As a tensor the rate is data; as a number it would be compiled in, and each new one would take a minute.
    return params, compiled(lines)(params, context, targets, params.W1.new_tensor(rate))


COMPILED_AUTOGRAD = TUNED._replace(step=compiled_autograd_step)
COMPILED = Method(copies, compiled_step, detached, torch.no_grad)
