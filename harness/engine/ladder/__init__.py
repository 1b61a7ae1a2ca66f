"""The active ladder: climbs from the name of a peer to its services, and stops at the first rung that does not hold."""
