"""What is shown: contents of views, colours, curves and sentences."""
