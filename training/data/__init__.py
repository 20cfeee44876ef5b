"""Data sets: tables of face pictures and of videos, splits, and videos taken apart into shards of arrays."""
