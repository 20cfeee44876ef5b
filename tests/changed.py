"""Run the tests that a change can reach: `python3 dev.py test --changed`, for daily work.

A test file is run if it imports a changed module, directly or through others. Tests that start the
program import little of it, so they are run whenever anything of `dfgui` or `training` has changed.
A change outside Python (resources, settings) runs every test.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = "dfgui", "training", "tests"
STARTS_PROGRAMS = "tests.support.program"
NO_CODE = {".md"}


class Graph(Protocol):
    """What is asked of an import graph of grimp."""

    @property
    def modules(self) -> set[str]: ...
    def find_downstream_modules(self, module: str) -> set[str]: ...


def changed_files() -> list[str]:
    """Paths, relative to the project, of what differs from the last commit, new files included."""
    listed = ("diff", "--name-only", "HEAD"), ("ls-files", "--others", "--exclude-standard")
    out = (subprocess.check_output(["git", *words], cwd=ROOT, text=True) for words in listed)
    return sorted({line for text in out for line in text.splitlines()})


def reached(changed: Iterable[str], graph: Graph) -> list[str] | None:
    """Test files that a change of these files can reach; None for all of them.

    Args:
        changed: paths relative to the project.
        graph: of the imports of the packages.
    """
    files = [Path(name) for name in changed if Path(name).suffix not in NO_CODE]
    if any(file.suffix != ".py" or file.parts[0] not in PACKAGES for file in files):
        return None
    names = {_module(file) for file in files} & graph.modules
    if any(not name.startswith("tests") for name in names) and STARTS_PROGRAMS in graph.modules:
        names.add(STARTS_PROGRAMS)
    hit = names.union(*(graph.find_downstream_modules(name) for name in names))
    rooms = [name.removesuffix("conftest") for name in hit if name.endswith(".conftest")]
    hit |= {name for name in graph.modules if name.startswith(tuple(rooms))}
    return sorted(
        f"{name.replace('.', '/')}.py"
        for name in hit
        if name.rpartition(".")[2].startswith("test_")
    )


def _module(file: Path) -> str:
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def main(arguments: list[str]) -> int:
    """Run pytest on what is reached; returns its exit status."""
    changed = changed_files()
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    files = reached(changed, graph)
    if files is None:
        return pytest.main(arguments)
    if not files:
        sys.stderr.write("No test imports what has changed.\n")
        return 0
    return pytest.main([*arguments, *files])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
