"""Colours, icons and small widgets that every part uses."""
