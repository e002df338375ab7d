"""Put what an exercise needs in the page into the book: MicroPython, and an editor made of CodeMirror; check it.

Every package has an exact version and the digest that the registry states for it. esbuild makes one file of
the editor's packages and of page_editor.mjs; as a WebAssembly program it writes the same bytes on every machine.

    python code/tools/vendor_page.py            remake the files from the npm packages (needs node and npm)
    python code/tools/vendor_page.py --check    compare the files with the manifest (needs nothing)
    python code/tools/vendor_page.py --remake   remake them elsewhere, and compare byte for byte
"""

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

from page_packages import BUNDLER, EDITOR, PACKAGES, RUNTIME, RUNTIME_LICENCE, Package

from handgrad.support import digest

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "book" / "_static" / "page"
SOURCE = HERE / "page_editor.mjs"
MANIFEST, LICENCES, BUNDLE = "manifest.json", "LICENSES.txt", "editor.mjs"
COPIED = ("micropython.mjs", "micropython.wasm")


class Unpacked(NamedTuple):
    """A package and where its files lie."""

    package: Package
    folder: Path


def download(folder: Path) -> None:
    """Fetch the archives of all packages with the npm client, in one call."""
    names = [f"{package.name}@{package.version}" for package in PACKAGES]
    command = [tool("npm"), "pack", "--silent", *names]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def tool(name: str) -> str:
    """Where a program lies."""
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} is needed to remake the files; install node and npm, then run this again")
    return found


def unpack(archives: Path, modules: Path) -> list[Unpacked]:
    """The packages' files under node_modules, where the bundler looks for them.

    Raises: ValueError if an archive is not the one that its digest names.
    """
    found = []
    for package in PACKAGES:
        archive = archives / package.archive
        sent = digest.integrity(archive.read_bytes())
        if sent != package.integrity:
            raise ValueError(f"{archive.name} is not {package.name} {package.version}: its integrity is {sent}")
        target = modules / package.name
        with tarfile.open(archive) as tar, tempfile.TemporaryDirectory(dir=archives) as part:
            tar.extractall(part, filter="data")
            target.parent.mkdir(parents=True, exist_ok=True)
            next(Path(part).iterdir()).rename(target)
        found.append(Unpacked(package, target))
    return found


def bundle(folder: Path) -> bytes:
    """The editor as one file."""
    shutil.copy(SOURCE, folder / SOURCE.name)
    options = ["--bundle", "--minify", "--format=esm", "--target=es2020", "--legal-comments=none", "--charset=ascii"]
    program = folder / "node_modules" / BUNDLER.name / "bin" / "esbuild"
    command = [tool("node"), str(program), SOURCE.name, *options, f"--outfile={BUNDLE}", "--log-level=error"]
    subprocess.run(command, cwd=folder, check=True)
    return (folder / BUNDLE).read_bytes()


def licences(unpacked: list[Unpacked]) -> str:
    """The licences of what the page loads, one after the other."""
    parts = []
    for package, folder in unpacked:
        if package == BUNDLER:
            continue
        file = next(iter(sorted(folder.glob("LICEN[CS]E*"))), None)
        text = RUNTIME_LICENCE if file is None and package == RUNTIME else file.read_text(encoding="utf8")
        parts.append(f"{package.name} {package.version}\n\n{text.strip()}\n")
    return f"\n{'-' * 80}\n\n".join(parts)


def made() -> dict[str, bytes]:
    """The files as the packages give them, by name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        download(folder)
        unpacked = unpack(folder, folder / "node_modules")
        runtime = folder / "node_modules" / RUNTIME.name
        files = {file: (runtime / file).read_bytes() for file in COPIED}
        files |= {BUNDLE: bundle(folder), LICENCES: licences(unpacked).encode()}
    return files | {MANIFEST: manifest(files)}


def manifest(files: dict[str, bytes]) -> bytes:
    """What the files are made of, and their digests."""
    told = {
        "packages": [package._asdict() for package in PACKAGES],
        "source": {SOURCE.name: digest.of_file(SOURCE)},
        "sha256": {name: digest.of_bytes(contents) for name, contents in sorted(files.items())},
    }
    return (json.dumps(told, indent=1) + "\n").encode()


def problems(folder: Path = FOLDER) -> list[str]:
    """What differs between the files and the manifest, a sentence each."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        return [f"{MANIFEST} cannot be read: {error}"]
    found = []
    if told["packages"] != [package._asdict() for package in PACKAGES]:
        found.append("the manifest is of other packages than page_packages.py")
    if told["source"] != {SOURCE.name: digest.of_file(SOURCE)}:
        found.append(f"{BUNDLE} was made of another {SOURCE.name}: run this script")
    for name in (*COPIED, BUNDLE, LICENCES):
        file = folder / name
        if not file.is_file():
            found.append(f"{name} is missing")
        elif digest.of_file(file) != told["sha256"].get(name):
            found.append(f"{name} is not the file of the manifest")
    return found


def remade(folder: Path = FOLDER) -> list[str]:
    """The committed files that differ from those that the packages give now, a sentence each."""
    return [f"{name} is not what the packages give" for name, contents in made().items()
            if not (folder / name).is_file() or (folder / name).read_bytes() != contents]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the manifest, change nothing")
    parser.add_argument("--remake", action="store_true", help="compare with what the packages give, change nothing")
    asked, found = parser.parse_args(), []
    try:
        if asked.remake:
            found = remade()
        elif not asked.check:
            FOLDER.mkdir(parents=True, exist_ok=True)
            for name, contents in made().items():
                (FOLDER / name).write_bytes(contents)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"The page's files were not made: {error}", file=sys.stderr)
        return 1
    found += problems()
    sentence = f"MicroPython {RUNTIME.version} and {len(EDITOR)} packages of the editor: all files as they should be."
    print("\n".join(found) or sentence)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
