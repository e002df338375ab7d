"""Put KaTeX's script, stylesheet and fonts into the book, all of one exact version, and check them.

The book renders its mathematics while it is built (book/_ext/book_equations). Script, stylesheet and fonts
must come from one version: of two versions the glyphs are still drawn, only at the wrong size.

    python code/tools/vendor_katex.py            remake the files from the npm package (needs npm)
    python code/tools/vendor_katex.py --check    compare the files with the manifest (needs nothing)
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from handgrad.support import digest

VERSION = "0.19.1"
# As the registry states it for this version: the npm client checks the download, and so do we.
INTEGRITY = "sha512-jG8uKntjSEcm2EpQOh0XturpPuuC9r3Sq5HLHdsFdWZT27E672SF19QEi+of0/YeOy15lDgRhKvr5614uRrEfA=="

BOOK = Path(__file__).resolve().parents[2] / "book"
ENGINE = "_ext/book_equations/katex.min.js"  # runs while the book is built; no reader ever loads it
STYLE = "_static/katex/katex.min.css"
LICENCE = "_static/katex/LICENSE"
FONTS = "_static/katex/fonts/"
MANIFEST = "_ext/book_equations/manifest.json"


def woff2_only(stylesheet: str) -> str:
    """The stylesheet without the font formats that every current browser passes over."""
    return re.sub(r',url\([^)]*\.(?:woff|ttf)\) ?format\("[a-z]+"\)', "", stylesheet)


def unpack(archive: Path) -> dict[str, bytes]:
    """What the book needs from the package's archive: place under book/ -> contents.

    Raises: ValueError if the archive is not the one that INTEGRITY names.
    """
    found = digest.integrity(archive.read_bytes())
    if found != INTEGRITY:
        raise ValueError(f"{archive.name} is not katex {VERSION}: its integrity is {found}")
    with tarfile.open(archive) as tar:
        packed = {name.removeprefix("package/"): tar.extractfile(name).read() for name in tar.getnames()}
    files = {
        ENGINE: packed["dist/katex.min.js"],
        STYLE: woff2_only(packed["dist/katex.min.css"].decode()).encode(),
        LICENCE: packed["LICENSE"],
    }
    fonts = [name for name in packed if re.fullmatch(r"dist/fonts/.*\.woff2", name)]
    return files | {FONTS + Path(name).name: packed[name] for name in sorted(fonts)}


def download(folder: Path) -> Path:
    """Fetch the archive with the npm client."""
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is needed to fetch KaTeX; install node and npm, then run this again")
    command = [npm, "pack", "--silent", f"katex@{VERSION}"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder / f"katex-{VERSION}.tgz"


def write(files: dict[str, bytes], book: Path = BOOK) -> None:
    """Write the files and the manifest that `problems` reads; fonts of another version go."""
    shutil.rmtree(book / FONTS, ignore_errors=True)
    for name, contents in files.items():
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        (book / name).write_bytes(contents)
    digests = {name: digest.of_bytes(contents) for name, contents in sorted(files.items())}
    manifest = {"package": "katex", "version": VERSION, "integrity": INTEGRITY, "sha256": digests}
    (book / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf8")


def problems(book: Path = BOOK) -> list[str]:
    """What differs between the files and the manifest, a sentence each."""
    try:
        manifest = json.loads((book / MANIFEST).read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        return [f"book/{MANIFEST} cannot be read: {error}"]
    found = []
    if (manifest["version"], manifest["integrity"]) != (VERSION, INTEGRITY):
        found.append(f"the manifest is of katex {manifest['version']}, this script of {VERSION}")
    for name, wanted in manifest["sha256"].items():
        if not (book / name).is_file():
            found.append(f"book/{name} is missing")
        elif digest.of_file(book / name) != wanted:
            found.append(f"book/{name} is not the file of the manifest")
    present = {p.relative_to(book).as_posix() for p in (book / "_static/katex").rglob("*") if p.is_file()}
    strangers = sorted(present - set(manifest["sha256"]))
    return found + [f"book/{name} is not in the manifest" for name in strangers]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, change nothing")
    if not parser.parse_args().check:
        try:
            with tempfile.TemporaryDirectory() as folder:
                write(unpack(download(Path(folder))))
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            print(f"KaTeX was not vendored: {error}", file=sys.stderr)
            return 1
    found = problems()
    print("\n".join(found) if found else f"KaTeX {VERSION}: all files are those of the manifest.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
