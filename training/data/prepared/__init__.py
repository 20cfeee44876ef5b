"""Prepared videos on disk: their shards and manifest, how they are read, and their faces."""
