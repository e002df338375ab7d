"""Set-up shared by all tests."""

import torch

# The tensors are small: a second thread costs more than it saves, and sums keep one order.
torch.set_num_threads(1)


def pytest_addoption(parser):
    parser.addoption("--write-ledger", action="store_true", help="write book/ledger.json anew")
