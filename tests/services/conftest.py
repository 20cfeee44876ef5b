"""The selection that tests of several rooms use, and a clip for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dfgui.core.network.package import Card, load_package
from tests.e2e.hands import wait_up
from tests.services.selection_case import (
    Case,
    Workers,
)
from tests.support.clips import make_clip
from tests.worker.test_handlers import LEFT_170


@pytest.fixture(scope="module")
def workers(qapp: object, package: Path) -> Iterator[Workers]:
    workers = Workers(package)
    try:
        wait_up(
            workers.frame_cache._client, workers.frame_cache._reader, workers.face_queries._client
        )
        yield workers
    finally:
        workers.close()


@pytest.fixture(scope="module")
def card(package: Path) -> Card:
    return load_package(package).card


@pytest.fixture
def case(qtbot: QtBot, workers: Workers, card: Card) -> Iterator[Case]:
    case = Case(qtbot, workers, card)
    yield case
    case.it.choose(None)
    case.settle()
    workers.selection = None
    case.it.deleteLater()
    case.open_evidence.deleteLater()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Sixty frames, red 170 on the left and 85 on the right."""
    path = tmp_path_factory.mktemp("clips") / "halves.mkv"
    return str(
        make_clip(path, codec="ffv1", frames=60, size=(128, 64), picture=LEFT_170, colour=(5, 1))
    )
