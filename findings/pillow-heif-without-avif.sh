#!/usr/bin/env bash
# pillow-heif 1.8.1 reads no AVIF: it has neither register_avif_opener nor a decoder for AV1, and open_heif of a valid
# AVIF ends in an error. It was the usual way to read AVIF with Pillow for years. Pillow 13.0.0 reads AVIF itself, and
# no HEIC, so a program that takes both needs both.
# Seen on Linux x86-64, Python 3.11, wheels of PyPI.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pillow==13.0.0 pillow-heif==1.8.1
cd "$work"
cat > stills.py <<'PY'
import pillow_heif
from PIL import Image, UnidentifiedImageError

picture = Image.new("RGB", (64, 48), (200, 30, 90))
picture.save("picture.avif", quality=90)
pillow_heif.from_pillow(picture).save("picture.heic", quality=90)


def tried(way, *given):
    try:
        return way(*given).size
    except Exception as error:
        return f"{type(error).__name__}: {error}"


found = {
    "Pillow, AVIF": tried(Image.open, "picture.avif"),
    "Pillow, HEIC": tried(Image.open, "picture.heic"),
    "pillow-heif, AVIF": tried(lambda name: pillow_heif.open_heif(name).to_pillow(), "picture.avif"),
    "pillow-heif, HEIC": tried(lambda name: pillow_heif.open_heif(name).to_pillow(), "picture.heic"),
}
print(pillow_heif.__version__, pillow_heif.libheif_info())
for name, outcome in found.items():
    print(name, "->", outcome)
assert found["Pillow, AVIF"] == found["pillow-heif, HEIC"] == (64, 48)
assert found["Pillow, HEIC"].startswith(UnidentifiedImageError.__name__)
assert isinstance(found["pillow-heif, AVIF"], str)
assert not hasattr(pillow_heif, "register_avif_opener")
PY
"$work/venv/bin/python" stills.py
