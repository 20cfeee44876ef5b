"""What the window asks for; QtCore only.

The open evidence, analyses with progress and cancel, playback, notes, settings.
"""
