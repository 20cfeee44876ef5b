"""The container of a video: its guarded opening, packets and their index, time stamps, boxes."""
