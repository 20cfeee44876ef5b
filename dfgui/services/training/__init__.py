"""The training program, its runs and the model packages it makes."""
