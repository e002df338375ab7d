"""Make the book's own environment: .venv, with the exact versions of requirements.txt and handgrad itself.

`make` runs this before everything else. It uses the standard library alone, and no syntax that an old Python
would stumble over, so that an old Python, too, can say what is wrong.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import time
from pathlib import Path

import failures
from failures import AGAIN, ROOT, say

ENV = ROOT / ".venv"
PYTHON = ENV / "bin" / "python"
# Written last: for which requirements, Python and folder the environment was finished.
STAMP = ENV / "handgrad-stamp"
OURS = ROOT / "code" / "handgrad" / "__init__.py"


def main():
    """Make or mend the environment; do nothing when it is as it should be."""
    failures.check_python()
    if finished():
        return
    refuse_link()
    started = time.monotonic()
    say(f"Setting up the environment .venv; what pip says goes to {failures.LOG.name}.")
    if STAMP.exists():
        STAMP.unlink()
    if sound():
        forget_unfinished()
    else:
        create()
    install()
    check_package()
    STAMP.write_text(fingerprint())
    say(f"The environment .venv is ready, after {time.monotonic() - started:.0f} s.")


def refuse_link():
    """Stop where .venv stands for another folder: making it anew would empty that one."""
    if ENV.is_symlink():
        sys.exit(f"{ENV} is a link to {ENV.resolve()}, which is not this book's to change: remove the link, {AGAIN}.")


def finished():
    """Whether an earlier run came to its end with these requirements, and what it made still works."""
    return STAMP.is_file() and STAMP.read_text() == fingerprint() and package() == OURS


def fingerprint():
    """One hash of all that decides what the environment holds."""
    parts = [(ROOT / name).read_bytes() for name in ("requirements.txt", "pyproject.toml")]
    parts += [repr(sys.version_info[:2]).encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def sound():
    """Whether .venv runs, is of this Python, has pip, and lies where it was made."""
    try:
        # The scripts in bin/ name the folder they were made in: in a copy they would run the original's.
        stayed = str(ENV) in (ENV / "bin" / "activate").read_text()
        return stayed and ask("import sys, pip; print(sys.version_info[:2])") == repr(sys.version_info[:2])
    except (OSError, UnicodeDecodeError):
        return False


def ask(question):
    """What a line of Python prints in the environment, or nothing if it fails there."""
    result = subprocess.run([str(PYTHON), "-c", question], cwd=str(ENV), capture_output=True, text=True)
    return result.stdout.strip() if result.returncode == 0 else ""


def forget_unfinished():
    """Drop the records of packages whose installation was cut off, so that pip installs them again.

    pip takes a package for installed as soon as it has a record, and writes INSTALLER there at the very end.
    """
    for record in ENV.glob("lib/python*/site-packages/*.dist-info"):
        if not (record / "INSTALLER").exists():
            shutil.rmtree(str(record))


def create():
    """Make .venv, in place of one that cannot be used."""
    if ENV.exists():
        say("The .venv that is here was moved, cut off or made by another Python: making it anew.")
    failures.check_disk()
    missing = [name for name in ("venv", "ensurepip", "pip") if importlib.util.find_spec(name) is None]
    make = ("make the environment", sys.executable, "-m", "venv", "--clear")
    if "venv" not in missing and "ensurepip" not in missing:
        failures.command(*make, str(ENV))
    elif missing == ["ensurepip"]:
        # Debian ships ensurepip apart from Python; the pip that is here can install another into .venv.
        failures.command(*make, "--without-pip", str(ENV))
        failures.command(
            "install pip", sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "pip"
        )
    else:
        sys.exit(
            f"{sys.executable} lacks the module {missing[0]}, which makes the environment: install it "
            f"(the package is python3-venv on Debian and Ubuntu), {AGAIN}."
        )


def pins():
    """The requirements, each exact, without the reasons beside them."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [pin for pin in (line.split("#")[0].strip() for line in lines) if pin]


def install():
    """Install torch, then everything else at its exact version, then handgrad from this folder."""
    pip = (str(PYTHON), "-m", "pip", "install")
    # torch first and alone: whichever build of this version is there stays while the others are chosen.
    torch = next(pin for pin in pins() if pin.startswith("torch=="))
    say(f"  1/3 {torch.replace('==', ' ')}, which is most of it")
    failures.command("install torch", *pip, torch)
    say(f"  2/3 the other {len(pins()) - 1} packages of requirements.txt")
    failures.command("install the packages", *pip, "-r", "requirements.txt")
    say("  3/3 handgrad, from this folder")
    failures.command("install handgrad", *pip, "--no-deps", "--no-build-isolation", "-e", ".")


def package():
    """The file from which the environment imports handgrad, or nothing."""
    try:
        found = ask("import handgrad; print(handgrad.__file__)")
    except OSError:
        return None
    return Path(found).resolve() if found else None


def check_package():
    """Stop if another copy of handgrad stands before this one: it would run instead, without a word."""
    found = package()
    if found != OURS:
        sys.exit(
            f"`import handgrad` finds {found or 'nothing'} and not {OURS}: "
            f"unset PYTHONPATH if it is set, or delete .venv, {AGAIN}."
        )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        say("\nStopped; the same command goes on from here.")
        sys.exit(130)
    except OSError as error:
        sys.exit(failures.of_system(error))
