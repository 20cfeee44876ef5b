"""What holds for every test: no screen, no network, no settings of the person who runs them."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# These machines are noisy: no example fails for being slow.
settings.register_profile("noisy", deadline=None)
settings.load_profile("noisy")

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = str(Path(home, name.lower()))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model package whose logit is (mean red - 128) / 16; only to be read."""
    from tests.packages import make_package

    return make_package(tmp_path_factory.mktemp("models") / "red-mean")
