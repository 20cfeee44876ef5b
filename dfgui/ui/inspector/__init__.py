"""The right column of the window: the verdict, and all that is known of file, frame, face and sound."""
