"""JupyterLab for analysts: the same notebooks, this machine only, nothing outside."""

import os

from sepakat_lib import ROOT
from sepakat_lib.server import ADDRESS, free

PORT = 8888
SETTINGS = ROOT / "sepakat_lib" / "server" / "lab_settings"


def lab(port: int | None = None, *, show: bool = True) -> None:
    """Open JupyterLab at the analysis notebook, until interrupted.

    Parameters
    ----------
    port : int, optional
        0 for any free one. Default: 8888, or the next free one.
    show : bool
        Open it in a browser; the address printed carries the token either way.

    Raises
    ------
    Refused
        ``port_taken``, where a port was asked for and is in use.
    """
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(arguments(port, show=show))


def arguments(port: int | None, *, show: bool) -> list[str]:
    """What keeps JupyterLab on this machine and off the network, as it is told.

    Told as a command line, since that goes before any configuration file.
    """
    server = {
        "ip": ADDRESS,
        "port": PORT if port is None else free(port),
        "port_retries": 50 if port is None else 0,
        "root_dir": ROOT,
        "open_browser": show,
        "allow_remote_access": False,
        "allow_root": True,  # containers; the token guards the door
        "jpserver_extensions": "{'voila.server_extension': False}",
    }
    frontend = {
        "default_url": "/lab/tree/notebooks/analysis.ipynb",
        "app_settings_dir": SETTINGS,  # overrides.json: no news, no update checks
        "extension_manager": "readonly",
        "news_url": None,
        "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    private = ["--KernelManager.transport=ipc"] if os.name == "posix" else []
    return [
        *private,
        *(f"--ServerApp.{name}={value}" for name, value in server.items()),
        *(f"--LabApp.{name}={value}" for name, value in frontend.items()),
    ]
