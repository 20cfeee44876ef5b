"""The list of opened files."""
