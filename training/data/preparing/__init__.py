"""Preparing a data set: worker processes that take frames and faces out of videos, into shards."""
