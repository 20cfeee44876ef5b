"""The dialog of model packages, and what the About dialog says about one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QPushButton, QTextBrowser
from pytestqt.qtbot import QtBot

from dfgui.core.faces.check_card import load_face_check
from dfgui.core.network.package import DataSource, Metric, ModelPackage, load_package
from dfgui.resources import DEFAULT_MODEL, FACE_CHECK, resource
from dfgui.ui.dialogs.about import AboutDialog
from dfgui.ui.dialogs.model_dialog import IntervalBar, ModelDialog

REFUSED = (
    "The model package other was changed: model.bin differs from the hash in its card. Install it"
    " again."
)


@pytest.fixture
def red_mean(package: Path) -> ModelPackage:
    return load_package(package)


@pytest.fixture
def dialog(red_mean: ModelPackage, qtbot: QtBot) -> ModelDialog:
    dialog = ModelDialog(
        [("red-mean", red_mean), ("/models/second", red_mean), ("other", REFUSED)], "red-mean"
    )
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def _button(dialog: ModelDialog | AboutDialog, text: str) -> QPushButton:
    return next(button for button in dialog.findChildren(QPushButton) if button.text() == text)


def _terms(about: AboutDialog) -> str:
    return next(
        text
        for text in about.findChildren(QTextBrowser)
        if text.accessibleName() == "Terms of the weights"
    ).toPlainText()


def _page(dialog: ModelDialog) -> str:
    QApplication.processEvents()
    return "\n".join(
        label.text().replace("\u200b", "")
        for label in dialog.findChildren(QLabel)
        if label.isVisible()
    )


def _go_to(dialog: ModelDialog, row: int) -> None:
    dialog.findChildren(QListWidget)[0].setCurrentRow(row)


def test_the_card_is_shown(dialog: ModelDialog, red_mean: ModelPackage) -> None:
    page = _page(dialog)
    for text in (
        "red-mean, version 1",
        "nothing: n = 4 in 2 groups",
        "AUC",
        "0.500",
        "0.250 \N{EN DASH} 0.750",
        "not tested",
        "anything but tests",
        "Apache-2.0",
        red_mean.sha256,
        red_mean.card.files["model.bin"],
    ):
        assert text in page


def test_a_calibration_that_looks_at_sharpness_says_so(
    red_mean: ModelPackage, qtbot: QtBot
) -> None:
    calibration = red_mean.card.calibration
    track = msgspec.structs.replace(
        calibration.track, sharpness_slope=1.0, sharpness_range=(20.0, 200.0)
    )
    card = msgspec.structs.replace(
        red_mean.card, calibration=msgspec.structs.replace(calibration, track=track)
    )
    dialog = ModelDialog([("red-mean", replace(red_mean, card=card))], "red-mean")
    qtbot.addWidget(dialog)
    dialog.show()
    said = [
        line
        for line in _page(dialog).splitlines()
        if line.endswith("how sharp the face is counts too")
    ]
    assert said == [
        "0 real and 0 fake of none; likelihood ratio from 10^-3 to 10^3; how sharp the face is"
        " counts too"
    ]


def test_the_terms_of_every_data_set_are_shown(red_mean: ModelPackage, qtbot: QtBot) -> None:
    training = msgspec.structs.replace(
        red_mean.card.training, sources=(DataSource("clips of a film", "Research only."),)
    )
    card = msgspec.structs.replace(red_mean.card, training=training)
    dialog = ModelDialog([("red-mean", replace(red_mean, card=card))], "red-mean")
    qtbot.addWidget(dialog)
    dialog.show()
    lines = _page(dialog).splitlines()
    assert lines[lines.index("clips of a film") + 1] == "Research only."


def test_changed_pictures_take_one_row_each(red_mean: ModelPackage, qtbot: QtBot) -> None:
    values = {"auc": 0.7, "mean_score_real": 0.25, "mean_score_fake": 0.75}
    changed = tuple(
        Metric(f"{name}: JPEG quality 30", "crops (robustness)", value, 0.5, 0.9, 8, 4)
        for name, value in values.items()
    )
    dialog = ModelDialog(
        [
            (
                "red-mean",
                replace(red_mean, card=msgspec.structs.replace(red_mean.card, metrics=changed)),
            )
        ],
        "red-mean",
    )
    qtbot.addWidget(dialog)
    dialog.show()
    page = _page(dialog).splitlines()
    assert "crops; mean scores and AUC: n = 8 in 4 groups" in page
    assert page[page.index("crops; mean scores and AUC: n = 8 in 4 groups") + 1 :][:3] == [
        "JPEG quality 30: real 0.25, fake 0.75",
        "0.700",
        "0.500 \N{EN DASH} 0.900",
    ]


def test_the_network_in_use_cannot_be_chosen_again(dialog: ModelDialog) -> None:
    assert not _button(dialog, "Use this network").isEnabled()
    assert dialog.findChildren(QListWidget)[0].currentItem().text() == "red-mean\nversion 1, in use"


def test_choosing_another(dialog: ModelDialog, qtbot: QtBot) -> None:
    _go_to(dialog, 1)
    with qtbot.waitSignal(dialog.model_chosen) as chosen:
        qtbot.keyClick(dialog.findChildren(QListWidget)[0], Qt.Key.Key_Return)
    assert chosen.args == ["/models/second"]
    assert not dialog.isVisible()


def test_a_refused_package_says_why_and_cannot_be_used(dialog: ModelDialog, qtbot: QtBot) -> None:
    chosen: list[str] = []
    dialog.model_chosen.connect(chosen.append)
    _go_to(dialog, 2)
    assert _page(dialog) == REFUSED
    qtbot.keyClick(dialog.findChildren(QListWidget)[0], Qt.Key.Key_Return)
    assert chosen == []
    assert not _button(dialog, "Use this network").isEnabled()


def test_another_folder_is_asked_for(
    dialog: ModelDialog, qtbot: QtBot, red_mean: ModelPackage
) -> None:
    with qtbot.waitSignal(dialog.folder_requested):
        qtbot.mouseClick(_button(dialog, "Add package..."), Qt.MouseButton.LeftButton)
    dialog.set_packages([("/new", red_mean)], "red-mean")
    assert _button(dialog, "Use this network").isEnabled()
    dialog.set_packages([], "red-mean")
    assert _page(dialog) == "There is no model package. Open the folder of one to score with it."


def test_about(red_mean: ModelPackage, qtbot: QtBot) -> None:
    about = AboutDialog(red_mean.card)
    qtbot.addWidget(about)
    about.show()
    QApplication.processEvents()
    assert {text.verticalScrollBar().value() for text in about.findChildren(QTextBrowser)} == {0}
    assert "Apache-2.0" in _terms(about)
    qtbot.mouseClick(_button(about, "Copy versions"), Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text().startswith("dfgui ")
    assert "red-mean 1" in QApplication.clipboard().text()
    with qtbot.waitSignal(about.log_folder_requested):
        qtbot.mouseClick(_button(about, "Show log folder"), Qt.MouseButton.LeftButton)


def test_about_says_of_the_training_what_the_card_says(qtbot: QtBot) -> None:
    package = load_package(resource("models", DEFAULT_MODEL))
    about = AboutDialog(package.card)
    qtbot.addWidget(about)
    training = package.card.training
    for said in (*training.data, *(one.terms for one in training.sources), package.card.terms):
        assert said in " ".join(_terms(about).split())
    # The texts next to it leave that to the card, so that they cannot contradict it.
    for text in (resource("licences", "README.md"), Path(__file__).parents[3] / "README.md"):
        for name in ("DFDC", "FaceForensics", "Celeb"):
            assert name not in text.read_text(encoding="utf-8")


def test_about_without_a_network(qtbot: QtBot) -> None:
    about = AboutDialog(None)
    qtbot.addWidget(about)
    assert "No network is loaded" in _terms(about)


def test_a_long_name_leaves_the_intervals_their_room(red_mean: ModelPackage, qtbot: QtBot) -> None:
    metrics = (
        Metric(
            "auc: " + "a condition of many words " * 5, "crops (robustness)", 0.7, 0.5, 0.9, 8, 4
        ),
    )
    dialog = ModelDialog(
        [
            (
                "red-mean",
                replace(red_mean, card=msgspec.structs.replace(red_mean.card, metrics=metrics)),
            )
        ],
        "red-mean",
    )
    qtbot.addWidget(dialog)
    dialog.show()
    QApplication.processEvents()
    [interval] = dialog.findChildren(IntervalBar)
    assert interval.width() >= interval.sizeHint().width()
    assert interval.visibleRegion().boundingRect().width() == interval.width()


def test_the_check_of_faces_is_shown_as_what_it_is_and_cannot_be_chosen(
    red_mean: ModelPackage, qtbot: QtBot
) -> None:
    check = load_face_check(resource("models", FACE_CHECK))
    dialog = ModelDialog([("face-check", check), ("red-mean", red_mean)], "red-mean")
    qtbot.addWidget(dialog)
    dialog.show()
    _go_to(dialog, 0)
    page = _page(dialog)
    for text in (
        "face-check, version 1",
        "It scores nothing, so it cannot be chosen",
        "patterns left out",
        check.sha256,
        check.card.source.sha256,
        "Apache-2.0",
        check.card.source.model_card,
    ):
        assert text in page
    assert not _button(dialog, "Use this network").isEnabled()
    with qtbot.assertNotEmitted(dialog.model_chosen):
        dialog.findChildren(QListWidget)[0].itemActivated.emit(
            dialog.findChildren(QListWidget)[0].item(0)
        )
    assert "check of faces" in dialog.findChildren(QListWidget)[0].item(0).text()
