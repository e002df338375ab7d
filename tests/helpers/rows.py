"""Compares the quick rows of the page with the judge's; run alone, with the folder of the packed modules.

Values lie below, on and above what rounding explains; among them are zeros, nan and infinities.
"""

import sys

sys.path.insert(0, sys.argv[1])

import torch  # noqa: E402

from browser.judge import agreeing  # noqa: E402
from handgrad.check.comparison import judge_one  # noqa: E402

INF, NAN = float("inf"), float("nan")
ENTRIES = ([1.0, -3.0], [0.0, -0.0], [1e-44, 3e-45], [1e30, -1e-30], [INF, 1.0], [NAN, 1.0], [-INF, INF], [])
SHIFTS = (0.0, 1e-45, 2.8e-6, 2.86102294921875e-6, 2.9e-6, 5.3e-15, 5.329070518200751e-15, 5.4e-15, 1.0, NAN, INF)


def outcome(judge, *given):
    """The row, or the type and the text of what was raised."""
    try:
        return repr(judge(*given))
    except (ValueError, RuntimeError) as error:
        return f"{type(error).__name__}: {error}"


agreed = asked = 0
for kind in (torch.float32, torch.float64):
    sizes = (None, *(torch.tensor(size, dtype=kind) for size in (1.0, 0.0, -1.0, NAN, INF, [2.0, 3.0], [[1.0], [2.0]])))
    for entries in ENTRIES:
        expected = torch.tensor(entries, dtype=kind)
        for shift in SHIFTS:
            for size in sizes:
                got = expected + torch.tensor([shift, 0.0][: len(entries)], dtype=kind)
                for given in (("x", got, expected, size, ""), ("x", expected, got, size, "d")):
                    wanted = outcome(judge_one, *given)
                    assert outcome(agreeing.row, *given) == wanted, (given, wanted, outcome(agreeing.row, *given))
                    asked += 1
                    if len(entries) and agreeing.distance(given[1], given[2], size)[0] is not None:
                        agreed += 1
for odd in (None, torch.ones(3), torch.ones(2, dtype=torch.float64)):
    given = "x", odd, torch.ones(2), None
    assert outcome(agreeing.row, *given) == outcome(judge_one, *given)
print(agreed, asked)
