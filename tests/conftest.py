"""Set-up shared by all tests, and the counts at the end of a run."""

import elsewhere
import pytest
import tallies
import torch

# The tensors are small: a second thread costs more than it saves, and sums keep one order.
torch.set_num_threads(1)


def pytest_addoption(parser):
    parser.addoption("--write-ledger", action="store_true", help="write book/ledger.json anew")


@pytest.fixture
def tally(record_property):
    """Counts one thing for the end of the run; see tallies."""
    return lambda *what: record_property(tallies.KEY, what)


@pytest.fixture(params=elsewhere.NAMES)
def accelerator(request):
    """A device that is not the processor: CUDA, or in a process of test_elsewhere one that stands in for it."""
    return elsewhere.device(request.param)


def pytest_terminal_summary(terminalreporter):
    """Print the counts, from the tests that ran."""
    tallies.summarise(terminalreporter)
