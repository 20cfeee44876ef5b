"""Finding, checking and following faces, and the one cut that a network is given."""
