"""One service at once, from the terminal: each command is a scenario of one step."""
