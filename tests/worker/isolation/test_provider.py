"""The provider for a system without isolation, and the choice of one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dfgui.worker.isolation.provider import NoIsolation, isolation


def test_without_isolation_nothing_is_offered_and_nothing_changes(tmp_path: Path) -> None:
    none = NoIsolation()
    none.enter([])
    (tmp_path / "new").write_bytes(b"")
    assert none.offered() == frozenset()


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_other_systems_have_none_yet(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert isinstance(isolation(), NoIsolation)
