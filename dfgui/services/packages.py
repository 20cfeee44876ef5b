"""Model packages for the dialog: the bundled ones, and one in a folder of the user's."""

from __future__ import annotations

from pathlib import Path

from dfgui.core.card import ModelPackage, load_package
from dfgui.core.errors import AnalysisError
from dfgui.resources import resource


def package_named(name: str) -> ModelPackage | str:
    """The package of that name, or in that folder; a sentence where it is refused."""
    bundled = resource("models", name)
    folder = bundled if (bundled / "card.json").is_file() else Path(name)
    try:
        return load_package(folder.resolve())
    except AnalysisError as error:
        return str(error)


def load_packages(chosen: str) -> list[tuple[str, ModelPackage | str]]:
    """Every bundled package, and `chosen` where it is a folder elsewhere: names, with packages or why they are refused."""
    names = sorted(entry.name for entry in resource("models").iterdir() if entry.is_dir())
    if chosen not in names:
        names.append(chosen)
    return [(name, package_named(name)) for name in names]
