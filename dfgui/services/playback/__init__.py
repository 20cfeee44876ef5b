"""Play frames and sound, in step."""
