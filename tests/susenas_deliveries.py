"""Deliveries of Susenas as offices hold them, each with how reading it must end.

``python tests/susenas_deliveries.py`` prints kind, case and outcome: loaded equal to the
clean files, refused by an allowed code in our own words, or wrong.
"""

import re
import sys
import tempfile
import traceback
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyreadstat

sys.path.insert(0, str(Path(__file__).parent))

import susenas_fixture as delivered
from refusing import told

from sepakat_lib.refused import Refused
from sepakat_lib.sources import susenas

FOREIGN = re.compile(
    r"arrow|codec|can't decode|Traceback|RuntimeWarning|\bUTF-?8\b.*byte|NoneType|pandas|"
    r"readstat|magic bytes|Expected \d+ columns|CSV parse|\bInvalid\b|unexpected|Error\b|"
    r"check that this is KOR|is households\.|is persons\.",
    re.IGNORECASE,
)


class Case(NamedTuple):
    """One delivery; `ends` is "equal", or the codes by which it may be refused."""

    kind: str
    name: str
    make: Callable[[Path, dict], dict | None]
    ends: str | tuple[str, ...]
    remark: str = ""


CASES: list[Case] = []


def case(kind: str, name: str, ends="equal", remark: str = ""):
    """Register a function that writes a delivery and returns options of `read`."""

    def register(make):
        CASES.append(Case(kind, name, make, ends, remark))
        return make

    return register


def clean() -> dict[str, pd.DataFrame]:
    """The clean tables of March 2024, narrow."""
    return delivered.narrow(delivered.tables())


def texts(folder: Path, made: dict, change: Callable[[str, bytes], bytes]) -> None:
    """Write every table as CSV, its bytes changed."""
    for name, table in made.items():
        data = change(name, table.to_csv(index=False).encode())
        (folder / f"ssn202403_{name}.csv").write_bytes(data)


def renamed(made: dict, **names: str) -> dict:
    """Tables with columns renamed; what stood under a new name goes."""
    gone = {*names.values()} - {*names}
    return {
        part: table.drop(columns=[*gone & {*table}]).rename(columns=names)
        for part, table in made.items()
    }


def without(made: dict, *names: str) -> dict:
    return {p: t.drop(columns=list(names), errors="ignore") for p, t in made.items()}


def csvs(folder: Path, made: dict) -> None:
    delivered.write(folder, made, "csv")


def _as_dta(table: pd.DataFrame) -> pd.DataFrame:
    return delivered._letters_or_numbers(table)


# Questionnaires


@case("kinds", "dta of pandas, small names")
def _(folder, made):
    for name, table in made.items():
        small = _as_dta(table).rename(columns=str.lower)
        small.to_stata(folder / f"{name}.dta", write_index=False)


@case("kinds", "dta version 14 and 118, labelled values")
def _(folder, made):
    for name, table in made.items():
        labels = {"R405": {1: "laki", 2: "perempuan"}, "R105": {1: "kota", 2: "desa"}}
        labels = {k: v for k, v in labels.items() if k in table}
        pyreadstat.write_dta(
            _as_dta(table), str(folder / f"{name}.dta"), variable_value_labels=labels
        )


@case("kinds", "dta cut off", ("unreadable", "cut_off"))
def _(folder, made):
    for name, table in made.items():
        path = folder / f"{name}.dta"
        pyreadstat.write_dta(_as_dta(table), str(path))
    path = folder / "kor_rt.dta"
    path.write_bytes(path.read_bytes()[:-200])


@case("kinds", "sav cut off", ("unreadable", "cut_off"))
def _(folder, made):
    delivered.write(folder, made, "sav")
    path = folder / "ssn202403_kor_rt.sav"
    path.write_bytes(path.read_bytes()[:-60])


@case("kinds", "parquet damaged", ("unreadable", "cut_off"))
def _(folder, made):
    delivered.write(folder, made, "parquet")
    path = folder / "ssn202403_kor_rt.parquet"
    path.write_bytes(path.read_bytes()[:-60])


@case("kinds", "a zip renamed csv", ("unreadable", "other_kind", "archive_inside"))
def _(folder, made):
    csvs(folder, made)
    path = folder / "ssn202403_kor_rt.csv"
    inner = path.read_bytes()
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("kor.csv", inner)


@case("kinds", "one zip of all")
def _(folder, made):
    csvs(folder / "in", made)
    with zipfile.ZipFile(folder / "delivery.zip", "w") as zipped:
        for path in (folder / "in").iterdir():
            zipped.write(path, f"susenas/{path.name}")
    return {"paths": folder / "delivery.zip"}


@case("kinds", "a folder with a zip of each part")
def _(folder, made):
    csvs(folder / "in", made)
    for path in sorted((folder / "in").iterdir()):
        with zipfile.ZipFile(folder / f"{path.stem}.zip", "w") as zipped:
            zipped.write(path, path.name)
    import shutil

    shutil.rmtree(folder / "in")


@case("kinds", "a zip that is none", ("unreadable",))
def _(folder, made):
    (folder / "delivery.zip").write_bytes(b"PK\x03\x04 nothing")
    return {"paths": folder / "delivery.zip"}


@case("kinds", "a zip with nothing of ours", ("no_susenas_file",))
def _(folder, made):
    with zipfile.ZipFile(folder / "delivery.zip", "w") as zipped:
        zipped.writestr("catatan.docx", b"x")
    return {"paths": folder / "delivery.zip"}


@case("kinds", "a folder within a folder")
def _(folder, made):
    csvs(folder / "maret" / "csv", made) if (folder / "maret").mkdir() is None else 0


@case("kinds", "xlsx", ("survey_kind", "no_susenas_file"))
def _(folder, made):
    made["kor_rt"].to_excel(folder / "kor_rt.xlsx")
    return {"paths": folder / "kor_rt.xlsx"}


@case("split", "households in two provinces' files")
def _(folder, made):
    rt = made.pop("kor_rt")
    csvs(folder, made | {"kor_rt_1": rt[:2], "kor_rt_2": rt[2:]})


@case("split", "persons in five files by column and row")
def _(folder, made):
    one, two = made.pop("kor_ind1"), made.pop("kor_ind2")
    parts = {"ind1a": one[:3], "ind1b": one[3:], "ind2a": two[:1], "ind2b": two[1:]}
    csvs(folder, made | parts)


@case("split", "persons in one file")
def _(folder, made):
    both = made.pop("kor_ind1").merge(
        made.pop("kor_ind2").drop(columns=["R101", "R102", "R105"], errors="ignore"),
        on=["URUT", "R401"],
    )
    csvs(folder, made | {"kor_ind": both})


@case(
    "split",
    "households and persons merged in one wide file",
    ("unknown_questionnaire", "no_households", "no_column", "persons_alone"),
)
def _(folder, made):
    both = made.pop("kor_ind1").merge(
        made.pop("kor_ind2").drop(columns=["R101", "R102", "R105"], errors="ignore"),
        on=["URUT", "R401"],
    )
    rt = made.pop("kor_rt")
    own = [c for c in rt if c not in both or c == "URUT"]
    csvs(folder, made | {"kor": both.merge(rt[own], on="URUT")})


@case("split", "only block 43 and persons, no household file", ("no_households",))
def _(folder, made):
    made.pop("kor_rt")
    csvs(folder, made)


@case("split", "a part twice under two names", ("same_file",))
def _(folder, made):
    csvs(folder, made | {"kor_rt_copy": made["kor_rt"]})


@case("split", "persons without R401", ("no_column",))
def _(folder, made):
    csvs(folder, made | {"kor_ind1": made["kor_ind1"].drop(columns="R401")})


@case("keys", "household numbers repeat in each kabupaten")
def _(folder, made):
    number = {1: 1, 2: 2, 3: 3, 4: 1}
    made = {p: t.assign(URUT=t["URUT"].map(number)) for p, t in made.items()}
    csvs(folder, made)


@case("keys", "numbers repeat, persons' file has no R102", ("keys_repeat",))
def _(folder, made):
    number = {1: 1, 2: 2, 3: 3, 4: 1}
    made = {p: t.assign(URUT=t["URUT"].map(number)) for p, t in made.items()}
    made["kor_ind2"] = made["kor_ind2"].drop(columns=["R101", "R102"])
    csvs(folder, made)


@case("keys", "RENUM in place of URUT in every file")
def _(folder, made):
    csvs(folder, renamed(made, URUT="RENUM"))


@case("keys", "KOR with RENUM, KP with URUT")
def _(folder, made):
    kp = made["kp_blok43"]
    csvs(folder, renamed(made, URUT="RENUM") | {"kp_blok43": kp})


@case("keys", "keys of persons of another numbering", ("bad_cells", "other_keys"))
def _(folder, made):
    for part in ("kor_ind1", "kor_ind2"):
        made[part] = made[part].assign(URUT=made[part]["URUT"] + 1000)
    csvs(folder, made)


@case("weights", "small letters")
def _(folder, made):
    csvs(folder, renamed(made, FWT="fwt", WERT="wert", WEIND="weind"))


@case("weights", "household file has WERT for FWT")
def _(folder, made):
    csvs(folder, renamed(made, FWT="WERT"))


@case("weights", "household file has WEIND for FWT", ("no_weight",))
def _(folder, made):
    csvs(folder, renamed(made, FWT="WEIND"))


@case("weights", "household file has WI1 for FWT", ("no_weight",))
def _(folder, made):
    csvs(folder, renamed(made, FWT="WI1"))


@case("weights", "household file has PENIMBANG for FWT")
def _(folder, made):
    csvs(folder, renamed(made, FWT="PENIMBANG"))


@case("weights", "household file has weight for FWT")
def _(folder, made):
    csvs(folder, renamed(made, FWT="weight"))


@case("weights", "no weight anywhere", ("no_weight",))
def _(folder, made):
    csvs(folder, without(made, "FWT", "WERT", "WEIND"))


@case("weights", "weights only in the KP", ("no_weight",))
def _(folder, made):
    csvs(folder, without(made, "FWT"))


# Years

_2022 = {"R703_A": "R702_A"} | {f"R{n + 1}": f"R{n}" for n in range(703, 707)}


@case("years", "2023 as BPS lays it out (R1806 for R1806A)", remark="questionnaire")
def _(folder, made):
    csvs(folder, renamed(made, R1806A="R1806"))
    return {"year": 2023}


@case("years", "2022: URUT with R702_A", remark="questionnaire")
def _(folder, made):
    csvs(folder, renamed(made, **_2022))
    return {"year": 2022}


@case("years", "2021: RENUM with R702_A and a household file", remark="questionnaire")
def _(folder, made):
    shift = {"R610": "R612"}
    made = renamed(made, URUT="RENUM", **_2022, **shift)
    csvs(folder, made)
    return {"year": 2021}


@case("years", "2020: RENUM with R702_A and a household file")
def _(folder, made):
    made = renamed(made, URUT="RENUM", **_2022, R610="R612")
    csvs(folder, made)
    return {"year": 2020}


@case("years", "2021 read without a year", ("no_year",))
def _(folder, made):
    csvs(folder, renamed(made, URUT="RENUM", **_2022, R610="R612"))
    return {"year": None}


@case("years", "2022's files called 2024", ("other_questionnaire",))
def _(folder, made):
    csvs(folder, renamed(made, **_2022))
    return {"year": 2024}


@case("years", "2025: blocks 15 to 20", remark="questionnaire")
def _(folder, made):
    rt = {
        c: f"R{int(c[1:3]) - 2}{c[3:]}"
        for c in made["kor_rt"]
        if re.match("R(17|18|22)", c)
    }
    made["kor_rt"] = made["kor_rt"].rename(columns=rt)
    made = {p: t.rename(columns={"R610": "R611"}) for p, t in made.items()}
    csvs(folder, made)
    return {"year": 2025}


@case("years", "2019: R701_A", ("unknown_questionnaire",))
def _(folder, made):
    csvs(folder, renamed(made, URUT="RENUM", R703_A="R701_A", R610="R612"))
    return {"year": 2019}


@case("years", "a year of which nothing is known (2030)", remark="questionnaire")
def _(folder, made):
    csvs(folder, made)
    return {"year": 2028}


@case("years", "September of 2024", remark="questionnaire")
def _(folder, made):
    csvs(folder, made)
    return {"round": "september"}


@case(
    "years",
    "columns of another survey (Sakernas)",
    ("unknown_questionnaire", "no_role"),
)
def _(folder, made):
    table = pd.DataFrame(
        {"KODE_PROV": [35], "K3": [1], "K4": [2], "R5A": [3], "WEIGHT_R": [2.5]}
    )
    csvs(folder, {"sak": table})


@case("years", "one file of another survey beside right ones", ("no_role",))
def _(folder, made):
    table = pd.DataFrame({"KODE_PROV": [35], "K3": [1], "K4": [2], "R5A": [3]})
    csvs(folder, made | {"sak": table})


@case(
    "years", "persons' file with labels for names", ("unknown_questionnaire", "no_role")
)
def _(folder, made):
    names = {c: f"pertanyaan {c}" for c in made["kor_ind1"] if c.startswith("R")}
    csvs(folder, {"kor_ind": made["kor_ind1"].rename(columns=names)})


# Notations


@case("notation", "CR-only line ends")
def _(folder, made):
    texts(folder, made, lambda n, data: data.replace(b"\n", b"\r"))


@case("notation", "CRLF line ends, blank lines at the end")
def _(folder, made):
    texts(folder, made, lambda n, data: data.replace(b"\n", b"\r\n") + b"\r\n\r\n")


@case("notation", "CR CR LF line ends")
def _(folder, made):
    texts(folder, made, lambda n, data: data.replace(b"\n", b"\r\r\n"))


@case("notation", "Ctrl-Z on a line of its own")
def _(folder, made):
    texts(folder, made, lambda n, data: data + b"\x1a")


@case("notation", "Ctrl-Z after the last cell")
def _(folder, made):
    texts(folder, made, lambda n, data: data.rstrip(b"\n") + b"\x1a\x1a")


@case("notation", "NULs at the end")
def _(folder, made):
    texts(folder, made, lambda n, data: data + b"\0" * 300)


@case("notation", 'first line "sep=;"')
def _(folder, made):
    texts(
        folder,
        made,
        lambda n, d: b"sep=;\r\n" + d.replace(b",", b";").replace(b"\n", b"\r\n"),
    )


@case("notation", 'first line "sep=,", quoted, BOM')
def _(folder, made):
    texts(folder, made, lambda n, d: b'\xef\xbb\xbf"sep=,"\n' + d)


@case("notation", "UTF-8 BOM")
def _(folder, made):
    texts(folder, made, lambda n, data: b"\xef\xbb\xbf" + data)


for _encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):

    @case("notation", f"{_encoding}")
    def _(folder, made, encoding=_encoding):
        texts(folder, made, lambda n, data: data.decode().encode(encoding))


@case("notation", "UTF-16 with tabs, as Excel's Unicode text")
def _(folder, made):
    texts(
        folder,
        made,
        lambda n, d: (
            d.decode().replace(",", "\t").replace("\n", "\r\n").encode("utf-16")
        ),
    )


for _encoding in ("cp1252", "cp437", "mac_roman", "cp1254"):

    @case("notation", f"letters in {_encoding}")
    def _(folder, made, encoding=_encoding):
        made["kor_rt"] = made["kor_rt"].assign(DESA="Cimué è ü")
        texts(folder, made, lambda n, data: data.decode().encode(encoding))


@case("notation", "letters of a column's name in cp1252")
def _(folder, made):
    made["kor_rt"] = made["kor_rt"].assign(**{"DÉSA": "é"})
    texts(folder, made, lambda n, data: data.decode().encode("cp1252"))


@case("notation", "SAV says UTF-8, holds cp1252")
def _(folder, made):
    made["kor_rt"] = made["kor_rt"].assign(DESA="Cimué")
    delivered.write(folder, made, "sav")
    path = folder / "ssn202403_kor_rt.sav"
    data = path.read_bytes()
    assert "é".encode() in data
    path.write_bytes(data.replace("é".encode(), b"\xe9 "))


@case("notation", "DTA says UTF-8, holds cp1252")
def _(folder, made):
    made["kor_rt"] = made["kor_rt"].assign(DESA="Cimué")
    for name, table in made.items():
        pyreadstat.write_dta(_as_dta(table), str(folder / f"{name}.dta"))
    path = folder / "kor_rt.dta"
    data = path.read_bytes()
    assert "é".encode() in data
    path.write_bytes(data.replace("é".encode(), b"\xe9 "))


@case("notation", "old DTA (114) with cp1252")
def _(folder, made):
    made["kor_rt"] = made["kor_rt"].assign(DESA="Cimué")
    for name, table in made.items():
        _as_dta(table).to_stata(folder / f"{name}.dta", write_index=False, version=114)


def _long_psu(made: dict, codes: list) -> dict:
    made["kor_rt"] = made["kor_rt"].assign(PSU=codes)
    return {
        p: t if p == "kor_rt" else t.drop(columns="PSU", errors="ignore")
        for p, t in made.items()
    }


LONG = [
    "35010100010000101",
    "35010100010000101",
    "35010100010000103",
    "35020100010000104",
]


@case("codes", "PSU of 17 digits, text in CSV", remark="psu of 3")
def _(folder, made):
    csvs(folder, _long_psu(made, LONG))


@case("codes", "PSU of 17 digits, int64 in Parquet", remark="psu of 3")
def _(folder, made):
    made = _long_psu(made, [int(code) for code in LONG])
    for name, table in made.items():
        kept = delivered._letters_or_numbers(table)
        if name == "kor_rt":
            kept["PSU"] = [int(code) for code in LONG]
        kept.to_parquet(folder / f"{name}.parquet")


@case("codes", "PSU of 17 digits, double in SAV", ("bad_cells",))
def _(folder, made):
    delivered.write(folder, _long_psu(made, [float(code) for code in LONG]), "sav")


@case("codes", "PSU of 19 digits, double in Parquet", ("bad_cells",))
def _(folder, made):
    delivered.write(
        folder, _long_psu(made, [float(code + "01") for code in LONG]), "parquet"
    )


@case("codes", "PSU of 17 digits, float in DTA", ("bad_cells",))
def _(folder, made):
    made = _long_psu(made, [float(code) for code in LONG])
    for name, table in made.items():
        kept = _as_dta(table)
        if "PSU" in kept:
            kept["PSU"] = kept["PSU"].astype("float32")
        kept.to_stata(folder / f"{name}.dta", write_index=False)


@case("codes", "PSU 3,50101E+16 as Excel shows it", ("bad_cells",))
def _(folder, made):
    csvs(folder, _long_psu(made, ["3.50101E+16"] * 3 + ["3.50201E+16"]))


@case("codes", "PSU in a CSV as 3.5010100010000101e+16", ("bad_cells",))
def _(folder, made):
    csvs(
        folder,
        _long_psu(
            made, [f"{float(c):.17g}".replace("35", "3.5", 1) + "e+16" for c in LONG]
        ),
    )


@case("codes", "STRATA 1.5", ("bad_cells",))
def _(folder, made):
    made["kor_rt"] = made["kor_rt"].assign(STRATA=[1.5, 1, 2, 2])
    csvs(folder, made)


@case("codes", "STRATA 1,5 with semicolons", ("bad_cells",))
def _(folder, made):
    made["kor_rt"] = made["kor_rt"].assign(STRATA=["1,5", "1", "2", "2"])
    for name, table in made.items():
        table.to_csv(folder / f"{name}.csv", index=False, sep=";", decimal=",")


@case("codes", "STRATA 1.0 and 2.0")
def _(folder, made):
    made["kor_rt"] = made["kor_rt"].assign(STRATA=["1.0", "1", "2.0", "2"])
    csvs(folder, made)


@case("codes", "STRATA 1,0 with semicolons")
def _(folder, made):
    made["kor_rt"] = made["kor_rt"].assign(STRATA=["1,0", "1", "2,0", "2"])
    for name, table in made.items():
        table.to_csv(folder / f"{name}.csv", index=False, sep=";", decimal=",")


@case("codes", "PSU 007 here, 7 there")
def _(folder, made):
    csvs(
        folder,
        made | {"kor_rt": made["kor_rt"].assign(PSU=["007", "7", "0007", "7.0"])},
    )


@case("codes", "R101 of one digit", ("bad_cells",))
def _(folder, made):
    csvs(folder, made | {"kor_rt": made["kor_rt"].assign(R101=5)})


@case("codes", "R102 as 01, 02")
def _(folder, made):
    csvs(
        folder, made | {"kor_rt": made["kor_rt"].assign(R102=["01", "01", "01", "02"])}
    )


@case("codes", "R102 as the whole code 3501")
def _(folder, made):
    csvs(
        folder,
        {
            p: t.assign(R102=3500 + t["R102"]) if "R102" in t else t
            for p, t in made.items()
        },
    )


@case("codes", "keys as 1E+00")
def _(folder, made):
    csvs(
        folder,
        {p: t.assign(URUT=t["URUT"].map("{:.0E}".format)) for p, t in made.items()},
    )


@case("codes", "keys as 1.05E+12", ("bad_cells",))
def _(folder, made):
    csvs(folder, {p: t.assign(URUT=["1.05E+12"] * len(t)) for p, t in made.items()})


@case("codes", "money and weights in scientific notation")
def _(folder, made):
    csvs(
        folder,
        {
            p: t.assign(
                **{
                    c: t[c].map("{:.15e}".format)
                    for c in ("FWT", "EXPEND", "KAPITA", "FOOD")
                    if c in t
                }
            )
            for p, t in made.items()
        },
    )


@case("codes", "money with decimal comma in scientific notation")
def _(folder, made):
    for name, t in made.items():
        t = t.assign(
            **{
                c: t[c].map("{:.15e}".format).str.replace(".", ",")
                for c in ("FWT", "EXPEND", "KAPITA", "FOOD", "NONFOOD", "WERT", "WEIND")
                if c in t
            }
        )
        t.to_csv(folder / f"{name}.csv", index=False, sep=";", decimal=",")


@case("codes", "a year as a serial number of a date (45352)")
def _(folder, made):
    csvs(folder, made | {"kor_rt": made["kor_rt"].assign(TANGGAL=45352)})


@case("codes", "TAHUN holds 45352, no year given")
def _(folder, made):
    csvs(folder, made | {"kor_rt": made["kor_rt"].assign(TAHUN=45352)})
    return {"year": None}


@case("codes", "age as a serial date", ("bad_cells",))
def _(folder, made):
    csvs(folder, made | {"kor_ind1": made["kor_ind1"].assign(R407=31000)})


@case("headers", "labels below the names")
def _(folder, made):
    texts(folder, made, lambda n, d: _below(d, "label"))


@case("headers", "labels above the names")
def _(folder, made):
    texts(folder, made, lambda n, d: _label_row(d) + b"\n" + d)


@case("headers", "a title and an empty line above")
def _(folder, made):
    texts(folder, made, lambda n, d: b"Susenas Maret 2024 KOR\n\n" + d)


@case("headers", "a title filled up with separators")
def _(folder, made):
    texts(
        folder,
        made,
        lambda n, d: (
            b"Susenas Maret 2024" + b"," * (d.split(b"\n")[0].count(b",")) + b"\n" + d
        ),
    )


@case("headers", "the names twice")
def _(folder, made):
    texts(folder, made, lambda n, d: d.split(b"\n")[0] + b"\n" + d)


@case("headers", "labels below the names in Parquet")
def _(folder, made):
    for name, table in made.items():
        words = pd.DataFrame([{c: f"label {c}" for c in table}])
        cells = table.map(
            lambda c: "" if pd.isna(c) else f"{c:g}" if not isinstance(c, str) else c
        )
        whole = pd.concat([words, cells])
        whole.to_parquet(folder / f"{name}.parquet", index=False)


@case("headers", "no names at all", ("no_role", "unknown_questionnaire", "no_names"))
def _(folder, made):
    texts(folder, made, lambda n, d: d.split(b"\n", 1)[1])


@case("headers", "quoted names with blanks")
def _(folder, made):
    csvs(folder, {p: t.rename(columns=lambda c: f" {c} ") for p, t in made.items()})


@case("headers", "a column of row numbers without a name")
def _(folder, made):
    for name, table in made.items():
        table.to_csv(folder / f"{name}.csv")


@case("text", "a row with a cell too few", ("unclosed_quote", "ragged_row"))
def _(folder, made):
    texts(
        folder,
        made,
        lambda n, d: d.rstrip(b"\n").rsplit(b",", 1)[0] + b"\n" if n == "kor_rt" else d,
    )


@case("text", "a row with cells too many", ("unclosed_quote", "ragged_row"))
def _(folder, made):
    texts(
        folder, made, lambda n, d: d.rstrip(b"\n") + b",1,2\n" if n == "kor_rt" else d
    )


@case("text", "every row ends with a separator, the names too")
def _(folder, made):
    texts(folder, made, lambda n, d: d.replace(b"\n", b",\n"))


@case("text", "every row ends with a separator, the names do not")
def _(folder, made):
    texts(
        folder,
        made,
        lambda n, d: (lambda h, r: h + b"\n" + r.replace(b"\n", b",\n"))(
            *d.split(b"\n", 1)
        ),
    )


@case("text", "a quotation mark that never closes", ("unclosed_quote", "ragged_row"))
def _(folder, made):
    made["kor_rt"] = made["kor_rt"].assign(DESA="x")
    texts(
        folder,
        made,
        lambda n, d: d.replace(b",x\n", b',"x\n', 1) if n == "kor_rt" else d,
    )


@case("text", "an empty file", ("unreadable", "one_column", "empty_file"))
def _(folder, made):
    csvs(folder, made)
    (folder / "ssn202403_kor_rt.csv").write_bytes(b"")


@case("text", "names only", ("no_rows",))
def _(folder, made):
    csvs(folder, made | {"kor_rt": made["kor_rt"][:0]})


@case(
    "text",
    "binary rubbish called csv",
    ("unreadable", "one_column", "other_kind", "no_role"),
)
def _(folder, made):
    csvs(folder, made)
    (folder / "ssn202403_kor_rt.csv").write_bytes(
        bytes(np.random.default_rng(1).integers(0, 256, 5000, np.uint8))
    )


@case("text", "a DBF called csv", ("unreadable", "one_column", "other_kind", "no_role"))
def _(folder, made):
    csvs(folder, made)
    delivered.write_dbf(made["kor_rt"], folder / "ssn202403_kor_rt.csv")


@case("text", "a CSV called dbf", ("unreadable", "cut_off", "dbf_header", "other_kind"))
def _(folder, made):
    csvs(folder, made)
    (folder / "ssn202403_kor_rt.csv").rename(folder / "ssn202403_kor_rt.dbf")


@case("text", "a key of 1e300", ("bad_cells",))
def _(folder, made):
    csvs(folder, made | {"kor_rt": made["kor_rt"].assign(URUT=[1, 2, 3, 1e300])})


@case("text", "a number like 1e400", ("bad_cells",))
def _(folder, made):
    csvs(folder, made | {"kor_rt": made["kor_rt"].assign(FWT=["1", "2", "3", "1e400"])})


def _label_row(data: bytes) -> bytes:
    names = data.split(b"\n")[0].split(b",")
    return b",".join(
        b"Label " + name.replace(b"_", b" ").lower() + b"?" for name in names
    )


def _below(data: bytes, _) -> bytes:
    head, rows = data.split(b"\n", 1)
    return head + b"\n" + _label_row(data) + b"\n" + rows


# As offices, buyers of data and universities hold them: a second list


def _path(folder: Path, name: str, kind: str = "csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"ssn202403_{name}.{kind}"


def _merged(made: dict, *others: str) -> pd.DataFrame:
    """Persons with the columns of their households beside them, as a merge leaves it."""
    table = made["kor_ind1"]
    for name in ("kor_ind2", *others):
        on = ["URUT", "R401"] if name == "kor_ind2" else ["URUT"]
        new = [c for c in made[name] if c not in table or c in on]
        table = table.merge(made[name][new], on=on)
    return table


def _zipped(folder: Path, made: dict, **how) -> Path:
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / "susenas.zip", "w", **how) as archive:
        for name, table in made.items():
            archive.writestr(f"Data/{name}.csv", table.to_csv(index=False))
    return folder / "susenas.zip"


def _width(data: bytes) -> int:
    return data.split(b"\n")[0].count(b",") + 1


for _version in (8, 10, 12, 13, 15):

    @case("kinds", f"dta of Stata {_version}")
    def _(folder, made, version=_version):
        for name, table in made.items():
            path = str(_path(folder, name, "dta"))
            pyreadstat.write_dta(_as_dta(table), path, version=version)


for _kind, _ends in (
    ("por", ("no_susenas_file",)),
    ("feather", ("no_susenas_file",)),
    ("zsav", "equal"),
):

    @case("kinds", f"all as .{_kind}", _ends)
    def _(folder, made, kind=_kind):
        for name, table in made.items():
            path = _path(folder, name, kind)
            if kind == "zsav":
                pyreadstat.write_sav(_as_dta(table), str(path), compress=True)
            else:
                path.write_bytes(b"of a program " * 99)


@case("kinds", "dta of pandas' categories: 0, 1, 2 labelled 1, 29, 30")
def _(folder, made):
    for name, table in made.items():
        table = _as_dta(table)
        for column in {"R105", "R405", "R407"} & {*table}:
            words = table[column].map("{:.0f}".format)
            table[column] = words.astype("category")
        table.to_stata(_path(folder, name, "dta"), write_index=False)


@case("kinds", "dta of categories of words", ("bad_cells",))
def _(folder, made):
    for name, table in made.items():
        table = _as_dta(table)
        if "R105" in table:
            table["R105"] = table["R105"].map({1: "Kota", 2: "Desa"}).astype("category")
        table.to_stata(_path(folder, name, "dta"), write_index=False)


@case("kinds", "parquet written by Spark")
def _(folder, made):
    for name, table in made.items():
        part = folder / f"{name}.parquet" / "part-00000-1.snappy.parquet"
        part.parent.mkdir(parents=True)
        _as_dta(table).to_parquet(part)
        (part.parent / "_SUCCESS").write_bytes(b"")
        (part.parent / f".{part.name}.crc").write_bytes(b"crc")


for _other in ("xlsx", "rar", "csv.gz", "csv.crdownload", "por", "sas7bdat"):

    @case("passed", f"households as .{_other} among CSV", ("no_households",), "named")
    def _(folder, made, other=_other):
        csvs(folder, made)
        path = _path(folder, "kor_rt")
        path.rename(path.with_suffix(f".{other}"))


@case("passed", "households without an ending", ("no_households",), "named")
def _(folder, made):
    csvs(folder, made)
    _path(folder, "kor_rt").rename(folder / "kor_rt")


@case("passed", "KP above, KOR in a folder below", ("no_persons",), "named")
def _(folder, made):
    csvs(folder, {"kp_blok43": made.pop("kp_blok43")})
    csvs(folder / "KOR", made)


@case("passed", "one rar and nothing else", ("no_susenas_file",), "named")
def _(folder, made):
    _path(folder, "all", "rar").write_bytes(b"Rar!\x1a\x07\x01\0")


@case("passed", "a zip of a workbook and a rar", ("no_susenas_file",), "named")
def _(folder, made):
    path = _zipped(folder, {})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("KOR.xlsx", b"PK")
        archive.writestr("KP.rar", b"Rar!")
        archive.writestr("kuesioner.pdf", b"%PDF")


@case("passed", "households as .txt among CSV")
def _(folder, made):
    csvs(folder, made)
    path = _path(folder, "kor_rt")
    path.rename(path.with_suffix(".txt"))
    (folder / "baca saya.txt").write_text("Data Susenas; URUT nomor, R101 provinsi.\n")


@case("passed", "Unicode text of Excel, all .txt, in a zip")
def _(folder, made):
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for name, table in made.items():
            text = table.to_csv(index=False, sep="\t").encode("utf-16")
            archive.writestr(f"{name}.txt", text)


@case("passed", "lock files of Excel and LibreOffice, files of Windows")
def _(folder, made):
    csvs(folder, made)
    for name in ("~$ssn202403_kor_rt.csv", ".~lock.a.csv#", "Thumbs.db", "desktop.ini"):
        (folder / name).write_bytes(b"\5Budi" + b"\0" * 99)


@case("passed", "a rar called zip", ("other_archive",))
def _(folder, made):
    _path(folder, "all", "zip").write_bytes(b"Rar!\x1a\x07\x01\0" + b"x" * 99)


@case("passed", "a zip packed by Deflate64, as Windows does", ("zip_packed_otherwise",))
def _(folder, made):
    path = _zipped(folder, made, compression=zipfile.ZIP_DEFLATED)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        for found in re.finditer(re.escape(mark), bytes(data)):
            data[found.start() + offset] = 9
    path.write_bytes(data)


@case("passed", "a zip with one byte wrong", ("unreadable",))
def _(folder, made):
    path = _zipped(folder, made)
    path.write_bytes(path.read_bytes().replace(b"100.5", b"101.5"))


@case("passed", "the files, and the zip they came in", ("same_file",))
def _(folder, made):
    _zipped(folder, made)
    csvs(folder, made)


@case("split", "persons merged with their households")
def _(folder, made):
    made = delivered.tables()
    csvs(folder, {"kor": _merged(made, "kor_rt"), "kp_blok43": made["kp_blok43"]})


@case("split", "persons, households and spending merged in one file")
def _(folder, made):
    made = delivered.tables()
    csvs(folder, {"susenas": _merged(made, "kor_rt", "kp_blok43")})


@case("split", "merged, the weight called WEIGHT")
def _(folder, made):
    whole = _merged(delivered.tables(), "kor_rt", "kp_blok43").drop(
        columns=["WERT", "WEIND"]
    )
    csvs(folder, {"susenas": whole.rename(columns={"FWT": "WEIGHT"})})


@case("split", "merged, with weights that differ within a household", ("bad_cells",))
def _(folder, made):
    whole = _merged(delivered.tables(), "kor_rt", "kp_blok43")
    whole["FWT"] += whole["R401"]
    csvs(folder, {"susenas": whole})


@case("split", "two years in one folder, other households", ("several_rounds",))
def _(folder, made):
    csvs(folder, made)
    for name, table in clean().items():
        table.assign(URUT=table["URUT"] + 1000).to_csv(
            folder / f"ssn202303_{name}.csv", index=False
        )


@case("split", "two years in two folders", ("several_rounds",))
def _(folder, made):
    for year, more in (("2023", 0), ("2024", 1000)):
        (folder / year).mkdir(parents=True)
        for name, table in made.items():
            moved = table.assign(URUT=table["URUT"] + more)
            moved.to_csv(folder / year / f"{name}.csv", index=False)


@case("split", "March and September in one folder", ("several_rounds",))
def _(folder, made):
    csvs(folder, made)
    rest = {n: t.assign(URUT=t["URUT"] + 1000) for n, t in clean().items()}
    for name, table in rest.items():
        table.to_csv(folder / f"ssn202409_{name}.csv", index=False)


@case("split", "a copy with one weight put right", ("same_rows",))
def _(folder, made):
    csvs(folder, made)
    path = _path(folder, "kor_rt")
    data = path.read_bytes().replace(b"100.5", b"100.6")
    path.with_stem(f"{path.stem} - Copy").write_bytes(data)


@case("keys", "numbers begin anew in each PSU", ("keys_of_psu",))
def _(folder, made):
    psu, number = {1: 71, 2: 71, 3: 72, 4: 73}, {1: 1, 2: 2, 3: 1, 4: 1}
    for table in made.values():
        table["PSU"] = table["URUT"].map(psu)
        table["URUT"] = table["URUT"].map(number)
    csvs(folder, made)


@case("keys", "keys of 17 digits", ("bad_cells",))
def _(folder, made):
    for table in made.values():
        table["URUT"] = table["URUT"].map("3501010002000{:04d}".format)
    csvs(folder, made)


@case("keys", "PROVINSI and KABUPATEN for R101 and R102")
def _(folder, made):
    csvs(folder, renamed(made, R101="PROVINSI", R102="KABUPATEN"))


@case("weights", "a weight called Bobot RT")
def _(folder, made):
    rest = renamed({"kor_rt": made["kor_rt"]}, FWT="Bobot RT")
    csvs(folder, made | rest)


for _mark in ("NaN", "NULL", "#NULL!", "<NA>", "None", "\\N", "na", ".a", " "):

    @case("notation", f"empty cells as {_mark!r}")
    def _(folder, made, mark=_mark):
        for name, table in made.items():
            table.to_csv(_path(folder, name), index=False, na_rep=mark)


@case("notation", "a lookup that failed: #N/A", ("bad_cells",))
def _(folder, made):
    for name, table in made.items():
        table.to_csv(_path(folder, name), index=False, na_rep="#N/A")


for _before, _after in (("'", ""), ('="', '"')):

    @case("notation", f"codes kept as text: {_before}35{_after}")
    def _(folder, made, before=_before, after=_after):
        for table in made.values():
            for column in ("R101", "R102", "URUT"):
                table[column] = before + table[column].astype(str) + after
        csvs(folder, made)


@case("notation", "blanks part the thousands", ("bad_cells",))
def _(folder, made):
    table = made["kp_blok43"]
    table["EXPEND"] = table["EXPEND"].map("{:,}".format).str.replace(",", " ")
    csvs(folder, made)


@case("notation", "R's row names, the heading one cell short")
def _(folder, made):
    for name, table in made.items():
        table.index = range(1, len(table) + 1)
        text = table.to_csv(sep="\t", na_rep="NA").removeprefix("\t")
        _path(folder, name, "tsv").write_text(text)


@case("notation", "decimal commas in a text parted by commas", ("ragged_row",))
def _(folder, made):
    texts(folder, made, lambda n, d: re.sub(rb"(\d)\.(\d)", rb"\1,\2", d))


for _form in ("({})", "{}"):

    @case("headers", f"the columns numbered below their names: {_form}")
    def _(folder, made, form=_form):
        def numbered(name, data):
            names, rows = data.split(b"\n", 1)
            row = ",".join(form.format(n + 1) for n in range(_width(data)))
            return names + b"\n" + row.encode() + b"\n" + rows

        texts(folder, made, numbered)


for _form in ("{} Label", "{}. label", " '{}' ", "`{}`"):

    @case("headers", f"names like {_form.format('R101')!r}")
    def _(folder, made, form=_form):
        csvs(folder, {n: t.rename(columns=form.format) for n, t in made.items()})


@case("headers", "R703-A for R703_A")
def _(folder, made):
    names = {
        n: t.rename(columns=lambda c: c.replace("_", "-")) for n, t in made.items()
    }
    csvs(folder, names)


@case("headers", "names again between the rows", ("bad_cells",))
def _(folder, made):
    def joined(name, data):
        lines = data.splitlines(keepends=True)
        return b"".join([*lines[:3], lines[0], *lines[3:]])

    texts(folder, made, joined)


for _foot in (
    b"Jumlah,,,,,,,",
    b"\nSumber: BPS, Susenas Maret 2024\nCatatan: rahasia",
):

    @case("headers", f"below the rows: {_foot[:9]!r}")
    def _(folder, made, foot=_foot):
        texts(folder, made, lambda n, d: d + foot + b"\n")


@case("headers", "a row of totals with numbers", ("bad_cells",))
def _(folder, made):
    texts(folder, made, lambda n, d: d + b"Jumlah" + b",9" * (_width(d) - 1) + b"\n")


for _cell in (b"", b'""'):

    @case("headers", f"rows of nothing but {_cell!r} and commas")
    def _(folder, made, cell=_cell):
        def spaced(name, data):
            row = b",".join([cell] * _width(data)) + b"\n"
            lines = data.splitlines(keepends=True)
            return b"".join([*lines[:2], row, *lines[2:], row, row])

        texts(folder, made, spaced)


@case("headers", "rows of a DBF with nothing in them")
def _(folder, made):
    for name, table in made.items():
        none = pd.DataFrame([dict.fromkeys(table)] * 2)
        rows = pd.concat([table.astype(object), none.astype(object)])
        delivered.write_dbf(rows, _path(folder, name, "dbf"))


for _label in (("Perkotaan", "Perdesaan"), ("1. Kota", "[2] Desa"), ("1-May", "2-May")):

    @case("codes", f"{_label[0]} for 1", ("bad_cells",))
    def _(folder, made, label=_label):
        for table in made.values():
            for column in {"R105", "STRATA"} & {*table}:
                table[column] = table[column].map({1: label[0], 2: label[1]})
        csvs(folder, made)


@case("years", "year 20244", ("out_of_range",))
def _(folder, made):
    csvs(folder, made)
    return {"year": "20244"}


@case("years", "year -5", ("out_of_range",))
def _(folder, made):
    csvs(folder, made)
    return {"year": "-5"}


# How each ends


def outcome(one: Case, folder: Path, expected: susenas.Survey) -> tuple[str, str]:
    """(equal, refused or wrong; what came)."""
    folder.mkdir(parents=True)
    options = {"paths": folder, "year": 2024} | (one.make(folder, clean()) or {})
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            survey = susenas.read(**options)
        if caught:
            return "wrong", f"a warning: {caught[0].message}"
    except Refused as error:
        try:
            said = told(error)
        except AssertionError as lacking:
            return "wrong", str(lacking)
        if FOREIGN.search(said):
            return "wrong", f"foreign words: {said[:200]}"
        if one.remark == "named" and not error.fields.get("passed_over"):
            return "wrong", f"does not name what is not read: {said[:200]}"
        if one.ends != "equal" and error.code in one.ends:
            return "refused", f"{error.code}: {said[:150]}"
        return "wrong", f"refused {error.code}: {said[:200]}"
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return "wrong", f"{type(error).__name__} {str(error)[:100]} ({where.name})"
    if one.ends != "equal":
        return "wrong", "loaded, should be refused"
    unlike = differences(survey, expected)
    if unlike:
        return "wrong", f"loaded otherwise: {unlike}"
    said = {remark.code for remark in survey.remarks}
    assumed = any(code.startswith("questionnaire") for code in said)
    if one.remark == "questionnaire" and not assumed:
        return "wrong", "loaded without saying that the questionnaire is assumed"
    if one.remark == "psu of 3" and survey.households["psu"].nunique() != 3:
        return "wrong", f"{survey.households['psu'].nunique()} PSU of 3"
    return "equal", ""


SURE = "region urban size weight spending_pc_month food_pc_month person age sex worked".split()


def differences(survey, expected) -> list[str]:
    """Columns of the tables that differ, of those that every questionnaire has."""
    unlike = []
    for name in ("households", "persons"):
        mine, clean = getattr(survey, name), getattr(expected, name)
        if len(mine) != len(clean):
            unlike.append(f"{name}: {len(mine)} rows")
            continue
        for column in SURE:
            if column not in clean:
                continue
            if column not in mine:
                unlike.append(f"{column} missing")
            elif (
                not mine[column]
                .astype(str)
                .reset_index(drop=True)
                .equals(clean[column].astype(str).reset_index(drop=True))
            ):
                unlike.append(column)
    return unlike


def main() -> None:
    """Print the table."""
    root = Path(tempfile.mkdtemp())
    csvs(root / "clean", clean())
    expected = susenas.read(root / "clean", year=2024)
    counts: dict[str, dict[str, int]] = {}
    for number, one in enumerate(CASES):
        ended, what = outcome(one, root / str(number), expected)
        counts.setdefault(one.kind, {}).setdefault(ended, 0)
        counts[one.kind][ended] += 1
        print(f"{ended:8}{one.kind:10}{one.name}  --  {what}")
    table = pd.DataFrame(counts).T.fillna(0).astype(int)
    table.loc["all"] = table.sum()
    print(table.to_string())


if __name__ == "__main__":
    main()
