"""Captures made by others (tcpdump, Wireshark): read packet by packet, put together to associations."""
