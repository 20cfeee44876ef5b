"""What an import loads in a fresh interpreter: a core free of Qt and TensorFlow, a light start."""

import pkgutil
import subprocess
import sys

import dfgui.core

PROBE = """
import importlib, sys
for name in sys.argv[1].split():
    importlib.import_module(name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
CORE = [module.name for module in pkgutil.walk_packages(dfgui.core.__path__, "dfgui.core.")]


def _loaded_by(*modules: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, " ".join(modules)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_core_is_discovered() -> None:
    assert {"dfgui.core.geometry", "dfgui.core.faces.crop"} <= set(CORE)


def test_core_loads_neither_qt_nor_tensorflow() -> None:
    loaded = _loaded_by("dfgui.core", *CORE)
    assert "numpy" in loaded  # the probe sees what the core does load
    assert loaded.isdisjoint({"PySide6", "pyqtgraph", "tensorflow", "keras", "training"})


def test_start_loads_nothing_heavy() -> None:
    loaded = _loaded_by("dfgui.__main__")
    assert "dfgui" in loaded
    assert loaded.isdisjoint(
        {"numpy", "cv2", "av", "openvino", "PySide6", "PIL", "tensorflow", "keras"}
    )


def test_the_command_line_leaves_to_its_worker_what_parses_evidence() -> None:
    loaded = _loaded_by("dfgui.cli.main")
    assert {"typer", "msgspec"} <= loaded
    assert loaded.isdisjoint({"cv2", "av", "openvino", "PIL", "PySide6"})


def test_the_detector_does_without_the_converter_of_networks() -> None:
    loaded = _loaded_by("dfgui.core.network.engine")
    assert "openvino" in loaded
    assert "openvino_telemetry" not in loaded
