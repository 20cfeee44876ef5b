"""What several experiments share: benches that fit arms, bootstraps, and results in words."""
