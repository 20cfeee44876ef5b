"""Colours of tracks can be told from each other and read with black letters."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from dfgui.ui.widgets.theme import DARK, EXCLUDED_COLOUR, LIGHT, track_colour

PEOPLE = 30  # a clip with as many tracks was met
TOLD_APART = 25.0  # CIE 1976 colour difference; 2.3 is just noticeable
AA_TEXT = 4.5  # WCAG 2.2, 1.4.3


def linear(colour: str) -> NDArray[np.float64]:
    """Linear red, green and blue of an sRGB colour, 0-1 (IEC 61966-2-1)."""
    value = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(colour))


def lab(colour: str) -> NDArray[np.float64]:
    """CIELAB of an sRGB colour, white of D65 (CIE 15:2004)."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = (
        np.cbrt(one) if one > 216 / 24389 else (24389 / 27 * one + 16) / 116
        for one in np.array(to_xyz) @ linear(colour) / np.array([0.9505, 1.0, 1.089])
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_thirty_tracks_have_thirty_colours() -> None:
    colours = [track_colour(track) for track in range(1, PEOPLE + 1)]
    assert [
        (one, other)
        for one, other in combinations(colours, 2)
        if np.linalg.norm(lab(one) - lab(other)) < TOLD_APART
    ] == []
    taken = {LIGHT.fake, LIGHT.real, DARK.fake, DARK.real, EXCLUDED_COLOUR}
    assert taken.isdisjoint(colour.lower() for colour in colours)


def test_black_letters_are_read_on_the_colour_of_every_track() -> None:
    contrasts = [(luminance(track_colour(track)) + 0.05) / 0.05 for track in range(1, PEOPLE + 1)]
    assert min(contrasts) >= AA_TEXT
