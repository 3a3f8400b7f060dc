"""Two doors on this machine: Voilà pages for officials, JupyterLab for analysts."""

import socket

ADDRESS = "127.0.0.1"  # nobody else's machine reaches a door before there is a login


class PortTaken(OSError):
    """Another program listens where a door was to open."""


def free(port: int) -> int:
    """Give `port` back if nothing listens there; 0 means any free one.

    Raises
    ------
    PortTaken
        With what to do.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except (OSError, OverflowError) as error:
            raise PortTaken(
                f"port {port} of this machine cannot be used ({error}); close the "
                f"other program, or choose another port with --port"
            ) from None
        return probe.getsockname()[1]
