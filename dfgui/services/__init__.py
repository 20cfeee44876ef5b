"""What the window asks for: the open evidence, analyses with progress and cancel, playback, notes, settings. QtCore only."""
