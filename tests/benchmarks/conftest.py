"""Fixtures of the benchmarks: the table, printed at the end, and what is slow to make."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfgui.core.network.package import ModelPackage, load_package
from dfgui.resources import resource
from tests.benchmarks.filmed import film
from tests.benchmarks.measure import BenchTable
from training.network.models import build_xception

TABLE = pytest.StashKey[BenchTable]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--bench-table",
        type=Path,
        metavar="PATH",
        help="also write the table of the benchmarks here",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TABLE] = BenchTable()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    table = config.stash[TABLE]
    if not table.rows:
        return
    terminalreporter.section("benchmarks")
    terminalreporter.write_line(table.markdown())
    path: Path | None = config.getoption("--bench-table")
    if path is not None:
        path.write_text(table.markdown(), encoding="utf-8")


@pytest.fixture(scope="session")
def table(pytestconfig: pytest.Config) -> BenchTable:
    return pytestconfig.stash[TABLE]


@pytest.fixture(scope="session")
def bundled() -> ModelPackage:
    return load_package(resource("models", "xception-face"))


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """10 s of 1080p with a face."""
    return film(tmp_path_factory.mktemp("clip") / "clip.mp4", frames=300)


@pytest.fixture(scope="session")
def plain_network(bundled: ModelPackage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved Keras network of the bundled one's kind and input size, with random weights.

    It is as slow, and only its speed counts.
    """
    path = tmp_path_factory.mktemp("network") / "plain.keras"
    build_xception(bundled.card.input_size).save(path)
    return path
