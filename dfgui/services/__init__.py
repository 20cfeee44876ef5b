"""What the window asks for; QtCore only.

That is the open evidence, analyses with progress and cancel, playback, notes and settings.
"""
