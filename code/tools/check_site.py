"""Check the built site: its pages, the cells that ran, what its pages load, and where its links lead.

    python code/tools/check_site.py [_build/html]

A build can exit with 0 and have written nothing, or pages whose cells did not run; so the pages are counted
against the table of contents and the cells against the chapters. No page may load anything from another host.
"""

import json
import sys
from pathlib import Path

from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from site_links import broken_links, html_pages, other_hosts
from site_page import Reader
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).resolve().parents[2]
# Pages that Sphinx, book/_ext/book_site/front_door.py and book/_ext/book_site/not_found.py add.
OWN = {"index.html", "404.html", "search.html", "genindex.html"}


def chapters(root: Path) -> list[str]:
    """The pages of the table of contents."""
    return sorted(parse_toc_yaml(root / "_toc.yml"))


def wrong_pages(site: Path, root: Path) -> list[str]:
    """Pages of the table of contents that were not built, and pages that it does not list."""
    built = {path.relative_to(site).as_posix() for path in html_pages(site)} - OWN
    listed = {f"{name}.html" for name in chapters(root)}
    missing = [f"{name} is in _toc.yml and was not built" for name in sorted(listed - built)]
    return missing + [f"{name} was built and is not in _toc.yml" for name in sorted(built - listed)]


def wrong_cells(site: Path, root: Path, reader: Reader | None = None) -> list[str]:
    """Chapters whose executed and whose shown cells are not those of their source."""
    found, reader = [], reader or Reader()
    for name in chapters(root):
        source = (root / f"{name}.md").read_text(encoding="utf8")
        if not is_myst_markdown_notebook(source):
            continue
        cells = [c for c in read_myst_markdown_notebook(source).cells if c.cell_type == "code"]
        executed = ran(site.parent / "jupyter_execute" / f"{name}.ipynb", site.parent / ".jupyter_cache")
        counts = (len(cells), executed, sum(map(is_shown, cells)), shown(site / f"{name}.html", reader))
        if counts[0] != counts[1]:
            found.append(f"{name}: {counts[0]} code cells, of which {counts[1]} were executed")
        if counts[2] != counts[3]:
            found.append(f"{name}: {counts[2]} cells to be shown, of which {counts[3]} are on the page")
    return found


def ran(notebook: Path, caches: Path) -> int:
    """How many code cells of a chapter were executed, now or when the newest cache was filled.

    myst-nb writes a chapter whose outputs came from the cache without them; the cache has the same cells.
    """
    if not notebook.is_file():
        return 0
    wanted = code_cells(notebook)
    newest = max(caches.glob("*/"), key=lambda path: path.stat().st_mtime, default=caches)
    cached = map(code_cells, newest.glob("executed/*/base.ipynb"))
    same = [cells for cells in cached if sources(cells) == sources(wanted)]
    return max(sum(cell["execution_count"] is not None for cell in cells) for cells in [wanted, *same])


def code_cells(notebook: Path) -> list[dict]:
    cells = json.loads(notebook.read_text(encoding="utf8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def sources(cells: list[dict]) -> list[str]:
    return ["".join(cell["source"]) for cell in cells]


def is_shown(cell) -> bool:
    """Whether the page shows anything of the cell."""
    tags = {tag.replace("_", "-") for tag in cell.metadata.get("tags", ())}
    return "remove-cell" not in tags and not {"remove-input", "remove-output"} <= tags


def shown(page: Path, reader: Reader) -> int:
    return reader.page(page).cells if page.is_file() else 0


def faults(site: Path, reader: Reader | None = None) -> list[str]:
    """What no page may hold, and a script for mathematics, which belongs in the build."""
    found = said(site, reader, "faults")
    scripts = [path.relative_to(site) for path in site.rglob("*katex*.js")]
    return found + [f"{path} is published: KaTeX runs while the book is built" for path in scripts]


def policy_faults(site: Path, reader: Reader | None = None) -> list[str]:
    """What the pages' own Content-Security-Policy would refuse, and pages that have none."""
    return said(site, reader, "policy")


def said(site: Path, reader: Reader | None, field: str) -> list[str]:
    """One field of every page, a sentence for each of its lines."""
    reader = reader or Reader()
    pages = [(page.relative_to(site), reader.page(page)) for page in html_pages(site)]
    return [f"{name}{line}" for name, page in pages for line in getattr(page, field)]


def differences(one: Path, other: Path) -> list[str]:
    """Files of two sites that are not the same, byte for byte."""
    names = {path.relative_to(site) for site in (one, other) for path in site.rglob("*") if path.is_file()}
    return [str(name) for name in sorted(names) if contents(one / name) != contents(other / name)]


def contents(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def problems(site: Path, root: Path = ROOT) -> list[str]:
    """Everything that is wrong with a built site."""
    if not (site / "index.html").is_file():
        return [f"there is no site in {site}: build it with `make site`"]
    reader = Reader(site.parent / ".checked.json" if site.parent.name == "_build" else None)
    found = [*wrong_pages(site, root), *wrong_cells(site, root, reader)]
    for check in (other_hosts, broken_links, faults, policy_faults):
        found += check(site, reader)
    reader.keep()
    return found


def main(arguments: list[str]) -> int:
    found = problems(Path(arguments[0] if arguments else ROOT / "_build" / "html").resolve())
    print("\n".join(found) if found else "The site is as it should be.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
