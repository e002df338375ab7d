"""The files that the exercises in the pages load, under `_static/page`: the packed Python, and what torch computed.

They are computed when something that they are made of has changed, and kept beside the doctrees for the next build.
"""

from pathlib import Path

from handgrad.support import digest

# What the files are made of: the package, the solutions, of which the stubs are made, the names, and torch itself.
SOURCES = ("code/browser/**/*.py", "code/handgrad/**/*.py", "code/handgrad/**/*.txt", "code/handgrad/**/*.toml",
           "code/solutions/*.py", "data/*", "requirements.txt")
# The file that is written last, so that what was begun and not finished is done again.
KEY = "sources.sha256"


def state(root: Path) -> str:
    """One number for all that the files are made of."""
    files = (path for pattern in SOURCES for path in sorted(root.glob(pattern)) if path.is_file())
    return digest.of_folder(root, files)


def computed() -> dict[str, bytes]:
    """Every file by its path below the folder of the page."""
    # Here and not at the top: it imports torch, and a build in which nothing changed must not wait for it.
    from browser.build import packing, sheets

    return {"python.json": packing.packed().encode(), **sheets.all_files()}


def renew(folder: Path, root: Path) -> None:
    """Bring the kept files up to date."""
    key, now = folder / KEY, state(root)
    if key.is_file() and key.read_text() == now:
        return
    key.unlink(missing_ok=True)
    files = computed()
    write(folder, files)
    key.write_text(now)


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write what has changed, and remove what is there no more."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)
    for path in kept(folder):
        if path.relative_to(folder).as_posix() not in files:
            path.unlink()


def kept(folder: Path) -> list[Path]:
    """The files of the page that a folder holds, and of its other files none."""
    found = [folder / "python.json", *(path for part in ("sheets", "chapters") for path in folder.glob(f"{part}/*"))]
    return [path for path in found if path.is_file()]


def finish(app, exception) -> None:
    """Put the files into the site."""
    if exception or app.builder.name != "html":
        return
    folder = Path(app.doctreedir) / "page_exercises"
    renew(folder, Path(app.srcdir))
    write(Path(app.outdir) / "_static" / "page",
          {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept(folder)})


def setup(app) -> dict:
    app.connect("build-finished", finish, priority=930)  # before what makes the site's files smaller or counts them
    return {"parallel_read_safe": True, "parallel_write_safe": True}
