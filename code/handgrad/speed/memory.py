"""The memory that a rung's tensors take, counted in one way for all: by the allocator's own record.

Also the pages that the system gives: memory that is taken anew costs more than memory that is used again.
"""

import gc

import torch
from torch.profiler import ProfilerActivity, profile

from handgrad.data.names import Split
from handgrad.models.method import Method
from handgrad.training.loop import take
from handgrad.training.runs import Settings, State

STEPS = 3


def peak(method: Method, state: State, split: Split) -> int:
    """The most bytes that were taken at one time from the start of the method to the end of a few steps.

    Counted is what torch's allocator hands out on the processor: parameters, values, gradients and the method's own
    memory. Not counted are the split, Python's objects, and what the matrix library keeps for itself.
    """
    # Once before it is counted: the first time compiles, and fills what is kept from call to call.
    follow(method, state, split)
    gc.collect()
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
        follow(method, state, split)
    now = most = 0
    for event in record.profiler.kineto_results.events():
        if event.name() == "[memory]":
            now += event.nbytes()
            most = max(most, now)
    return most


def follow(method: Method, state: State, split: Split) -> None:
    """Start, and take a few steps."""
    settings: Settings = state.settings
    generator = torch.Generator().manual_seed(1)
    work = method.start(state.params, settings.batch)
    take(method, work, split, settings.batch, [settings.rate] * STEPS, generator)


def page_faults() -> int:
    """How many times so far this process touched memory that it had yet to be given, without a read from a disk.

    Each time the system gives a page; a larger one where it gives such, as it may be set to do for all memory.
    Raises: OSError where the system does not count them.
    """
    try:
        import resource
    except ImportError as error:
        raise OSError("this system does not count the pages that it gives to a process") from error
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
