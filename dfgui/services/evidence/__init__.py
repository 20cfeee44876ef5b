"""The open files: their scans, pictures, facts and notes, and what is chosen in them."""
