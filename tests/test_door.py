"""The officials' door under many, slow, foreign and vanishing visitors."""

import contextlib
import socket
import threading
import time
from urllib.parse import urlsplit

import psutil
import pytest
from doors_fixture import PATIENCE, ask, serving_cells, visit

from sepakat_lib import batch, parameters, warehouse, words
from sepakat_lib.server import holdings, made, officials, pages
from sepakat_lib.server.line import Line

PAGE = "voila/render/analysis.ipynb"
PACITAN = "region=3501&year=2023&live=1"
HOLD = """
import pathlib, time
here = pathlib.Path({folder!r})
(here / "begun").open("a").write("x")
while not (here / "go").exists():
    time.sleep(0.05)
if (here / "large").exists():
    print("x" * {large})
print("cells are " + "done")"""
LARGE = 20_000_000  # bytes; more than a socket holds that nobody reads
AT_ONCE, WAITING, CONNECTIONS = 1, 2, 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the cells of the held page look whether they may go on."""
    return tmp_path_factory.mktemp("door")


@pytest.fixture(scope="module")
def serving(folder):
    """Address of a door with one page at a time, and its process."""
    patched = {"AT_ONCE": AT_ONCE, "WAITING": WAITING, "CONNECTIONS": CONNECTIONS}
    patched |= {"ASKING": 2, "READING": 2}
    with serving_cells(
        folder, HOLD.format(folder=str(folder), large=LARGE), **patched
    ) as opened:
        yield opened


@pytest.fixture
def door(serving, folder):
    """The door, with its pages held until `release`; empty before and after."""
    address, process = serving
    (folder / "go").unlink(missing_ok=True)
    (folder / "begun").unlink(missing_ok=True)
    yield address
    (folder / "go").touch()
    until(lambda: not kernels(process))


def until(come):
    """Wait for what another process does."""
    deadline = time.monotonic() + PATIENCE
    while not (found := come()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def kernels(process):
    found = []
    for each in psutil.Process(process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it has just ended
            if "ipykernel_launcher" in each.cmdline():
                found.append(each)
    return found


def begun(folder):
    return len((folder / "begun").read_text()) if (folder / "begun").exists() else 0


class Visitor:
    """A browser's connection that reads only when it is told to."""

    def __init__(self, address, query=PACITAN, send=None, **headers):
        self.host = urlsplit(address)
        self.socket = socket.create_connection((self.host.hostname, self.host.port))
        self.socket.settimeout(PATIENCE)
        self.got = b""
        lines = [f"GET /{PAGE}?{query} HTTP/1.1", f"Host: {self.host.netloc}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        asked = "\r\n".join([*lines, "", ""]).encode()
        self.socket.sendall(asked if send is None else asked[:send])

    def until(self, text):
        """Read until a text has come; what has come by then."""
        while text.encode() not in self.got:
            part = self.socket.recv(65536)
            assert part, f"closed before {text!r}: {self.got[-300:]}"
            self.got += part
        return self.got.decode(errors="replace")

    def is_closed(self):
        """Whether the door closes the connection in the end."""
        with contextlib.suppress(ConnectionError):
            while part := self.socket.recv(65536):
                self.got += part
        return True

    def go(self):
        self.socket.close()


def told(before):
    return words.say("door.queue", "id", before=before, at_once=AT_ONCE)


def test_who_waits_is_told_how_many_are_before_him_and_then_gets_his_page(
    door, serving, folder
):
    first = Visitor(door)
    first.until(words.say("door.waiting", "id"))
    second = Visitor(door)
    second.until(told(1))
    third = Visitor(door)
    third.until(told(2))
    until(lambda: begun(folder) == 1)
    assert len(kernels(serving[1])) == AT_ONCE
    second.go()
    third.until(told(1))
    (folder / "go").touch()
    for each in (first, third):
        assert each.until("</html>").count("cells are done") == 1
    assert begun(folder) == 2
    first.go()
    third.go()


def test_a_browser_shows_the_newest_line_alone_while_the_page_comes_in(door, browser):
    first = Visitor(door)
    first.until(words.say("door.waiting", "id"))
    second = Visitor(door)
    second.until(told(1))
    with visit(browser) as (page, outside, said):
        page.goto(f"{door}{PAGE}?{PACITAN}", wait_until="commit")
        page.get_by_text(told(2)).wait_for()
        second.go()
        page.get_by_text(told(1)).wait_for()
        assert page.inner_text(".waiting").strip() == told(1)
        assert outside == [] and said == []
    first.go()


def test_a_line_that_is_full_turns_away_with_a_sentence(door, folder):
    inside = [Visitor(door)]
    inside[0].until(words.say("door.waiting", "id"))
    for before in range(1, WAITING + 1):
        inside.append(Visitor(door))
        inside[-1].until(told(before))
    status, page = ask(f"{door}{PAGE}?{PACITAN}")
    assert status == 503
    assert words.say("door.full", "id", waiting=WAITING) in page
    (folder / "go").touch()
    for each in inside:
        assert "cells are done" in each.until("</html>")
        each.go()


def test_who_closes_the_page_while_cells_run_gives_his_turn_on(door, serving, folder):
    first = Visitor(door)
    until(lambda: begun(folder) == 1)
    (kernel,) = kernels(serving[1])
    second = Visitor(door)
    second.until(told(1))
    first.go()
    until(lambda: not kernel.is_running())
    until(lambda: begun(folder) == 2)
    (folder / "go").touch()
    assert "cells are done" in second.until("</html>")
    until(lambda: not kernels(serving[1]))
    second.go()


def test_who_closes_the_page_while_his_kernel_starts_runs_no_cell(door, folder):
    first = Visitor(door)
    first.until(words.say("door.waiting", "id"))
    first.go()
    second = Visitor(door)
    until(lambda: begun(folder))
    (folder / "go").touch()
    assert "cells are done" in second.until("</html>")
    assert begun(folder) == 1
    second.go()


def test_a_page_that_is_drawn_keeps_neither_kernel_nor_turn_though_nobody_reads_it(
    door, serving, folder
):
    (folder / "go").touch()
    unread = Visitor(door)
    until(lambda: begun(folder) == 1)
    until(lambda: not kernels(serving[1]))
    status, page = ask(f"{door}{PAGE}?{PACITAN}")
    assert status == 200 and "cells are done" in page
    unread.go()


def test_who_does_not_read_is_closed_in_the_end(door, serving, folder):
    (folder / "large").touch()
    (folder / "go").touch()
    unread = Visitor(door)
    until(lambda: begun(folder) == 1)
    until(lambda: not kernels(serving[1]))
    (folder / "large").unlink()
    server = psutil.Process(serving[1].pid)
    mine = unread.socket.getsockname()[1]
    until(
        lambda: all(c.raddr.port != mine for c in server.net_connections() if c.raddr)
    )
    assert unread.is_closed() and len(unread.got) < LARGE


def test_a_request_that_comes_byte_by_byte_is_closed(door, serving):
    slow = Visitor(door, send=40)
    dripping = threading.Thread(target=drip, args=(slow,))
    dripping.start()
    assert slow.is_closed() and slow.got == b""
    dripping.join()
    assert not kernels(serving[1])


def drip(visitor):
    with contextlib.suppress(OSError):
        for _ in range(PATIENCE):
            visitor.socket.sendall(b"x")
            time.sleep(0.3)


def test_only_so_many_connections_are_open(door):
    address = urlsplit(door)
    place = (address.hostname, address.port)
    idle = [socket.create_connection(place) for _ in range(CONNECTIONS + 10)]
    closed = 0
    for each in idle:
        each.settimeout(0.3)
        try:
            closed += each.recv(1) == b""
        except TimeoutError:
            break  # it stays open, and so do those before it
        except ConnectionError:
            closed += 1
    assert closed == 0
    idle[-1].settimeout(PATIENCE)
    with contextlib.suppress(ConnectionError):
        assert idle[-1].recv(1) == b""
    for each in idle:
        each.close()
    until(lambda: ask(door)[0] == 200)


OWN, OTHER = "http://{host}", "http://127.0.0.1:1"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},  # another port of this machine
        {"Origin": "https://evil.example"},
        {"Origin": "null"},  # a file, or a sandboxed frame
        {"Origin": OTHER},
        {"Referer": "https://evil.example/page"},
        {"Referer": f"{OTHER}/page"},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "path",
    [
        f"{PAGE}?{PACITAN}",
        "voila/render/estimates.csv?region=3501&year=2023",
        "voila/render/map.html?region=3501&year=2023",
        "api/kernels/00000000-0000-0000-0000-000000000000/channels",
        "",
    ],
    ids=["page", "table", "map", "websocket", "chooser"],
)
def test_another_site_gets_a_refusal_and_starts_nothing(door, serving, headers, path):
    if path.endswith("channels"):
        headers = headers | {
            **{"Upgrade": "websocket", "Connection": "Upgrade"},
            **{"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x" * 22 + "=="},
        }
    status, page = ask(door + path, **headers)
    assert status == 403 and words.say("door.foreign", "id") in page
    assert "<script" not in page and not kernels(serving[1])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Referer": f"{OWN}/voila/render/x"},
        {"Origin": OWN},
    ],
    ids=str,
)
def test_who_types_the_address_or_comes_from_our_own_page_gets_in(door, headers):
    host = urlsplit(door).netloc
    own = {name: value.format(host=host) for name, value in headers.items()}
    assert ask(door, **own)[0] == 200


def test_the_refusal_leads_on_to_our_own_address_alone(door):
    foreign = {"Sec-Fetch-Site": "cross-site"}
    page = ask(f"{door}{PAGE}?{PACITAN}", **foreign)[1]
    assert f'href="/{PAGE}?{PACITAN.replace("&", "&amp;")}"' in page
    assert "evil" not in ask(f"{door}/evil.example", **foreign)[1]


def test_a_line_serves_in_the_order_of_coming():
    line = Line(at_once=2, waiting=2)
    assert [line.join(name) for name in "abcde"] == [True] * 4 + [False]
    assert [line.before(name) for name in "abcde"] == [0, 0, 2, 3, 0]
    line.leave("b")
    line.leave("b")  # again, which is no error
    assert [line.before(name) for name in "acd"] == [0, 0, 2]
    assert line.join("e") and line.before("e") == 3


@pytest.mark.parametrize(
    ("query", "told"),
    [("live=2", "wrong_choice"), ("live=", "wrong_choice")],
)
def test_live_is_one_or_not_there(query, told):
    with pytest.raises(pages.Refused, match=told):
        pages.choices(f"region=3501&year=2023&{query}")


def test_live_stands_beside_the_choices_and_is_none_of_them():
    plain = pages.choices("region=3501&year=2023")
    assert pages.choices("live=1&region=3501&year=2023") == plain
    with pytest.raises(pages.Refused, match="repeated_choice"):
        pages.choices("region=3501&year=2023&live=1&live=1")


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    """A page of official figures alone that a batch has made, and a door that shows it."""
    folder = tmp_path_factory.mktemp("made")
    place = {"SEPAKAT_DATA": str(folder / "data")}
    place["SEPAKAT_OUTPUTS"] = str(folder / "outputs")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in place.items():
            patch.setenv(name, value)
        chosen = parameters.resolve(region="3501", year=2016)
        paths = batch.run(chosen, formats=["csv", "xlsx", "map"])
        yield chosen, paths


QUERY = "region=3501&year=2016"


def test_a_page_that_a_batch_made_is_shown_with_this_doors_addresses(standing):
    chosen, paths = standing
    page = made.page(chosen, "analysis", QUERY)
    shown = paths["html"].read_text("utf-8")
    title = shown.split("<h1>")[1].split("</h1>")[0]
    assert page.count(f"<h1>{title}</h1>") == 1 and page.rstrip().endswith("</html>")
    assert '<form class="chooser"' in page and "<script" not in page
    links = QUERY.replace("&", "&amp;")
    assert f'href="?{links}&amp;live=1"' in page
    assert f'href="estimates.csv?{links}"' in page
    assert 'href="estimates.csv"' not in page and 'src="map.html"' not in page
    day = words.date(made.datetime.date.today(), "id")
    assert words.say("door.made", "id", date=day) in page


def test_a_page_that_is_not_whole_or_not_current_is_not_shown(standing):
    chosen, paths = standing
    english = parameters.resolve(region="3501", year=2016, language="en")
    assert made.page(english, "analysis", QUERY) is None
    csv = next(path for kind, path in paths.items() if kind == "csv")
    content = csv.read_bytes()
    assert made.file(chosen, "analysis", csv.name) == content
    csv.write_bytes(content + b"x")
    assert made.page(chosen, "analysis", QUERY) is None
    assert made.file(chosen, "analysis", csv.name) is None
    csv.write_bytes(content)
    assert made.page(chosen, "analysis", QUERY)


def test_an_answer_about_a_page_is_not_believed_once_data_came(standing, monkeypatch):
    chosen, _ = standing
    assert made.page(chosen, "analysis", QUERY)
    monkeypatch.setattr(made.one, "whole", lambda chosen, module: False)
    monkeypatch.setattr(holdings.time, "monotonic", lambda: 0)  # nothing grows old
    made._is_whole.cache_clear()
    assert made.page(chosen, "analysis", QUERY) is None
    monkeypatch.setattr(made.one, "whole", lambda chosen, module: True)
    assert made.page(chosen, "analysis", QUERY) is None  # believed still
    place = warehouse.folder() / "warehouse" / "susenas" / "2023" / "load-000001"
    place.mkdir(parents=True)
    assert made.page(chosen, "analysis", QUERY)


def test_a_made_page_speaks_the_readers_language_and_shows_no_widget():
    source = ["## 2 · Apakah mereka bekerja?\n", "\n"]
    data = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": ["a", "b"]}
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    prose = {"cell_type": "markdown", "source": source}
    code = {"cell_type": "code", "source": [], "outputs": [output]}
    settings = {"language": "en", "query": "", "done": "", "lives": False}
    notebook = {
        "cells": [made._read(cell, "en") for cell in (prose, code)],
        "metadata": {"sepakat": settings},
    }
    shown = made._frame().render(
        nb=notebook,
        resources={},
        kernel_start=lambda nb: "",
        cell_generator=lambda nb, kernel: nb["cells"],
    )
    assert "<h2>2 · Do they work?</h2>" in shown
    assert "widget" not in shown and "<script" not in shown


def test_three_pages_are_made_at_a_time():
    assert officials.AT_ONCE == 3
