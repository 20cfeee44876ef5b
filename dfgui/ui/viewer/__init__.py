"""The three linked views of a frame."""
