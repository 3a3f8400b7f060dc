"""Voilà for officials: the notebooks as pages, standalone, on this machine only.

Standalone, because as an extension of a full Jupyter server Voilà leaves the whole
Jupyter API open: here neither contents, terminals nor `execute_request` exist.
"""

import asyncio
import os
import time
import webbrowser
from pathlib import Path, PurePosixPath

from jupyter_server.base.handlers import FileFindHandler, JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyterlab_server.themes_handler import ThemesHandler
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from tornado import web
from tornado.ioloop import IOLoop
from traitlets.config import Config
from voila.app import Voila
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import (
    AllowListFileHandler,
    MultiStaticFileHandler,
    TemplateStaticFileHandler,
)
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from sepakat_lib import (
    ROOT,
    attachments,
    modules,
    parameters,
    refused,
    regions,
    rounds,
    speaker,
    words,
)
from sepakat_lib.refused import Refused
from sepakat_lib.reports import page
from sepakat_lib.server import ADDRESS, free, pages

NOTEBOOKS = ROOT / "notebooks"
PORT = 8866
LONGEST = 300  # seconds that the cells of a page may take
LOST = 60  # seconds more until a page is given up that Voilà itself does not end
IDLE = 600  # seconds until a kernel that nobody talks to is ended
KEPT = (
    *(KernelHandler, VoilaKernelWebsocketHandler, VoilaShutdownKernelHandler),
    *(TemplateStaticFileHandler, MultiStaticFileHandler, AllowListFileHandler),
    *(FileFindHandler, ThemesHandler),
)
WIDGET_SCRIPTS = [
    "@voila-dashboards/widgets-manager8",
    "@jupyter-widgets/jupyterlab-manager",
    "anywidget",
]
NEVER_SERVED = (
    *("ipynb", "py", "parquet", "duckdb", "db", "sqlite", "csv", "xlsx", "json"),
    *("dbf", "sav", "dta", "yml", "gpkg", "wal", "log", "env"),
)
OWN_ADDRESS_ONLY = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; "
    f"connect-src 'self' ws://{ADDRESS}:* ws://localhost:*; "
    "form-action 'self'; frame-ancestors 'self'; base-uri 'self'"
)
KINDS = {  # of the files beside a page
    ".csv": "text/csv; charset=UTF-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".html": "text/html; charset=UTF-8",
}
# shows the chooser
ALONE = {"", *(f"language={language}" for language in words.LANGUAGES)}
DONE = "<style>.sepakat .waiting{display:none}</style>"


def serve(
    port: int | None = None, *, show: bool = True, notebooks: Path = NOTEBOOKS
) -> None:
    """Serve the notebooks as pages until interrupted.

    Parameters
    ----------
    port : int, optional
        0 for any free one. Default: 8866, or the next free one.
    show : bool
        Open the first page in a browser.
    notebooks : Path
        Folder of the notebooks.

    Raises
    ------
    Refused
        ``port_taken``, where a port was asked for and is in use.
    """
    here = str(pages.SHARE)
    beside = os.environ.get("JUPYTER_PATH")  # Voilà looks for templates there
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, (here, beside)))
    config = configuration(notebooks)
    if port is not None:
        config.Voila.port, config.Voila.port_retries = free(port), 0
    config.Voila.open_browser = show
    app = Officials(config=config, config_file_paths=[])  # no file may loosen this
    app.initialize([])
    IOLoop.current().add_callback(lambda: print(app.connection_url, flush=True))
    app.start()


def configuration(notebooks: Path) -> Config:
    """Everything that differs from Voilà's defaults."""
    config = Config()
    config.Voila.ip = ADDRESS
    config.Voila.port = PORT
    config.Voila.log_level = "WARN"
    config.Voila.root_dir = str(notebooks)
    # Other names than localhost's are refused: a foreign page cannot rebind to us.
    config.Voila.tornado_settings = {
        "allow_remote_access": False,
        "headers": {"Content-Security-Policy": OWN_ADDRESS_ONLY},
    }
    voila = config.VoilaConfiguration
    voila.template = "sepakat"
    voila.allow_template_override = voila.allow_theme_override = "NO"
    voila.show_tracebacks = True  # it would wipe refusals too; `stopped` shows no trace
    voila.strip_sources = True
    voila.extension_allowlist = WIDGET_SCRIPTS
    voila.file_allowlist = [r".*\.(png|jpg|gif|svg)"]
    voila.file_denylist = [rf".*\.({'|'.join(NEVER_SERVED)})(\..*)?", r"(.*/)?\..*"]
    voila.prelaunch_hook = clothe
    config.VoilaExporter.filters = {
        "answering": answering,
        "prose": prose,
        "stopped": stopped,
    }
    config.VoilaExecutor.timeout_func = remaining
    culling = config.MappingKernelManager
    culling.cull_idle_timeout, culling.cull_interval = IDLE, 60
    culling.cull_connected = True  # a closed lid does not tell that its page is gone
    if os.name == "posix":
        config.KernelManager.transport = "ipc"  # files of this user instead of ports
    return config


class Officials(Voila):
    """Voilà with only the handlers that a page needs, and our own pages."""

    def initialize(self, argv=None):
        """Hand the template what it needs of us."""
        super().initialize(argv)
        ending = set()

        def release(kernel_id: str) -> str:
            """End the kernel of a page without widgets: nothing will ask it again."""
            task = asyncio.ensure_future(
                self.kernel_manager.shutdown_kernel(kernel_id, now=True)
            )
            ending.add(task)
            task.add_done_callback(ending.discard)
            return ""

        self.voila_configuration.config.VoilaConfiguration.resources = {
            "style": page.style(),
            "door_style": pages.door_style(),
            "release": release,
        }

    def init_handlers(self) -> list:
        """Keep what serves pages and widgets; leave tree, contents and login out."""
        kept = [handler for handler in super().init_handlers() if handler[1] in KEPT]
        report = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
            "notebooks": {path.name for path in Path(self.root_dir).glob("*.ipynb")},
        }
        return [
            *kept,
            (r"/voila/render/([^/]+\.(?:csv|xlsx|html))", Attachment),
            (r"/voila/render/(.*)", Report, report),
            (r"/(.*)", Landing),
        ]

    def launch_browser(self):
        """Open the address itself; Voilà's interim page links a style sheet outside."""
        webbrowser.open(self.connection_url)


class OwnPages:
    """Errors as pages of ours: a sentence, the chooser, no trace."""

    def write_error(self, status_code: int, **kwargs):
        """Page of an error."""
        language = pages.language_of(self.request.query)
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        if isinstance(error := kwargs.get("exc_info", (None, None))[1], Refused):
            sentence = speaker.sentence(error, language)
        else:
            key = "door.not_found" if status_code == 404 else "door.failed"
            sentence = words.say(key, language)
        self.finish(pages.plain(language, "door.refused", sentence))

    def chosen(self, module: str):
        """Choices of the address; None after a refusal was sent."""
        query = self.request.query
        try:
            chosen = pages.choices(query, module)
            rounds.refuse_beyond(chosen.year)
            return chosen
        except Refused as error:
            self.set_status(400)
            self.set_header("Content-Type", "text/html; charset=UTF-8")
            self.finish(pages.refused(error, query, module))
            return None


class Landing(OwnPages, JupyterHandler):
    """The chooser by itself; an address with choices leads on to the report."""

    @web.authenticated
    async def get(self, path: str = ""):
        """Show the chooser, or lead on."""
        if path:
            raise web.HTTPError(404)
        query = self.request.query
        if query not in ALONE:
            self.redirect(f"{pages.address(pages.FIRST)}?{query}")
            return
        language = pages.language_of(query)
        sentence = words.say("door.choose", language)
        self.finish(pages.plain(language, "door.title", sentence))


class Report(OwnPages, TornadoVoilaHandler):
    """A notebook as a page, once its address has been checked."""

    def initialize(self, notebooks: set[str], **kwargs):
        """Take the names that may be asked for beside what Voilà wants."""
        super().initialize(**kwargs)
        self.notebooks = notebooks

    @web.authenticated
    async def get(self, path: str = ""):
        """Check the address, then let Voilà run the notebook."""
        if path not in self.notebooks:
            raise web.HTTPError(404)
        if not self.request.query:
            self.redirect("/")
            return
        self.choices = self.chosen(PurePosixPath(path).stem)
        if self.choices:
            try:
                async with asyncio.timeout(LONGEST + LOST):
                    await super().get(path)
            except TimeoutError:  # the template failed, and Voilà waits for its rest
                self.log.exception("given up: %s", self.request.uri)
                self.finish(f"{_stopped(self.choices.language)}{DONE}")


class Attachment(OwnPages, JupyterHandler):
    """A file beside a page: the map is shown, the tables are downloaded."""

    @web.authenticated
    async def get(self, name: str):
        """Send the file as it is made for the choices of the address."""
        module = modules.writer(name)
        if module is None:
            raise web.HTTPError(404)
        chosen = self.chosen(module)
        if not chosen:
            return
        if name not in attachments.names(chosen, module).values():
            raise web.HTTPError(404)
        content = await asyncio.to_thread(attachments.content, chosen, name, module)
        kind = PurePosixPath(name).suffix
        self.set_header("Content-Type", KINDS[kind])
        if kind != ".html":
            first, rest = name.split(".", 1)
            called = f"{first}-{chosen.region}-{chosen.year}.{rest}"
            self.set_header("Content-Disposition", f'attachment; filename="{called}"')
        self.finish(content)


def clothe(handler, notebook, cwd):
    """Give the notebook its choices and words, and the template what stands round it.

    The choices go in as a cell, as papermill writes it: the kernel's environment, where
    Voilà puts the address, is read by nobody.
    """
    chosen = handler.choices
    notebook = _with_choices(notebook, chosen)
    language = chosen.language
    module = PurePosixPath(handler.request.path).stem
    until = time.monotonic() + LONGEST
    for cell in notebook.cells:
        cell.metadata["until"] = until
        if cell.cell_type == "markdown":
            cell.source = words.translate_markdown(cell.source, language)
    notebook.metadata["sepakat"] = {
        "language": language,
        "title": words.say(
            f"module.{module}.title",
            language,
            place=regions.name(chosen.region),
            year=chosen.year,
        ),
        "query": handler.request.query,
        "skip": words.say("page.skip", language),
        "waiting": words.say("door.waiting", language),
        "notice": pages.notice(chosen),
        "chooser": str(pages.chooser(language, chosen, module)),
        "stopped": _stopped(language),
        "done": DONE,
    }
    return notebook


def _with_choices(notebook, chosen):
    """Notebook with a cell of the checked choices behind its cell of parameters."""
    given = parameters.of_notebook(notebook, chosen)
    if not given:  # it has no such cell
        return notebook
    return parameterize_notebook(load_notebook_node(notebook), given)


def remaining(cell) -> float:
    """Seconds that a cell may still take; the whole page has `LONGEST`."""
    return max(cell.metadata["until"] - time.monotonic(), 0.1)


def _stopped(language: str) -> str:
    """Banner in place of what failed."""
    sentence = words.say("door.cell_failed", language)
    return str(page.stopped(sentence, language=language))


def stopped(output, settings) -> str:
    """Banner in place of a cell that failed: of a refusal why, of all else nothing."""
    error = refused.of_kernel(output["ename"], output["evalue"])
    if error is None:
        return settings["stopped"]
    sentence = speaker.sentence(error, settings["language"])
    return str(page.stopped(sentence, language=settings["language"]))


def answering(record: dict, query: str) -> str:
    """HTML of a block whose links lead to this door, with the map in its place."""
    return page.rendered(
        page.read(record),
        with_style=False,  # the frame of the page has it
        address=lambda name: f"{name}?{query}",
        moves_maps=True,
    )


def prose(source: str) -> str:
    r"""Markdown as HTML, without the anchors that nbconvert adds to headings.

    >>> prose("## Yang belum kita ketahui")
    '<h2>Yang belum kita ketahui</h2>\n'
    """
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return MarkdownWithMath(renderer=renderer).render(source)
