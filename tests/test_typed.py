"""The line that was typed: help and refusals in the reader's language, and what to do."""

import re

import pytest
import typer

from sepakat_lib import cli, words

FOREIGN = re.compile(
    r"usage|options?\b|arguments?\b|commands?\b|missing|invalid|no such|show this|"
    r"\[required|default|<(str|int|path|list)|did you mean|traceback|error",
    re.IGNORECASE,
)
PACITAN = "3501"


@pytest.fixture(autouse=True)
def indonesian(tmp_path, monkeypatch):
    """An Indonesian terminal that is wide enough, and no data."""
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "id")
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")


def verbs(command=None, above=()):
    """Every command as it is typed, groups among them."""
    command = command or typer.main.get_command(cli.app)
    yield above
    for name, below in getattr(command, "commands", {}).items():
        yield from verbs(below, (*above, name))


VERBS = [*verbs()]


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_every_page_of_help_is_in_the_readers_language(say, verb):
    code, out, err = say(*verb, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"Cara menulis: {' '.join(['sepakat', *verb])}")
    assert not FOREIGN.search(re.sub(r"--[a-z-]+", "", out)), out
    assert "tampilkan petunjuk ini" in out
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_help_names_every_option_and_says_which_must_be_given(say, verb):
    command = typer.main.get_command(cli.app)
    for word in verb:
        command = command.commands[word]
    out = " ".join(say(*verb, "--help")[1].split())
    for param in command.params:
        if param.param_type_name == "option":
            assert all(name in out for name in param.opts)
    needed = sum(param.required for param in command.params)
    assert out.count("(wajib)") == needed
    for below in getattr(command, "commands", {}):
        assert f" {below} " in out


def test_a_group_alone_shows_its_help_and_ends_as_a_refusal(say):
    code, out, _ = say("data")
    assert code == 2 and out == say("data", "--help")[1]


def test_an_english_reader_is_told_the_same_in_english(say, monkeypatch):
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    out = say("data", "apbd", "--help")[1]
    assert out.startswith(
        "How to write it: sepakat data apbd FILE --region REGION --year YEAR"
    )
    assert say("data", "apbd")[2].startswith(
        "sepakat: What must be given and is not there: FILE, --region, --year, --period"
    )


APBD = "`sepakat data apbd BERKAS --region WILAYAH --year TAHUN --period BULAN`"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "reprot 3501",
            r"^'reprot' bukan perintah\..* report, batch, .*maksud Anda: rep",
        ),
        (
            "3501 report",
            r"^'3501' bukan perintah\. Sesudah `sepakat` tulislah .* ledger",
        ),
        ("data muat x", r"^'muat' bukan perintah\. Sesudah `sepakat data` .* check\."),
        ("--year 3 report", r"^Pilihan --year ditulis di belakang perintahnya"),
        ("report", r"belum ada: WILAYAH\. .*`sepakat report WILAYAH`"),
        ("report kabupaten pacitan", r"berlebih .*: pacitan\. .*di antara tanda kutip"),
        (
            "report 3501 --yaer 2023",
            r"tidak punya pilihan --yaer\. .*maksud Anda: --ye",
        ),
        (
            "report 3501 --tahun 2023",
            r"tidak punya pilihan --tahun\. .*--year, .*lines",
        ),
        ("report 3501 --year", r"^Pilihan --year belum ada isinya\. .*report --help`"),
        ("report 3501 --force=ya", r"^Pilihan --force ditulis tanpa isi\."),
        ("data apbd", rf"ada: BERKAS, --region, --year, --period\. .*{APBD}"),
        ("data apbd x.csv --year=2022", r"belum ada: --region, --period\. "),
        ("data load", r"belum ada: BERKAS\. .*`sepakat data load BERKAS …`"),
        ("batch --workers 0", r"^Isi --workers adalah '0'; .* dari 1 sampai 64\."),
        ("batch --workers=dua", r"^Isi --workers adalah 'dua'; .* dari 1 sampai 64\."),
        ("batch --seconds -1", r"^Isi --seconds adalah '-1'; .*bulat mulai 1\."),
        ("data demo --seed x", r"^Isi --seed adalah 'x'; .*bulat mulai 0\."),
        ("db demo 3501 --seed x", r"^Isi --seed adalah 'x'; seharusnya bilangan bulat"),
        ("serve --port 99999", r"^Isi --port adalah '99999'; .* dari 0 sampai 65535\."),
        ("lab --port -1", r"^Isi --port adalah '-1'; .* dari 0 sampai 65535\."),
    ],
)
def test_a_wrong_line_is_told_with_what_came_and_how_to_write_it(say, line, said):
    code, out, err = say(*line.split())
    assert (code, out) == (2, "")
    assert re.search(said, err.removeprefix("sepakat: ")), err
    assert not FOREIGN.search(re.sub(r"`.*?`|--[a-z-]+|Pilihan", "", err)), err


def called(line):
    """The command that an advised line calls, None where there is none."""
    command = typer.main.get_command(cli.app)
    for word in line.split()[1:]:
        if not hasattr(command, "commands"):
            break
        if word not in command.commands:
            return None
        command = command.commands[word]
    return command


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_line_that_a_sentence_advises_is_one_that_can_be_typed(language):
    advised = [
        (key, line)
        for key, sentence in words.catalogue().items()
        for line in re.findall(r"[`\"](sepakat [^`\"]+)[`\"]", sentence[language])
        if "{form}" not in line
    ]
    assert len(advised) > 30
    for key, line in advised:
        command = called(line)
        assert command is not None, (key, line)
        there = {name for param in command.params for name in param.opts}
        there |= {"--help", "--debug"}
        assert {*re.findall(r" (--[a-z-]+)", line)} <= there, (key, line)
