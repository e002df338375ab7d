"""Where the package lies, and the clone around it; an installed package has no clone."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
CLONE = PACKAGE.parents[1]
