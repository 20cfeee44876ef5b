"""Dialogs, and the windows for help, keys and the model."""
