"""Find the files of `resources/` and the training program.

They lie in the source tree, in an installed wheel or in a frozen program.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

DEFAULT_MODEL = "xception-face"
FACE_CHECK = "face-check"
"""The package of the network that tells faces from patterns."""
_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Find a bundled file or folder.

    Args:
        parts: path components below `resources/`, for example `"models", "xception-face"`.

    Returns:
        Its absolute path. Whether it exists is not checked.
    """
    return _root().joinpath(*parts)


def demo_clips() -> list[Path]:
    """The bundled demo clips: a portrait with its face altered, and the portrait."""
    return sorted(resource("demo").glob("*.mp4"))


def model_folder(name: str) -> Path:
    """The folder of the bundled model package of this name, else the folder `name` itself.

    Whether it exists is not checked.
    """
    bundled = resource("models", name)
    return bundled if (bundled / "card.json").is_file() else Path(name)


def program_folders() -> list[Path]:
    """The folders that the program's code and resources lie in; with what it needs, if frozen."""
    frozen = getattr(sys, "_MEIPASS", None)  # set by PyInstaller's loader
    return [_PACKAGE, _root()] if frozen is None else [Path(frozen)]


def training_command() -> list[str] | None:
    """The command that starts the training, without its arguments; None if it is not installed.

    A lean build and an installation without the extra `train` do not have it.
    """
    if getattr(sys, "frozen", False):
        here = Path(sys.executable)
        program = here.with_name("dfgui-training" + here.suffix)
        return [str(program)] if program.is_file() else None
    if find_spec("training") is None or find_spec("tensorflow") is None:
        return None
    # -P: a planted module in the current directory must not be imported.
    return [sys.executable, "-P", "-m", "training"]


def _root() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)  # set by PyInstaller's loader
    if frozen is not None:
        return Path(frozen, "resources")
    installed = _PACKAGE / "_resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"
