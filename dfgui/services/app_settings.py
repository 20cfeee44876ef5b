"""What the program remembers between starts: one JSON file in the user's configuration folder."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import platformdirs

from dfgui.core.analysis_results import By, Mode
from dfgui.core.display.contents import Content
from dfgui.core.files import replace_file
from dfgui.core.fills import Fill
from dfgui.core.media.facts import Channel, ElaSettings
from dfgui.core.values import ThemeName, printable
from dfgui.resources import DEFAULT_MODEL

log = logging.getLogger(__name__)

RECENT = 12

Panel = Literal["list", "inspector", "timeline"]
"""A part of the window that can be hidden."""


class AppSettings(msgspec.Struct, frozen=True):
    """Every setting with its default.

    The program never changes settings in place, but makes a new value.

    Attributes:
        theme: colours; "system" follows the desktop.
        language: code of the window's language, such as "de"; "system" follows the desktop. It
            counts from the next start on.
        views: contents of the three views, left to right.
        linked: whether zoom and place of the views move together.
        ela: probe and scale of error levels.
        ela_channel: which change they show.
        noise_scale: brightness per grey level of luminance noise.
        face_margin: share of the face's box kept on every side in "face_only".
        patch: side of the hidden square, pixels of the network's input.
        stride: distance of the squares, 1 to `patch`.
        fill: what a hidden square or region shows.
        mode: what the map shows.
        by: what is hidden for it, squares or the regions of the face.
        opacity: of the map over the face, 0-1.
        frames: frames of a video that a scan looks at.
        model: a bundled package's name, or a folder.
        volume: of the sound, 0-1.
        recent: files opened last, newest first.
        training_data: folder with the data sets of the experiments.
        layout: Qt's own description of window and splitters, base64.
        hidden: panels that the user hid.
        evidence_folder: where files were opened last.
        export_folder: into which was exported last.
    """

    theme: Literal["system"] | ThemeName = "system"
    language: str = "system"
    views: tuple[Content, Content, Content] = ("original", "error_levels", "face_crop")
    linked: bool = True
    ela: ElaSettings = ElaSettings()
    ela_channel: Channel = "mean"
    noise_scale: Annotated[float, msgspec.Meta(ge=1, le=200)] = 16.0
    face_margin: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.0
    patch: Annotated[int, msgspec.Meta(ge=1, le=1024)] = 20
    stride: Annotated[int, msgspec.Meta(ge=1, le=1024)] = 20
    fill: Fill = "black"
    mode: Mode = "drop"
    by: By = "squares"
    opacity: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.6
    frames: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 32
    model: str = DEFAULT_MODEL
    volume: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.8
    recent: tuple[str, ...] = ()
    training_data: str = ""
    layout: str = ""
    hidden: tuple[Panel, ...] = ()
    evidence_folder: str = ""
    export_folder: str = ""

    def value(self, name: str) -> Any:
        """A setting by its name; one of a group as `group.name`."""
        return attrgetter(name)(self)

    def with_value(self, name: str, value: object) -> AppSettings:
        """The settings with another value for one of them, named as for `value`."""
        group, _, own = name.rpartition(".")
        if group:
            name, value = group, msgspec.structs.replace(getattr(self, group), **{own: value})
        return msgspec.structs.replace(self, **{name: value})

    def with_recent(self, path: str) -> AppSettings:
        """The settings with `path` as the newest of at most twelve recent files.

        A name that is not Unicode is left out, as JSON cannot hold it.
        """
        if printable(path) != path:
            return self
        return msgspec.structs.replace(
            self, recent=(path, *(old for old in self.recent if old != path))[:RECENT]
        )


def kept_folder(path: Path) -> str:
    """A folder for the settings; empty if its name is not Unicode, which JSON cannot hold."""
    return str(path) if printable(str(path)) == str(path) else ""


def settings_path() -> Path:
    """Where the settings lie."""
    return Path(platformdirs.user_config_dir("dfgui", appauthor=False)) / "settings.json"


def load_settings() -> AppSettings:
    """The remembered settings; the default for each that is not there or cannot be read."""
    try:
        raw = msgspec.json.decode(settings_path().read_bytes(), type=dict[str, msgspec.Raw])
    except FileNotFoundError:
        return AppSettings()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        log.exception("the settings cannot be read; the defaults are used")
        return AppSettings()
    return AppSettings(**dict(_readable(raw, AppSettings)))


def _readable(
    raw: Mapping[str, msgspec.Raw], kind: type[msgspec.Struct]
) -> Iterator[tuple[str, Any]]:
    """Name and value of each setting that is present and valid; of a group, each setting alone."""
    for field in msgspec.structs.fields(kind):
        if field.name in raw:
            try:
                yield field.name, _value(raw[field.name], field.type)
            except (msgspec.DecodeError, UnicodeDecodeError):
                log.exception("the setting %s cannot be read; its default is used", field.name)


def _value(raw: msgspec.Raw, kind: Any) -> object:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind(**dict(_readable(msgspec.json.decode(raw, type=dict[str, msgspec.Raw]), kind)))
    return msgspec.json.decode(raw, type=kind)


def save_settings(settings: AppSettings) -> None:
    """Remember the settings; if that fails, the log says so and the program continues."""
    path = settings_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, msgspec.json.format(msgspec.json.encode(settings), indent=2))
    except OSError:
        log.exception("the settings cannot be written")
