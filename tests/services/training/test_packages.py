"""Model packages by name or folder: verified, or refused with a sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dfgui.core.faces.check_card import FaceCheckPackage
from dfgui.core.network.package import ModelPackage
from dfgui.resources import FACE_CHECK, resource
from dfgui.services.training.packages import load_packages, package_named
from tests.support.packages import make_package

BUNDLED = "xception-face"


def test_a_bundled_package_has_a_name() -> None:
    package = package_named(BUNDLED)
    assert isinstance(package, ModelPackage)
    assert (package.folder, package.card.name) == (resource("models", BUNDLED).resolve(), BUNDLED)


def test_a_folder_is_a_package(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(package.parent)
    for name in (str(package), package.name, f"./{package.name}"):
        found = package_named(name)
        assert isinstance(found, ModelPackage)
        assert found.folder == package.resolve()


@pytest.mark.parametrize("name", ["no-such-package", "", "..", "/dev/null"])
def test_what_is_none_is_a_sentence(name: str) -> None:
    refused = package_named(name)
    assert isinstance(refused, str)
    assert refused.endswith("choose another package.")


def test_a_package_that_was_changed_is_refused(tmp_path: Path) -> None:
    folder = make_package(tmp_path / "mine")
    with (folder / "model.bin").open("ab") as file:
        file.write(b"!")
    refused = package_named(str(folder))
    assert isinstance(refused, str)
    assert refused.startswith("The model package mine was changed: model.bin differs")


def test_all_packages_and_the_one_in_use(package: Path) -> None:
    assert [name for name, _ in load_packages(BUNDLED)] == [FACE_CHECK, BUNDLED]
    _, (first, bundled), (second, mine) = load_packages(str(package))
    assert (first, second) == (BUNDLED, str(package))
    assert isinstance(bundled, ModelPackage)
    assert isinstance(mine, ModelPackage)
    names = dict(load_packages("gone"))
    assert isinstance(names["gone"], str)


def test_the_check_of_faces_is_listed_and_not_taken_for_a_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = dict(load_packages(BUNDLED))[FACE_CHECK]
    assert isinstance(found, FaceCheckPackage)
    refused = package_named(FACE_CHECK)
    assert isinstance(refused, str)
    assert refused.startswith(
        "The model package face-check is the check that tells faces from patterns"
    )
    broken = shutil.copytree(resource("models", FACE_CHECK), tmp_path / "models" / FACE_CHECK)
    with (broken / "model.bin").open("ab") as file:
        file.write(b"!")
    listed = dict(load_packages(str(broken)))[str(broken)]
    assert isinstance(listed, str)
    assert listed.startswith("The model package face-check was changed: model.bin differs")
