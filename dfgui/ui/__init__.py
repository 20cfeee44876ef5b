"""The window: widgets that show and forward, and compute nothing."""
