"""What training takes from the application: its core and nothing else."""

import ast
from pathlib import Path

import training


def _imported(path: Path) -> set[str]:
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = set()
    for node in tree:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_training_uses_the_core_only() -> None:
    imported = {
        name for path in Path(training.__path__[0]).rglob("*.py") for name in _imported(path)
    }
    own = {name for name in imported if name.partition(".")[0] == "dfgui"}
    assert "dfgui.core.faces.crop" in own  # the one cut
    others = {name for name in own if not name.startswith("dfgui.core.")}
    # the version, the core, where the bundled network lies
    assert others == {"dfgui", "dfgui.core", "dfgui.resources"}, others
    # Keras, so that other backends work
    assert not {name for name in imported if name.partition(".")[0] == "tensorflow"}
