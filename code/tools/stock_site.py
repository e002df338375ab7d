"""The same pages as a stock Jupyter Book: what the book would weigh if nothing had been done to its site.

Stock means: jupyter-book 1.0.4 with its own list of extensions, its theme with the options that it has by
default, and MathJax 3 from its content delivery network. The same are the markdown, the outputs of the cells,
the order of chapters and the macros. Of our extensions those stay that only read our markup; those that render
mathematics, change files or add to pages do not (SITE_ONLY), nor do our templates, style sheet and scripts.
"""

import base64
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(__file__).resolve().parent
SITE_ONLY = ("katex_math", "freshness", "lean", "front_door", "not_found", "offline", "notebooks", "page_links",
             "network_map")
SAME = ("title", "author", "copyright", "logo", "only_build_toc_files", "exclude_patterns", "execute", "parse")
SAME_FOR_SPHINX = ("language", "myst_heading_anchors", "nb_merge_streams", "numfig", "numfig_format")
CDN = "https://cdn.jsdelivr.net/npm/mathjax@3/"
MATHJAX = "3.2.2"
# As the registry states it for this version: the npm client checks the download, and so do we.
INTEGRITY = "sha512-Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw=="


def kept(extensions: list[str]) -> dict[str, str]:
    """Our extensions that only read our markup, and the folder that each lies in."""
    folder = ROOT / "book" / "_ext"
    ours = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    return {name: str(folder) for name in extensions if name in ours and name not in SITE_ONLY}


def macro(body: str) -> str | list:
    """A macro as MathJax wants it: its body, and with arguments their number too."""
    arguments = max(map(int, re.findall(r"#(\d)", body)), default=0)
    return [body, arguments] if arguments else body


def settings(ours: dict) -> dict:
    """The stock settings for a book that has these."""
    config = ours["sphinx"]["config"]
    macros = {name.lstrip("\\"): macro(body) for name, body in config["katex_macros"].items()}
    same = {name: config[name] for name in SAME_FOR_SPHINX if name in config}
    return {name: ours[name] for name in SAME if name in ours} | {"sphinx": {
        "local_extensions": kept(config["extensions"]) | {"stock_directives": str(TOOLS)},
        "config": same | {"mathjax3_config": {"tex": {"macros": macros}}},
    }}


def build(folder: Path) -> Path:
    """Build the stock site in a folder, with the outputs that `make site` left, and return the pages' folder.

    Raises: RuntimeError if Jupyter Book fails.
    """
    (folder / "_build").mkdir(parents=True, exist_ok=True)
    file = folder / "_config.yml"
    file.write_text(yaml.safe_dump(settings(yaml.safe_load((ROOT / "_config.yml").read_text("utf8")))), "utf8")
    caches = ROOT / "_build" / ".jupyter_cache"
    if caches.is_dir():
        shutil.copytree(caches, folder / "_build" / ".jupyter_cache", dirs_exist_ok=True)
    command = [Path(sys.executable).parent / "jupyter-book", "build", ROOT, "--config", file, "--path-output", folder]
    done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode or not (folder / "_build" / "html" / "book").is_dir():
        raise RuntimeError(f"the stock book was not built:\n{done.stdout[-3000:]}")
    return folder / "_build" / "html"


def mathjax(folder: Path, archive: Path | None = None) -> Path:
    """MathJax's files as its npm package has them, which the network that stock pages ask has too.

    Raises: ValueError if the archive is not the one that INTEGRITY names; FileNotFoundError without npm.
    """
    found = folder / f"mathjax-{MATHJAX}"
    if not found.is_dir():
        unpack(archive or download(folder), found)
    return found


def download(folder: Path) -> Path:
    """Fetch the archive with the npm client."""
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is needed to fetch MathJax; install node and npm, then run this again")
    folder.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", "--silent", f"mathjax@{MATHJAX}"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder / f"mathjax-{MATHJAX}.tgz"


def unpack(archive: Path, target: Path) -> None:
    """Lay out the part of the package that a page can ask for."""
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        raise ValueError(f"{archive.name} is not mathjax {MATHJAX}: its sha512 is {digest}")
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if member.isfile() and member.name.startswith("package/es5/"):
                path = target / member.name.removeprefix("package/")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(tar.extractfile(member).read())
