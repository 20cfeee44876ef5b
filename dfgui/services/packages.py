"""Model packages for the dialog: the bundled ones, those made from experiments, and one in a folder of the user's."""

from __future__ import annotations

from dfgui.core.card import ModelPackage, load_package
from dfgui.core.errors import AnalysisError
from dfgui.resources import model_folder, resource
from dfgui.services.runs import models_folder


def package_named(name: str) -> ModelPackage | str:
    """The package of that name, or in that folder; a sentence where it is refused."""
    try:
        return load_package(model_folder(name).resolve())
    except AnalysisError as error:
        return str(error)


def load_packages(chosen: str) -> list[tuple[str, ModelPackage | str]]:
    """Every bundled package, the user's own, and `chosen` where it is elsewhere: names, with packages or why they are refused."""
    names = sorted(entry.name for entry in resource("models").iterdir() if entry.is_dir())
    names += sorted(str(card.parent) for card in models_folder().glob("*/card.json"))
    if chosen not in names:
        names.append(chosen)
    return [(name, package_named(name)) for name in names]
