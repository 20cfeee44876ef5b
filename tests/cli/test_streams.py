"""`--stream`: another video stream, or another picture of a still."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.support.program import scan
from tests.support.streams import LARGE, SMALL, two_streams

WHOLE = ("--faces", "whole", "--frames", "2")


def test_the_stream_that_was_read_is_in_the_report(package: Path, tmp_path: Path) -> None:
    video = two_streams(tmp_path / "two.mkv", (SMALL, LARGE), default=1)
    still = tmp_path / "two.tif"
    Image.new("RGB", SMALL).save(
        still, save_all=True, append_images=[Image.new("RGB", LARGE, (170, 170, 170))]
    )
    code, report = scan(video, still, model=package, options=WHOLE)
    assert (code, report["tool"]["settings"]["stream"]) == (0, None)
    assert [one["stream"] for one in report["results"]] == [1, 1]
    boxes = [one["frames"][0]["faces"][0]["box"] for one in report["results"]]
    assert boxes == [[0, 0, *LARGE], [0, 0, *LARGE]]
    assert [
        any("Not read: 0 (64 x 32)." in sentence for sentence in one["warnings"])
        for one in report["results"]
    ] == [True, True]

    code, report = scan(video, still, model=package, options=(*WHOLE, "--stream", "0"))
    assert (code, report["tool"]["settings"]["stream"]) == (0, 0)
    assert [one["frames"][0]["faces"][0]["box"] for one in report["results"]] == [
        [0, 0, *SMALL]
    ] * 2

    code, report = scan(video, still, model=package, options=(*WHOLE, "--stream", "7"))
    assert code == 1
    assert [one["stream"] for one in report["results"]] == [None, None]
    assert (
        "has no video stream 7; choose one of these: 0 (64 x 32)" in report["results"][0]["reason"]
    )
    assert "has no picture 7; choose one of these: 0 (64 x 32)" in report["results"][1]["reason"]
