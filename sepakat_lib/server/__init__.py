"""Two doors on this machine: Voilà pages for officials, JupyterLab for analysts."""

import socket

from sepakat_lib.refused import Refused

ADDRESS = "127.0.0.1"  # nobody else's machine reaches a door before there is a login


def free(port: int) -> int:
    """Give `port` back if nothing listens there; 0 means any free one.

    Raises
    ------
    Refused
        ``port_taken``.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except (OSError, OverflowError):
            raise Refused("port_taken", port=str(port)) from None
        return probe.getsockname()[1]
