"""JupyterLab for analysts: the same notebooks, this machine only, nothing outside."""

from jupyterlab.labapp import LabApp
from traitlets.config import Config

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
    server.PortTaken
        Where a port was asked for and is in use.
    """
    config = configuration()
    if port is not None:
        config.ServerApp.port, config.ServerApp.port_retries = free(port), 0
    config.ServerApp.open_browser = show
    LabApp.launch_instance(argv=[], config=config)


def configuration() -> Config:
    """What keeps JupyterLab on this machine and off the network."""
    config = Config()
    server = config.ServerApp
    server.ip, server.port = ADDRESS, PORT
    server.root_dir = str(ROOT)
    server.allow_remote_access = False
    config.LabApp.default_url = "/lab/tree/notebooks/analysis.ipynb"
    config.LabApp.app_settings_dir = str(SETTINGS)
    config.LabApp.extension_manager = "readonly"
    config.LabApp.news_url = None
    config.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
    return config
