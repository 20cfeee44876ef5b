"""What training takes from the application, what its start loads, and which imports may wait."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import dfgui
import training

ROOT = Path(training.__path__[0]).parent
# These take most of a second to load, or several.
HEAVY = {"keras", "matplotlib", "openvino", "optuna", "scipy", "sklearn", "tensorboard", "torch"}
START = """
import sys
import training.__main__
from training.experiments import NAMES, get
for name in NAMES:
    get(name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def _modules(package: Path) -> dict[str, Path]:
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


TRAINING = _modules(ROOT / "training")
OWN = TRAINING | _modules(Path(dfgui.__path__[0]))


def _names(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Modules that an import reads."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    module = node.module or ""
    files = {name for alias in node.names if (name := f"{module}.{alias.name}") in OWN}
    yield from files
    if len(files) < len(node.names):
        yield module


def _imports(node: ast.AST, *, inside: bool = False) -> Iterator[tuple[str, bool]]:
    """Modules that a file reads at run time, and whether inside a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield from ((name, inside) for name in _names(child))
        elif isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        else:
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, inside=inside or function)


@cache
def _read(module: str) -> list[tuple[str, bool]]:
    return list(_imports(ast.parse(OWN[module].read_text(encoding="utf-8"))))


@cache
def _loads(module: str) -> frozenset[str]:
    """The heavy packages that importing a module loads."""
    loaded, left, done = set[str](), [module], set[str]()
    while left:
        name = left.pop()
        loaded |= {name.partition(".")[0]} & HEAVY
        if name in done:
            continue
        done.add(name)
        parts = name.split(".")
        for parent in (".".join(parts[:end]) for end in range(1, len(parts) + 1)):
            if parent in OWN:
                left += [read for read, inside in _read(parent) if not inside]
    return frozenset(loaded)


def test_training_uses_the_core_only() -> None:
    imported = {name for module in TRAINING for name, _ in _read(module)}
    own = {name for name in imported if name.partition(".")[0] == "dfgui"}
    assert "dfgui.core.faces.crop" in own  # the one cut
    others = {name for name in own if not name.startswith("dfgui.core.")}
    # the version, and where the bundled network lies
    assert others == {"dfgui", "dfgui.resources"}, others
    # Keras, so that other backends work
    assert not {name for name in imported if name.partition(".")[0] == "tensorflow"}


def test_the_command_line_and_its_list_load_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", START], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert {"typer", "numpy"} <= loaded
    assert loaded.isdisjoint(HEAVY | {"tensorflow", "PySide6"})


def test_an_import_waits_for_its_function_only_if_it_is_heavy() -> None:
    light = {
        f"{module}: {name}"
        for module in TRAINING
        for name, inside in _read(module)
        if inside and not _loads(name)
    }
    assert not light
