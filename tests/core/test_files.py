"""Files that are replaced whole."""

from pathlib import Path

import pytest

from dfgui.core.files import replace_file, replacing


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_is_replaced_and_nothing_is_left(tmp_path: Path, durable: bool) -> None:
    path = tmp_path / "a.json"
    replace_file(path, b"old", durable=durable)
    replace_file(path, b"new", durable=durable)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    def write() -> None:
        with replacing(path) as part:
            part.write_bytes(b"half")
            assert path.read_bytes() == b"old"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_writer_that_goes_by_the_suffix_finds_it(tmp_path: Path) -> None:
    with replacing(tmp_path / "a.keras", keeps_suffix=True) as part:
        assert part.suffix == ".keras"
        part.touch()
    assert (tmp_path / "a.keras").is_file()


def test_a_block_that_writes_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "a"):
        pass
