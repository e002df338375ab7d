"""Figures of the chapter *The names*."""

from torch import Tensor

from handgrad.figures.style import COLOURS, InlineFigure, figure, heatmap, inline, settings


def following(frequency: Tensor, given_last: Tensor, vocabulary: str) -> InlineFigure:
    """How often each character comes next: whatever was before, and after each character.

    Shapes: frequency (V,); given_last (V, V), a row for the character before.
    """
    places, letters = range(len(vocabulary)), list(vocabulary)
    with settings():
        drawn, (above, below) = figure(5.2, 7.2, rows=2, sharex=True, height_ratios=(1, 5.2))
        above.bar(places, frequency.tolist(), color=COLOURS[0])
        above.set_ylabel("share")
        above.set_title("whatever was before", loc="left")
        image = heatmap(below, given_last, kind="probability")
        below.set_title("after each character", loc="left")
        below.set_xticks(places, letters)
        below.set_yticks(places, letters)
        below.tick_params(labelsize=9, length=0)
        below.set_xlabel(f"the character that comes next, v from 0 to {len(letters) - 1}")
        below.set_ylabel("the character before")
        drawn.colorbar(image, ax=below, orientation="horizontal", shrink=0.6, label="share of the row")
    often = ", ".join(letters[i] for i in frequency.argsort(descending=True)[:4])
    return inline(drawn, (
        f"Above, bars: how often each of {len(letters)} characters comes next. "
        f"The most frequent are {often}. Below, a table of {len(letters)} rows and columns, a row for each "
        "character before and a column for each that comes next. Every row looks different; many are dark "
        "in the columns of the vowels, and most cells are almost empty."
    ))
