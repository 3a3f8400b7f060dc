"""Voilà for officials: the notebooks as pages, standalone, on this machine only.

Standalone, because as an extension of a full Jupyter server Voilà leaves the whole
Jupyter API open: here neither contents, terminals nor `execute_request` exist.
"""

import asyncio
import contextlib
import html
import os
import re
import time
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import FileFindHandler, JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyterlab_server.themes_handler import ThemesHandler
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from tornado import web
from tornado.ioloop import IOLoop
from traitlets.config import Config
from voila.app import Voila
from voila.notebook_renderer import NotebookRenderer
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import (
    AllowListFileHandler,
    MultiStaticFileHandler,
    TemplateStaticFileHandler,
)
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.utils import get_page_config

from sepakat_lib import (
    ROOT,
    attachments,
    modules,
    parameters,
    speaker,
    words,
)
from sepakat_lib.batch import one
from sepakat_lib.refused import Refused
from sepakat_lib.server import ADDRESS, cells, free, gate, holdings, made, pages
from sepakat_lib.server.line import Line

NOTEBOOKS = ROOT / "notebooks"
PORT = 8866
LONGEST = 300  # seconds that the cells of a page may take
LOST = 60  # seconds more until a page is given up whose cells do not end it
AT_ONCE = 3  # pages that are made at a time; each has a kernel
WAITING = 40  # visitors that may wait for their turn
CONNECTIONS = 300  # open ones; a browser holds up to six
ASKING = 20  # seconds that a request may take to come in, or a connection be idle
READING = 60  # seconds that a part of an answer may lie unread
PAGES = ThreadPoolExecutor(2)  # for what needs no kernel; more would only share a core
FILES = ThreadPoolExecutor(2)  # for tables and maps, which take longer and more memory
HTML = "text/html; charset=UTF-8"
IDLE = 600  # seconds until a kernel that nobody talks to is ended
EDITORS = (
    40  # pages with an editor that are open; each holds a kernel, others only show
)
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
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".zip": "application/zip",
    ".html": HTML,
}
FILE = rf"/voila/render/([^/]+(?:{'|'.join(map(re.escape, KINDS))}))"
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
    os.environ["SEPAKAT_DOOR"] = "officials"  # kernels: who writes is not this machine
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
    voila.prelaunch_hook = clothe
    voila.extension_allowlist = WIDGET_SCRIPTS
    voila.file_allowlist = [r".*\.(png|jpg|gif|svg)"]
    voila.file_denylist = [rf".*\.({'|'.join(NEVER_SERVED)})(\..*)?", r"(.*/)?\..*"]
    config.VoilaExporter.filters = cells.FILTERS
    config.VoilaExecutor.timeout_func = remaining
    culling = config.MappingKernelManager
    culling.cull_idle_timeout, culling.cull_interval = IDLE, 60
    culling.cull_connected = True  # a closed lid does not tell that its page is gone
    if os.name == "posix":
        config.KernelManager.transport = "ipc"  # files of this user instead of ports
    return config


class Officials(Voila):
    """Voilà with only the handlers that a page needs, and our own pages."""

    def init_handlers(self) -> list:
        """Keep what serves pages and widgets; leave tree, contents and login out."""
        kept = [handler for handler in super().init_handlers() if handler[1] in KEPT]
        report = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
            "line": Line(AT_ONCE, WAITING),
            "notebooks": {path.name for path in Path(self.root_dir).glob("*.ipynb")},
        }
        return [
            (gate.Foreign(), Refusal),
            *kept,
            (FILE, Attachment),
            (r"/voila/render/(.*)", Report, report),
            (r"/(.*)", Landing),
        ]

    def listen(self):
        """Listen, with bounds on connections."""
        bounds = {"connections": CONNECTIONS, "asking": ASKING, "reading": READING}
        server = gate.Gate(self.app, **bounds)
        self.app.listen = server.listen  # which Voilà calls
        super().listen()

    def launch_browser(self):
        """Open the address itself; Voilà's interim page links a style sheet outside."""
        webbrowser.open(self.connection_url)


def beside(pool: ThreadPoolExecutor, work, *arguments) -> asyncio.Future:
    """Do what takes a while beside the loop that serves everybody."""
    return asyncio.get_running_loop().run_in_executor(pool, work, *arguments)


class OwnPages:
    """Errors as pages of ours: a sentence, the chooser, no trace."""

    def write_error(self, status_code: int, **kwargs):
        """Page of an error."""
        language = pages.language_of(self.request.query)
        self.set_header("Content-Type", HTML)
        if isinstance(error := kwargs.get("exc_info", (None, None))[1], Refused):
            sentence = speaker.sentence(error, language)
        else:
            key = "door.not_found" if status_code == 404 else "door.failed"
            sentence = words.say(key, language)
        self.finish(pages.plain(language, "door.refused", sentence))

    async def chosen(self, module: str):
        """Choices of the address; None after a refusal was sent."""
        query = self.request.query
        try:
            return await beside(PAGES, _checked, query, module)
        except Refused as error:
            self.set_status(400)
            self.set_header("Content-Type", HTML)
            self.finish(pages.refused(error, query, module))
            return None


def _checked(query: str, module: str):
    chosen = pages.choices(query, module)
    holdings.refuse_beyond(chosen.year)
    return chosen


class Refusal(OwnPages, JupyterHandler):
    """Whatever a page of another site asks for."""

    async def prepare(self):
        """Refuse before anything is read or started."""
        uri = self.request.uri
        again = uri if uri.startswith("/voila/render/") else "/"
        self.set_status(403)
        self.set_header("Content-Type", HTML)
        self.finish(pages.foreign(pages.language_of(self.request.query), again))


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
    """A notebook as a page: as a batch has made it, else run now, a few at a time.

    Nothing waits for a visitor who reads slowly: what is written to him is kept in
    memory, so that his turn and his kernel end with the last cell.
    """

    def initialize(self, notebooks: set[str], line: Line, **kwargs):
        """Take the names that may be asked for, and the line, beside what Voilà wants."""
        super().initialize(**kwargs)
        self.notebooks, self.line = notebooks, line
        self.kernel = self.ending = None
        self.gone, self.told, self.lives = False, 0, True

    @web.authenticated
    async def get(self, path: str = ""):
        """Check the address; show the page that stands, or one that is made in turn."""
        if path not in self.notebooks:
            raise web.HTTPError(404)
        query, module = self.request.query, PurePosixPath(path).stem
        if not query:
            self.redirect("/")
            return
        self.choices = await self.chosen(module)
        self.named = module
        if not self.choices:
            return
        self.set_header("Content-Type", HTML)
        self.set_header("Cache-Control", "no-store")
        editor = modules.of(module).editor
        if editor:
            _ = self.xsrf_token  # a cookie, without which its farewell is refused
        if not pages.is_live(query):
            stands = await beside(PAGES, made.page, self.choices, module, query)
            if stands:
                self.finish(stands)
                return
        opening = await beside(PAGES, pages.opening, self.choices, module)
        if self.gone:
            return
        if not self.line.join(self):
            self._turn_away()
            return
        try:
            self._send(f'{opening}<div class="waiting" role="status">')
            await self._wait()
            if not self.gone:
                if editor and len(self.kernel_manager.list_kernel_ids()) >= EDITORS:
                    self.lives = False
                await self._draw(path)
        finally:
            self.line.leave(self)

    def _turn_away(self):
        language = self.choices.language
        sentence = words.say("door.full", language, waiting=self.line.waiting)
        self.set_status(503)
        self.set_header("Retry-After", "60")
        self.finish(pages.plain(language, "door.full_title", sentence))

    def on_connection_close(self):
        """Leave the line, or end the kernel: nobody will see the page."""
        super().on_connection_close()
        self.gone = True
        if self.kernel:
            self._end_kernel()
        elif self.line.before(self):
            self.line.leave(self)

    def _send(self, text: str):
        self.write(text)
        self.flush()

    def _tell(self, key: str, **fields):
        """A line about what happens; each hides the one before.

        By a style of its own: `:last-child` matches nothing while a page still comes in.
        """
        sentence = words.say(key, self.choices.language, **fields)
        hidden = f"<style>.told-{self.told}{{display:none}}</style>"
        self.told += 1
        self._send(f'{hidden}<p class="told-{self.told}">{html.escape(sentence)}</p>\n')

    async def _wait(self):
        """Tell who waits how many are before him, each time that somebody leaves."""
        while not self.gone and (before := self.line.before(self)):
            self._tell("door.queue", before=before, at_once=self.line.at_once)
            await self.line.moved()

    async def _draw(self, path: str):
        """Send the rest of the page while its cells run; what fails is told in it."""
        self._tell("door.waiting")
        self._send("</div>")
        try:
            async with asyncio.timeout(LONGEST + LOST):
                if notice := await beside(PAGES, pages.notice, self.choices):
                    self._send(f'<p class="notice">{html.escape(notice)}</p>')
                if not self.lives:
                    full = words.say("door.editors_full", self.choices.language)
                    self._send(f'<p class="notice">{html.escape(full)}</p>')
                await self._run(path)
        except Exception as error:
            if self.gone:
                return
            self.log.exception("given up: %s", self.request.uri)
            why = error if isinstance(error, Refused) else None
            self._send(f"{cells.banner(self.choices.language, why)}{DONE}")

    async def _run(self, path: str):
        """Start a kernel and send each cell's output; only a widget keeps the kernel."""
        kept = []

        def keep(kernel: str) -> str:
            kept.append(kernel)
            return ""

        renderer = self._renderer(path)
        await renderer.initialize(template=None, theme=None)
        renderer.resources["keep"] = keep
        manager = self.kernel_manager
        name = renderer.notebook.metadata.kernelspec.name
        try:
            self.kernel = await ensure_async(
                manager.start_kernel(kernel_name=name, path="")
            )
            if (
                self.gone
            ):  # while it started; the first text comes with the first output
                return
            parts = renderer.generate_content_generator(
                self.kernel, manager.get_kernel(self.kernel)
            )
            async with contextlib.aclosing(parts):
                async for text, _ in parts:
                    if self.gone:
                        return
                    self._send(text)
        finally:
            executor = getattr(renderer, "executor", None)
            if executor and executor.kc:
                executor.kc.stop_channels()
            if self.kernel and (self.gone or not kept):
                await self._end_kernel()

    def _renderer(self, path: str) -> NotebookRenderer:
        of_page = {
            "base_url": self.base_url,
            "settings": self.settings,
            "log": self.log,
            "voila_configuration": self.voila_configuration,
        }
        return NotebookRenderer(
            request_handler=self,
            voila_configuration=self.voila_configuration,
            traitlet_config=self.traitlet_config,
            notebook_path=path,
            template_paths=self.template_paths,
            config_manager=self.config_manager,
            contents_manager=self.contents_manager,
            base_url=self.base_url,
            kernel_spec_manager=self.kernel_spec_manager,
            page_config=get_page_config(**of_page),
            mathjax_config=self.settings.get("mathjax_config"),
            mathjax_url=self.settings.get("mathjax_url"),
        )

    def _end_kernel(self) -> asyncio.Future:
        """End the kernel once, however many ask for it."""
        if self.ending is None:
            self.ending = asyncio.ensure_future(
                self.kernel_manager.shutdown_kernel(self.kernel, now=True)
            )
        return self.ending


class Attachment(OwnPages, JupyterHandler):
    """A file beside a page: the map is shown, the tables are downloaded."""

    @web.authenticated
    async def get(self, name: str):
        """Send the file: as it stands beside a page, else made for the choices."""
        module = modules.writer(name)
        if module is None:
            raise web.HTTPError(404)
        chosen = await self.chosen(module)
        if not chosen:
            return
        try:
            content = await beside(FILES, self._content, chosen, module, name)
        except Refused as error:
            self.set_status(404)
            self.set_header("Content-Type", HTML)
            self.finish(pages.refused(error, self.request.query, module))
            return
        if content is None:
            raise web.HTTPError(404)
        kind = PurePosixPath(name).suffix
        self.set_header("Content-Type", KINDS[kind])
        if kind != ".html":
            called = saved_as(chosen, module, name)
            self.set_header("Content-Disposition", f'attachment; filename="{called}"')
        self.finish(content)

    def _content(self, chosen, module: str, name: str) -> bytes | None:
        if name not in attachments.names(chosen, module).values():
            return None
        live = pages.is_live(self.request.query)
        stands = None if live else made.file(chosen, module, name)
        if stands or not modules.is_document(name):
            return stands or attachments.content(chosen, name, module)
        notebook = None if live else made.notebook(chosen, module)
        if notebook is None:
            raise Refused("page_not_made", how=_documents(chosen, module))
        return attachments.as_document(chosen, name, notebook)


def _documents(chosen, module: str) -> str:
    """How the documents of a page come to be that a kernel makes now."""
    return one.how_to_make(chosen, module, modules.DOCUMENTS)


def saved_as(chosen, module: str, name: str) -> str:
    """Name of a file that is taken along: of which place and year it is.

    The year is that of the plan where the file is of a plan.

    >>> run = modules.Plan(region="3501", year=2023)
    >>> saved_as(run, "budgeting", "budget.xlsx"), saved_as(run, "analysis", "a.en.csv")
    ('budget-3501-2025.xlsx', 'a-3501-2023.en.csv')
    """
    first, rest = name.split(".", 1)
    by = [file.by for file in modules.of(module).beside.values()]
    planned = any("plan_year" in choices for choices in by)
    year = chosen.plan_year if planned else chosen.year
    return f"{first}-{chosen.region}-{year}.{rest}"


def clothe(handler, notebook, cwd):
    """Give the notebook its choices and words, and the template what stands round it.

    The choices go in as a cell, as papermill writes it: the kernel's environment, where
    Voilà puts the address, is read by nobody.
    """
    chosen = handler.choices
    notebook = _with_choices(notebook, chosen)
    language = chosen.language
    until = time.monotonic() + LONGEST
    for cell in notebook.cells:
        cell.metadata["until"] = until
        if cell.cell_type == "markdown":
            cell.source = words.translate_markdown(cell.source, language)
    notebook.metadata["sepakat"] = {
        "language": language,
        "query": handler.request.query,
        "done": DONE,
        "lives": handler.lives,
        "lacking": _documents(chosen, handler.named),
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
