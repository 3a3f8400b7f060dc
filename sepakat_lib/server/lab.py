"""JupyterLab for analysts: copies of the notebooks, this machine only, nothing outside.

An analyst's Ctrl+S must not change what everybody's report is made of, so that Lab opens
a copy in a folder of the analyst's own.
"""

import hashlib
import os
from pathlib import Path

from sepakat_lib import ROOT
from sepakat_lib.server import ADDRESS, free

PORT = 8888
SETTINGS = ROOT / "sepakat_lib" / "server" / "lab_settings"
ORIGINALS = ROOT / "notebooks"
MARK = "made_from"  # in a copy's metadata: SHA-256 of its original
LINKED = """from sepakat_lib import attachments

attachments.write(chosen, "{module}")  # the files that the links of this page lead to"""


def own_folder() -> Path:
    """Where an analyst's copies stand: SEPAKAT_WORK, else `work`; git leaves it alone."""
    return Path(os.environ.get("SEPAKAT_WORK") or ROOT / "work")


def copy_notebooks(folder: Path) -> list[Path]:
    """Put a copy of each notebook into `folder`; what an analyst wrote there stays.

    A copy ends with a cell that writes the files its links lead to.

    A copy of an earlier original is kept under another name, with eight letters of what
    it was made from, and a copy of today's is put in its place.

    Returns
    -------
    list of Path
        The copies, whether new or not.
    """
    import nbformat

    folder.mkdir(parents=True, exist_ok=True)
    copies = []
    for original in sorted(ORIGINALS.glob("*.ipynb")):
        made_from = hashlib.sha256(original.read_bytes()).hexdigest()
        copy = folder / original.name
        if copy.exists():
            earlier = nbformat.read(copy, as_version=4).metadata.get(MARK, "")
            if earlier != made_from:
                copy.rename(copy.with_stem(f"{copy.stem}-{earlier[:8] or 'own'}"))
        if not copy.exists():
            notebook = nbformat.read(original, as_version=4)
            notebook.metadata[MARK] = made_from
            notebook.cells.append(
                nbformat.v4.new_code_cell(LINKED.format(module=original.stem))
            )
            nbformat.write(notebook, copy)
        copies.append(copy)
    return copies


def lab(port: int | None = None, *, show: bool = True) -> None:
    """Open JupyterLab at a copy of the analysis notebook, until interrupted.

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

    copy_notebooks(own_folder())
    LabApp.launch_instance(arguments(port, show=show))


def arguments(port: int | None, *, show: bool) -> list[str]:
    """What keeps JupyterLab on this machine and off the network, as it is told.

    Told as a command line, since that goes before any configuration file.
    """
    server = {
        "ip": ADDRESS,
        "port": PORT if port is None else free(port),
        "port_retries": 50 if port is None else 0,
        "root_dir": own_folder(),
        "open_browser": show,
        "allow_remote_access": False,
        "allow_root": True,  # containers; the token guards the door
        "jpserver_extensions": "{'voila.server_extension': False}",
    }
    frontend = {
        "default_url": "/lab/tree/analysis.ipynb",
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
