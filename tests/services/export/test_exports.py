"""Exports of the window: the content and names of the files, and that none is ever overwritten."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image

from dfgui.core.analysis_results import (
    ExcludedBox,
    FaceResult,
    Faithfulness,
    FileResult,
    FrameResult,
    Mode,
    Model,
    OcclusionSettings,
    RegionDrop,
    Report,
    ScanSettings,
    Tool,
    TrackResult,
)
from dfgui.core.errors import AnalysisError
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ElaSettings, ViewSettings
from dfgui.core.values import Array
from dfgui.output.tables import csv_text, json_bytes
from dfgui.services.app_settings import AppSettings
from dfgui.services.export.exports import (
    Context,
    export_map,
    export_scan,
    export_screen,
    export_timeline,
    export_view,
    timeline_csv,
)
from dfgui.services.faces.heat_maps import HeatMap
from dfgui.worker.messages import Mapped

CONTEXT = Context(
    path="/evidence/clip.mp4",
    sha256="0011223344556677" * 4,
    index=103,
    frame_sha256="ab12cd34ef567890" * 4,
    pts_s=4.12,
    version="1.2.3",
    engine="OpenVINO 2026.1",
    model="net",
    model_sha256="5" * 64,
    model_version="3",
    settings=AppSettings(recent=("/private/other.mp4",), layout="AAAA", opacity=1.0),
    extra={"track": 2, "note": "ü"},
)
# Blue, green, red and an unused byte: a red pixel next to a blue one.
PICTURE = np.array([[[0, 0, 255, 7], [255, 0, 0, 9]]], np.uint8)
FRAMES = (
    FrameResult(
        0,
        0.0,
        "I",
        (FaceResult(1, Box(10, 20, 30, 40), 0.25), FaceResult(2, Box(-5, 0, 8, 9), 0.75)),
    ),
    FrameResult(12, 0.48, "P", ()),
    FrameResult(24, None, "?", (FaceResult(2, Box(1, 2, 3, 4), 0.5),)),
)
TRACKS = (TrackResult(1, 0.25, -0.477121, 1), TrackResult(2, 0.6, 0.176091, 2))


def _names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


def _facts(paths: list[Path]) -> dict[str, Any]:
    facts = msgspec.json.decode(next(path for path in paths if path.suffix == ".json").read_bytes())
    assert isinstance(facts, dict)
    return facts


def _pixels(path: Path) -> list[Any]:
    with Image.open(path) as picture:
        pixels = np.asarray(picture).tolist()
    assert isinstance(pixels, list)
    return pixels


def _heat(mode: Mode, values: list[list[float]], *, complete: bool = True) -> HeatMap:
    faithful = Faithfulness(0.2, 0.7, 0.5, 0.5, (1.0, 0.0), (0.0, 1.0)) if complete else None
    made = Mapped(
        7, Array.of(np.array(values, np.float32)), 0.9, 3, 4, 0.01, "bf16", complete, faithful
    )
    return HeatMap(Box(40, 50, 60, 60), made, OcclusionSettings(mode=mode), 103)


def _report() -> Report:
    tool = Tool("1.2.3", "OpenVINO 2026.1", "f32", Model("net", "5" * 64, 32), ScanSettings())
    return Report(
        "dfgui.scan/2",
        tool,
        (
            FileResult(
                "/evidence/clip.mp4",
                CONTEXT.sha256,
                "scored",
                None,
                0.6,
                0.176,
                "inconclusive",
                "none",
                frames=FRAMES,
            ),
        ),
    )


def test_a_view_with_its_values_and_settings(tmp_path: Path) -> None:
    settings = ViewSettings("error_levels", ela=ElaSettings(75))
    written = export_view(
        PICTURE, np.array([[0.5, 12]], np.float16), settings, CONTEXT, tmp_path / "new"
    )
    stem = "clip-frame000103-ab12cd34-error-levels"
    assert _names(written) == [f"{stem}.png", f"{stem}.npy", f"{stem}.json"]
    assert sorted(written) == sorted((tmp_path / "new").iterdir())
    assert _pixels(written[0]) == [[[255, 0, 0], [0, 0, 255]]]
    values = np.load(written[1])
    assert (values.dtype, values.tolist()) == (np.float32, [[0.5, 12.0]])
    facts = _facts(written)
    assert facts["view"]["ela_quality"] == 75
    assert facts["values"] == "grey levels, kept as float16"
    assert facts["sha256_of_files"] == {
        path.name[len("clip-frame000103-ab12cd34-") :]: _sha256(path) for path in written[:2]
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_settings_say_of_what_and_with_what_and_nothing_about_the_person(
    tmp_path: Path,
) -> None:
    facts = _facts(export_view(PICTURE, None, ViewSettings(), CONTEXT, tmp_path))
    assert facts["schema"] == "dfgui.export/1"
    assert (facts["path"], facts["sha256"]) == ("/evidence/clip.mp4", CONTEXT.sha256)
    assert (facts["index"], facts["pts_s"], facts["frame_sha256"]) == (
        103,
        4.12,
        CONTEXT.frame_sha256,
    )
    assert facts["tool"] == {
        "version": "1.2.3",
        "engine": "OpenVINO 2026.1",
        "model": {"name": "net", "sha256": "5" * 64, "version": "3"},
    }
    assert facts["extra"] == {"track": 2, "note": "ü"}
    assert facts["settings"]["ela_quality"] == 90
    assert not {"recent", "layout"} & set(facts["settings"])


def test_numbers_of_numpy_are_written_as_python_s(tmp_path: Path) -> None:
    context = replace(
        CONTEXT,
        pts_s=np.float64(4.12),
        extra={"drop": np.float32(0.5), "frames": (np.int64(3),), "whole": np.bool_(False)},
    )
    facts = _facts(export_screen(b"a picture", "timeline", context, tmp_path))
    assert (facts["pts_s"], facts["extra"]) == (4.12, {"drop": 0.5, "frames": [3], "whole": False})
    report = msgspec.structs.replace(
        _report(),
        results=(msgspec.structs.replace(_report().results[0], score=np.float64(0.25)),),
    )
    assert msgspec.json.decode(json_bytes(report))["results"][0]["score"] == 0.25


def test_what_the_screen_shows_is_written_as_it_is(tmp_path: Path) -> None:
    written = export_screen(b"a picture", "face_crop", CONTEXT, tmp_path)
    assert _names(written) == [
        "clip-frame000103-ab12cd34-face-crop-screen.png",
        "clip-frame000103-ab12cd34-face-crop-screen.json",
    ]
    assert written[0].read_bytes() == b"a picture"


@pytest.mark.parametrize(
    ("mode", "values", "grey", "reading"),
    [
        ("drop", [[-1, 0], [0.25, 1]], [[1, 32768], [40960, 65535]], "(grey - 32768) / 32767"),
        ("printed", [[0, 1], [127.5, 255]], [[1, 257], [32768, 65535]], "(grey - 0) / 257"),
    ],
)
def test_a_map_in_8_and_16_bits_and_as_it_is(
    mode: Mode, values: list[list[float]], grey: list[list[int]], reading: str, tmp_path: Path
) -> None:
    written = export_map(_heat(mode, values), np.zeros((2, 2, 3), np.uint8), CONTEXT, tmp_path)
    stem = "clip-frame000103-ab12cd34-heat-map"
    assert _names(written) == [f"{stem}.png", f"{stem}-16.png", f"{stem}.npy", f"{stem}.json"]
    assert _pixels(written[1]) == grey
    assert np.load(written[2]).tolist() == values
    facts = _facts(written)
    assert facts["heat_map_16"] == {"value": reading, "not_known": 0}
    faithful = facts["map"].pop("faithfulness")
    # (.5 - .2) + (.7 - .5)
    assert faithful["gain"] == pytest.approx(0.5)
    said = {
        "base": 0.9,
        "evaluated": 3,
        "total": 4,
        "error": 0.01,
        "precision": "bf16",
        "complete": True,
    }
    asked = {"patch": 20, "stride": 20, "fill": "black", "mode": mode, "by": "squares"}
    assert facts["map"] == said | {"settings": asked, "square": [40, 50, 60, 60], "regions": []}


def test_a_map_by_regions_has_its_table(tmp_path: Path) -> None:
    heat = _heat("drop", [[0.25, -0.5]])
    regions = (RegionDrop("nose", 0.25, 1.0, 1), RegionDrop("surroundings", -0.5, None, 1))
    by_regions = replace(
        heat, map=msgspec.structs.replace(heat.map, regions=regions, faithfulness=None)
    )
    written = export_map(by_regions, np.zeros((1, 2, 3), np.uint8), CONTEXT, tmp_path)
    assert written[3].name == "clip-frame000103-ab12cd34-regions.csv"
    assert (
        written[3].read_text()
        == "region,drop,face_share,pixels\nnose,0.25,1.0,1\nsurroundings,-0.5,,1\n"
    )
    facts = _facts(written)
    assert facts["map"]["regions"][0] == {
        "region": "nose",
        "drop": 0.25,
        "face_share": 1.0,
        "pixels": 1,
    }
    assert facts["sha256_of_files"]["regions.csv"] == _sha256(written[3])


def test_the_8_bit_map_lies_over_the_face_as_strongly_as_on_the_screen(tmp_path: Path) -> None:
    white = np.full((1, 1, 3), 255, np.uint8)
    half = replace(CONTEXT, settings=AppSettings(opacity=0.5))
    # 100; (100 + 255) / 2 = 177.5, rounded to even.
    for context, expected in ((CONTEXT, [100, 100, 100]), (half, [178, 178, 178])):
        written = export_map(_heat("printed", [[100]]), white, context, tmp_path)
        assert _pixels(written[0])[240][240] == expected


def test_a_map_that_is_not_complete_says_so(tmp_path: Path) -> None:
    heat = _heat("drop", [[float("nan"), 0], [float("nan"), 0]], complete=False)
    written = export_map(heat, np.zeros((2, 2, 3), np.uint8), CONTEXT, tmp_path)
    assert _pixels(written[1]) == [[0, 32768], [0, 32768]]
    assert (_facts(written)["map"]["complete"], _facts(written)["map"]["faithfulness"]) == (
        False,
        None,
    )


def test_the_timeline_as_a_table() -> None:
    assert (
        timeline_csv(FRAMES, [(0, 0.125), (24, -0.5)], 2)
        == "frame,pts_s,type,track,x,y,w,h,score,region_drop,excluded\n"
        "0,0.0,I,1,10,20,30,40,0.25,,\n"
        "0,0.0,I,2,-5,0,8,9,0.75,0.125,\n"
        "12,0.48,P,,,,,,,,\n"
        "24,,?,2,1,2,3,4,0.5,-0.5,\n"
    )


def test_the_timeline_names_boxes_without_a_face() -> None:
    frame = FrameResult(7, 0.28, "P", (), (ExcludedBox(3, Box(1, 2, 3, 4), -5.0),))
    assert timeline_csv([frame], (), None).splitlines()[1:] == ["7,0.28,P,3,1,2,3,4,,,no face"]


def test_the_timeline_belongs_to_the_file_and_not_to_a_frame(tmp_path: Path) -> None:
    written = export_timeline(
        b"png", b"<svg/>", FRAMES, (), TRACKS, CONTEXT, tmp_path, region_track=None
    )
    stem = "clip-00112233-timeline"
    assert _names(written) == [f"{stem}.png", f"{stem}.svg", f"{stem}.csv", f"{stem}.json"]
    assert [path.read_bytes() for path in written[:2]] == [b"png", b"<svg/>"]
    assert written[2].read_text() == timeline_csv(FRAMES, (), None)
    facts = _facts(written)
    assert facts["tracks"][1] == {
        "id": 2,
        "score": 0.6,
        "log10_lr": 0.176091,
        "frames": 2,
        "cut": None,
    }
    assert "frame_sha256" not in facts


def test_a_scan_is_written_as_the_command_line_writes_it(tmp_path: Path) -> None:
    written = export_scan(_report(), CONTEXT, tmp_path)
    assert _names(written) == ["clip-00112233-scan.json", "clip-00112233-scan.csv"]
    assert written[0].read_bytes() == json_bytes(_report())
    assert written[1].read_text() == csv_text(_report())


def test_names_without_a_hash_and_with_what_no_file_system_bears(tmp_path: Path) -> None:
    context = replace(CONTEXT, path="/evidence/a:b\udcff.mkv", sha256=None, frame_sha256=None)
    written = export_view(PICTURE, None, ViewSettings(), context, tmp_path)
    assert _names(written) == [
        "a_b_-frame000103-nohash-original.png",
        "a_b_-frame000103-nohash-original.json",
    ]
    assert _facts(written)["path"] == "/evidence/a:b?.mkv"
    assert export_scan(_report(), context, tmp_path)[0].name == "a_b_-nohash-scan.json"


def test_the_same_export_again_is_the_same_files(tmp_path: Path) -> None:
    first, second = (
        export_view(PICTURE, None, ViewSettings(), CONTEXT, tmp_path) for _ in range(2)
    )
    assert first == second
    assert len(list(tmp_path.iterdir())) == 2


def test_another_export_gets_another_number_in_all_its_names(tmp_path: Path) -> None:
    qualities = (90, 75, 60, 75)
    sets = [
        export_view(
            PICTURE, None, ViewSettings("noise", ela=ElaSettings(quality)), CONTEXT, tmp_path
        )
        for quality in qualities
    ]
    stem = "clip-frame000103-ab12cd34-noise"
    assert [_names(written) for written in sets] == [
        [f"{stem}.png", f"{stem}.json"],
        [f"{stem}-2.png", f"{stem}-2.json"],
        [f"{stem}-3.png", f"{stem}-3.json"],
        [f"{stem}-2.png", f"{stem}-2.json"],
    ]
    assert [_facts(written)["view"]["ela_quality"] for written in sets] == list(qualities)


def test_evidence_and_what_else_lies_there_is_not_written_over(tmp_path: Path) -> None:
    evidence = tmp_path / "clip-frame000103-ab12cd34-original.png"
    evidence.write_bytes(b"evidence")
    (tmp_path / "clip-frame000103-ab12cd34-original-2.json").mkdir()
    (tmp_path / "clip-frame000103-ab12cd34-original-3.json").symlink_to(tmp_path / "nowhere")
    written = export_view(
        PICTURE, None, ViewSettings(), replace(CONTEXT, path=str(tmp_path / "clip.mp4")), tmp_path
    )
    assert _names(written) == [
        "clip-frame000103-ab12cd34-original-4.png",
        "clip-frame000103-ab12cd34-original-4.json",
    ]
    assert evidence.read_bytes() == b"evidence"
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        AnalysisError, match=r"original\.json cannot be written .*; choose another place"
    ):
        export_view(PICTURE, None, ViewSettings(), CONTEXT, tmp_path / "file" / "out")


def test_no_picture_is_left_without_its_settings_and_a_second_try_completes_the_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bytes = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if ".png" in path.name:
            raise OSError(28, "No space left on device")
        return write_bytes(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(AnalysisError, match="No space left on device"):
            export_view(PICTURE, None, ViewSettings(), CONTEXT, tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]
    written = export_view(PICTURE, None, ViewSettings(), CONTEXT, tmp_path)
    assert _names(written) == [
        "clip-frame000103-ab12cd34-original.png",
        "clip-frame000103-ab12cd34-original.json",
    ]


def test_a_picture_of_the_right_size(tmp_path: Path) -> None:
    picture = np.zeros((30, 50, 4), np.uint8)
    written = export_view(picture, None, ViewSettings(), CONTEXT, tmp_path)
    with Image.open(io.BytesIO(written[0].read_bytes())) as back:
        assert (back.size, back.mode) == ((50, 30), "RGB")
