"""How a peer comes to be there: already running, a process, a container, or the reference SCP."""
