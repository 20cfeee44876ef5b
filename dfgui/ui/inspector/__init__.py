"""The right column of the window: the verdict, and all facts on file, frame, face and sound."""
