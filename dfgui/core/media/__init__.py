"""A file as frames and sound: video and its decoding, colour, facts, and whether it changed."""
