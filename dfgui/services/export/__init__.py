"""What may be exported, and the files of an export."""
