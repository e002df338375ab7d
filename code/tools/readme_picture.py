"""Draw the picture of the README, the network of the chapter *The forward pass*.

    python code/tools/readme_picture.py            write it
    python code/tools/readme_picture.py --check    say whether it is the one that would be written
"""

import io
import sys
from pathlib import Path

from PIL import Image, ImageChops

from handgrad.figures.forward import network

PICTURE = Path(__file__).resolve().parents[2] / "book" / "_static" / "network.png"


def differs(path: Path, png: bytes) -> bool:
    """Whether the file is missing or shows something else; how it was compressed does not count."""
    if not path.is_file():
        return True
    old, new = (Image.open(source).convert("RGB") for source in (path, io.BytesIO(png)))
    return old.size != new.size or ImageChops.difference(old, new).getbbox() is not None


def main(arguments: list[str]) -> int:
    """Write or check the picture; the exit status is 1 if a check finds another one."""
    png = network().png
    if arguments == ["--check"]:
        if differs(PICTURE, png):
            print(f"{PICTURE.name} is out of date: run python code/tools/readme_picture.py", file=sys.stderr)
            return 1
        return 0
    PICTURE.write_bytes(png)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
