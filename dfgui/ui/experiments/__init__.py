"""The window of the training experiments: what to run, how it goes, and what came out."""
