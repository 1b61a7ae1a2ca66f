"""The command line: thin commands, and the only place that prints and exits."""
