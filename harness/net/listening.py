"""Why a listener of ours does not come to stand, in words that say what to do."""

from __future__ import annotations

import errno

_FIRST_UNPRIVILEGED_PORT = 1024


def listening_failure(error: OSError, port: int) -> str:
    """What kept us from listening on a port, and the remedy where there is one."""
    text = error.strerror or str(error)
    if error.filename is not None:
        return text  # What else it takes to start, and not the port.
    if error.errno == errno.EACCES and 0 < port < _FIRST_UNPRIVILEGED_PORT:
        allowed = f"have it allowed (`sysctl net.ipv4.ip_unprivileged_port_start={port}`)"
        return f"{text}: ports below {_FIRST_UNPRIVILEGED_PORT} need a privilege; use one above, or {allowed}"
    advice = _ADVICE.get(error.errno or 0)
    return f"{text}: {advice}" if advice else text


_ADVICE = {
    errno.EADDRINUSE: "another program has this port; `ss -ltnp` says which",
    errno.EADDRNOTAVAIL: "no interface of this machine has this address",
}
