"""Makes a Debian package from the frozen program; `dev.py package` runs it.

Usage: `make_deb.py [dist/dfgui [dist]]`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from make_icons import ICONS, pictures  # noqa: E402

from dev import QT_PACKAGES  # noqa: E402
from dfgui import __version__  # noqa: E402

MIME_TYPES = (
    "video/mp4 video/quicktime video/x-matroska video/x-msvideo video/vnd.avi video/webm video/mpeg"
    " video/mp2t image/jpeg image/png image/webp image/tiff"
    " image/heic image/heif image/avif"
)
DESKTOP = f"""[Desktop Entry]
Type=Application
Name=dfgui
GenericName=Video Forensics
Comment=Was a face in this video replaced?
Exec=/opt/dfgui/dfgui-window %F
TryExec=/opt/dfgui/dfgui-window
Icon=dfgui
Terminal=false
Categories=AudioVideo;Video;
Keywords=deepfake;face;forensic;video;
MimeType={";".join(MIME_TYPES.split())};
"""
CONTROL = """Package: dfgui
Version: {version}
Architecture: {architecture}
Maintainer: the dfgui authors <noreply@dfgui.invalid>
Section: video
Priority: optional
Installed-Size: {kilobytes}
Depends: {depends}
Description: says whether a face in a video was replaced
 Scores the faces of a video with an Xception network, shows on which regions
 the score hangs, and answers with a likelihood ratio, or with the reason why
 there is no answer. Works offline and never writes to the evidence.
"""
COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: dfgui
Comment: The terms of every part are in /opt/dfgui/_internal/resources/licences;
 its README.md says which apply to the whole, and which to the network.

Files: *
Copyright: the authors of dfgui and of its parts
License: GPL-3+
 On Debian systems the text is in /usr/share/common-licenses/GPL-3.

Files: opt/dfgui/_internal/resources/models/*
Copyright: the authors of dfgui
License: research-only
 For research and evaluation only: trained on data sets whose terms say so.
"""


def stage(program: Path, root: Path) -> None:
    """Lay out below `root` what the package puts on a system.

    Args:
        program: folder of the frozen program; its files are linked, not copied, where the file
            system allows it.
        root: a folder; made if missing.
    """
    shutil.copytree(program, root / "opt" / "dfgui", symlinks=True, copy_function=_link)
    commands = root / "usr" / "bin"
    commands.mkdir(parents=True)
    for name in ("dfgui", "dfgui-window", "dfgui-training"):
        if (program / name).exists():
            (commands / name).symlink_to(Path("/opt/dfgui", name))
    _write(root / "usr/share/applications/dfgui.desktop", DESKTOP)
    _write(root / "usr/share/doc/dfgui/copyright", COPYRIGHT)
    hicolor = root / "usr" / "share" / "icons" / "hicolor"
    for size, picture in pictures().items():
        place = hicolor / f"{size}x{size}" / "apps" / "dfgui.png"
        place.parent.mkdir(parents=True)
        picture.save(place, optimize=True)
    _write(hicolor / "scalable/apps/dfgui.svg", (ICONS / "dfgui.svg").read_text(encoding="utf-8"))
    files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    # The libraries in the folder need the C library of the machine that built it, or a newer one.
    c_library = os.confstr("CS_GNU_LIBC_VERSION").split()[1]
    control = CONTROL.format(
        version=__version__,
        architecture=_output("dpkg", "--print-architecture"),
        kilobytes=sum(path.stat().st_size for path in files) >> 10,
        depends=", ".join([f"libc6 (>= {c_library})", *QT_PACKAGES.split()]),
    )
    _write(root / "DEBIAN/control", control)


def build(program: Path, target: Path) -> Path:
    """Write `dfgui_VERSION_ARCHITECTURE.deb` into the folder `target` and return its path."""
    with tempfile.TemporaryDirectory(dir=target) as work:
        root = Path(work, "root")
        stage(program, root)
        root.chmod(0o755)
        package = target / f"dfgui_{__version__}_{_output('dpkg', '--print-architecture')}.deb"
        # Level 3 takes 60 % of the time of level 6, and the package is 8 % larger.
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Zxz", "-z3", "--build", str(root), str(package)],
            check=True,
        )
    return package


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    place.chmod(0o644)


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    given = [Path(argument).resolve() for argument in sys.argv[1:]]
    print(build(*(given + [ROOT / "dist" / "dfgui", ROOT / "dist"][len(given) :])))
