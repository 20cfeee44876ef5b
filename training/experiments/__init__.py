"""One file an experiment; its docstring names what it reproduces and its command."""
