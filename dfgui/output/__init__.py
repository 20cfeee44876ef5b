"""What the program writes: places, tables, pictures and arrays."""
