"""dfgui: was a face in this video replaced? The desktop application and its command line."""

__version__ = "0.1.0"
