"""Data sets: tables of face pictures and of videos, splits, and shards of arrays from videos."""
