"""Model packages for the dialog: bundled, made from experiments, or in a folder of the user's."""

from __future__ import annotations

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check_card import FaceCheckPackage, load_face_check
from dfgui.core.network.package import CHECK_KIND, ModelPackage, kind_of, load_package
from dfgui.resources import model_folder, resource
from dfgui.services.training.run_folders import models_folder

AnyPackage = ModelPackage | FaceCheckPackage | str
"""A package that scores, the check of faces, or the sentence that says why one was refused."""


def package_named(name: str) -> ModelPackage | str:
    """The package of that name, or in that folder; a sentence if it is refused."""
    try:
        return load_package(model_folder(name).resolve())
    except AnalysisError as error:
        return error.sentence


def load_packages(chosen: str) -> list[tuple[str, AnyPackage]]:
    """Every bundled package, the user's own, and `chosen` if it is elsewhere.

    Each is a name with its package, or with the sentence that says why it is refused. The check of
    faces is among them, to be looked at and not to be chosen.
    """
    names = sorted(entry.name for entry in resource("models").iterdir() if entry.is_dir())
    names += sorted(str(card.parent) for card in models_folder().glob("*/card.json"))
    if chosen not in names:
        names.append(chosen)
    return [(name, _listed(name)) for name in names]


def _listed(name: str) -> AnyPackage:
    if kind_of(folder := model_folder(name)) != CHECK_KIND:
        return package_named(name)
    try:
        return load_face_check(folder.resolve())
    except AnalysisError as error:
        return error.sentence
