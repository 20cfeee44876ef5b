"""What keeps a worker from doing harm: an isolation provider for each system, and its parts."""
