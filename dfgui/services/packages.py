"""Model packages for the dialog: the bundled ones, and one in a folder of the user's."""

from __future__ import annotations

from dfgui.core.card import ModelPackage, load_package
from dfgui.core.errors import AnalysisError
from dfgui.resources import model_folder, resource


def package_named(name: str) -> ModelPackage | str:
    """The package of that name, or in that folder; a sentence where it is refused."""
    try:
        return load_package(model_folder(name).resolve())
    except AnalysisError as error:
        return str(error)


def load_packages(chosen: str) -> list[tuple[str, ModelPackage | str]]:
    """Every bundled package, and `chosen` where it is a folder elsewhere: names, with packages or why they are refused."""
    names = sorted(entry.name for entry in resource("models").iterdir() if entry.is_dir())
    if chosen not in names:
        names.append(chosen)
    return [(name, package_named(name)) for name in names]
