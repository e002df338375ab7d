"""Check that every page of the built site is valid HTML, with the Nu Html Checker.

    python code/tools/check_html.py --fetch          fetch the checker, if it is not here (needs npm)
    python code/tools/check_html.py [_build/html]    check (needs Java)

The checker is the npm package `vnu-jar` at one exact version. It is too large for the repository, so it is
kept in _build/tools, and fetched again after `make clean`.
"""

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from handgrad.support import digest
from handgrad.support.atomic_files import write_atomically

ROOT = Path(__file__).resolve().parents[2]
VERSION = "26.9.27"
# As the registry states it for this version: the npm client checks the download, and so do we.
INTEGRITY = "sha512-TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA=="
JAR = ROOT / "_build" / "tools" / f"vnu-{VERSION}.jar"
WITHIN = "package/build/dist/vnu.jar"

# What the checker says of a page that is right, and why it is.
KNOWN = {
    r"Resource violates Content Security Policy \(meta tag\): external (script|stylesheet) “(\.\./)?\w":
        "it reads a page as a file, where 'self' is no place; the tests in a browser see all of them loaded",
    r"The “main” role is unnecessary for element “main”":
        "by that role Sphinx's search finds the text of a page, of which it shows a piece",
    r"Document uses the Unicode Private Use Area\(s\)":
        "the stroke through KaTeX's ≠ is a letter of its own font; beside it stands the sign for screen readers",
}


def why_not() -> str:
    """Why the checker cannot run here, in a sentence; nothing if it can."""
    if shutil.which("java") is None:
        return "there is no Java: install it, on Debian with `apt-get install default-jre-headless`"
    if not JAR.is_file():
        return "the Nu Html Checker is not here: fetch it with `python code/tools/check_html.py --fetch`"
    return ""


def fetch() -> None:
    """Put the checker in its place.

    Raises: FileNotFoundError without npm; ValueError if the archive is not the one that INTEGRITY names.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is needed to fetch the Nu Html Checker; install node and npm, then run this again")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", "--silent", f"vnu-jar@{VERSION}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        unpack(Path(folder) / f"vnu-jar-{VERSION}.tgz")


def unpack(archive: Path) -> None:
    """Take the checker out of the package's archive."""
    found = digest.integrity(archive.read_bytes())
    if found != INTEGRITY:
        raise ValueError(f"{archive.name} is not vnu-jar {VERSION}: its integrity is {found}")
    with tarfile.open(archive) as tar:
        content = tar.extractfile(WITHIN).read()
    JAR.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(JAR, content)


def messages(site: Path) -> list[dict]:
    """Everything that the checker says of the pages of a site, remarks too."""
    command = ["java", "-jar", str(JAR), "--skip-non-html", "--exit-zero-always", "--format", "json", "--stdout"]
    done = subprocess.run([*command, str(site)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["messages"]


def is_known(message: dict) -> bool:
    """Whether KNOWN has the message."""
    return any(re.match(pattern, message["message"]) for pattern in KNOWN)


def in_words(message: dict, site: Path) -> str:
    """A message with its page and its line."""
    page = message.get("url", "").rpartition(f"{site}/")[2]
    extract = " ".join(message.get("extract", "").split())
    return f"{page}, line {message.get('lastLine', 0)}: {message['message']} [{extract[:80]}]"


def problems(site: Path) -> list[str]:
    """What the checker says, less KNOWN."""
    return [in_words(message, site) for message in messages(site) if not is_known(message)]


def fetch_or_check(arguments: list[str]) -> list[str]:
    """Fetch, or check: what is wrong."""
    if "--fetch" in arguments:
        if not JAR.is_file():
            fetch()
        return []
    site = Path(arguments[0] if arguments else ROOT / "_build" / "html").resolve()
    if not (site / "index.html").is_file():
        return [f"there is no site in {site}: build it with `make site`"]
    return [why_not()] if why_not() else problems(site)


def main(arguments: list[str]) -> int:
    try:
        found = fetch_or_check(arguments)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"The Nu Html Checker could not be used: {error}", file=sys.stderr)
        return 1
    print("\n".join(found) if found else f"The Nu Html Checker {VERSION}: nothing is wrong.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
