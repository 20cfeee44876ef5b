"""A file as frames and sound: packets, decoding, stills, colour, facts, and whether it changed."""
