"""The main window: its parts, menus and actions, and what connects them with the services."""
