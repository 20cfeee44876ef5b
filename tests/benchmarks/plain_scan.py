"""The plain way to score a video: prints the number of faces.

Usage: `python plain_scan.py CLIP NETWORK.keras FRAMES`.
"""

import sys
from typing import Any

import cv2
import cv2.data
import keras
import numpy as np


def wanted_frames(path: str, count: int) -> list[Any]:
    """Decode every frame in turn and keep evenly spaced ones."""
    video = cv2.VideoCapture(path)
    total = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    wanted = {int(index) for index in np.linspace(0, total - 1, count)}
    kept = []
    for index in range(total):
        found, frame = video.read()
        if found and index in wanted:
            kept.append(frame)
    return kept


def main(path: str, network: str, count: str) -> None:
    """Score every face of every wanted frame with one network call each."""
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    model = keras.models.load_model(network, compile=False)
    side = model.input_shape[1]
    scores = []
    for frame in wanted_frames(path, int(count)):
        for x, y, w, h in cascade.detectMultiScale(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)):
            face = cv2.cvtColor(
                cv2.resize(frame[y : y + h, x : x + w], (side, side)), cv2.COLOR_BGR2RGB
            )
            scores.append(float(model.predict(face[None], verbose=0)[0, 0]))
    print(len(scores))


if __name__ == "__main__":
    main(*sys.argv[1:])
