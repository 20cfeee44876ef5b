"""A model package: card and hashes, the engine that runs it, and the score."""
