"""Codes, names and neighbours of the regions."""

import pickle
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from refusing import refusal

from sepakat_lib import reference, regions, speaker
from sepakat_lib.refused import Refused

ADMIN = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "admin"
TABLE = regions.table().set_index("region")
KABUPATEN = TABLE.index[TABLE["level"] == "kabupaten"].tolist()
SCHEMES = ["kemendagri", "bps_2020"]

needs_shared = pytest.mark.skipif(
    not ADMIN.exists(), reason="the shared code lists are not here"
)


def test_indonesia_has_38_provinces_514_kabupaten_and_7285_kecamatan():
    assert TABLE["level"].value_counts().to_dict() == {
        "nation": 1,
        "province": 38,
        "kabupaten": 514,
    }
    assert TABLE["kind"].value_counts().to_dict() == {
        "kabupaten": 416,
        "kota": 98,
        "": 39,
    }
    assert len(regions.kecamatan("00")) == 7285


def test_no_code_stands_twice():
    assert TABLE.index.is_unique
    for scheme in SCHEMES:
        codes = TABLE.loc[TABLE[scheme] != "", scheme]
        assert codes.is_unique, scheme
    assert reference.kecamatan()["kemendagri"].is_unique


def test_199_kabupaten_have_two_codes_and_169_share_one_with_another():
    kabupaten = TABLE.loc[KABUPATEN]
    kemendagri = kabupaten["kemendagri"].str.replace(".", "")
    other = kemendagri != kabupaten.index
    assert other.sum() == 199
    assert (other & kemendagri.isin(kabupaten.index)).sum() == 169


def test_polewali_mandar_is_7604_for_kemendagri_and_7602_for_bps():
    assert regions.to_kemendagri("7602") == "76.04"
    assert regions.resolve("76.04") == regions.resolve("Polewali Mandar") == "7602"
    assert regions.name(regions.resolve("7604")) == "Kabupaten Mamuju"


def test_bare_digits_are_never_read_as_kemendagris():
    # Kemendagri's 91 is Papua, BPS's is Papua Barat.
    assert regions.name(regions.resolve("91")) == "Papua Barat"
    assert regions.name(regions.from_kemendagri("91")) == "Papua"


@given(st.sampled_from(KABUPATEN))
def test_a_kabupaten_comes_back_from_its_kemendagri_code(region):
    assert regions.resolve(regions.to_kemendagri(region)) == region


@given(st.sampled_from(TABLE.index.tolist()[1:]))
def test_any_region_comes_back_from_kemendagri_when_the_scheme_is_said(region):
    assert regions.from_kemendagri(regions.to_kemendagri(region)) == region


def test_every_full_and_every_short_name_finds_its_region():
    assert TABLE["short_name"].is_unique
    for region, row in TABLE.iterrows():
        assert regions.resolve(row["name"]) == region
        assert regions.resolve(row["short_name"]) == region
        assert regions.resolve(region) == region


@given(st.sampled_from(KABUPATEN), st.randoms(use_true_random=False))
def test_capitals_spaces_and_hyphens_do_not_matter(region, chance):
    kind, *words = regions.name(region).split()
    words = [chance.choice([str.upper, str.lower, str.title])(word) for word in words]
    text = chance.choice(["", " ", "-", "  "]).join(words)
    kind = "kota" if kind == "Kota" else chance.choice(["kab.", "KABUPATEN", "Kab"])
    assert regions.resolve(f"{kind} {text}") == region


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("pacitan", "3501"),
        ("  PACITÁN ", "3501"),
        ("Jawa Timur", "35"),
        ("jatim", "35"),
        ("kab. pekalongan", "3326"),
        ("kota pekalongan", "3375"),
        ("Fakfak", "9101"),
        ("tolitoli", "7206"),
        ("kep. seribu", "3101"),
        ("DKI Jakarta", "31"),
        ("Prov. DKI Jakarta", "31"),
        ("Provinsi Daerah Istimewa Yogyakarta", "34"),
        ("Toba Samosir", "1206"),
        ("Indonesia", "00"),
        ("3501\n", "3501"),
    ],
)
def test_people_write_names_in_many_ways(text, region):
    assert regions.resolve(text) == region


def test_a_bare_name_of_a_kabupaten_and_a_kota_is_not_guessed():
    with refusal("Kab. Pekalongan .3326., Kota Pekalongan"):
        regions.resolve("pekalongan")
    with refusal(code="ambiguous_region") as error:
        regions.resolve("Pekalongan")
    assert error.value.fields["nearest_regions"] == ["3326", "3375"]


def test_a_full_name_wins_over_the_same_word_for_a_kabupaten():
    assert regions.resolve("Gorontalo") == "75"
    assert regions.resolve("Kab. Gorontalo") == "7502"


@pytest.mark.parametrize(
    "text",
    [
        "../../etc",
        "2023);import os",
        "3599",
        "35.99",
        "35/01",
        "../3501",
        "3501;",
        "350",
        "٣٥٠١",
        "pacitanЖ",
        "",
        "76.4",
        "760401",
    ],
)
def test_what_names_no_region_is_refused(text):
    with refusal() as error:
        regions.resolve(text)
    assert error.value.fields["given"] == text
    assert set(error.value.fields["nearest_regions"]) <= set(TABLE.index)
    # how a name is written
    assert "Kabupaten Pacitan" in speaker.sentence(error.value, "en")


@given(st.text(max_size=80))
def test_any_text_gives_a_known_region_or_the_one_error(text):
    try:
        assert regions.resolve(text) in TABLE.index
    except Refused as error:
        assert len(error.fields["given"]) <= 60


def test_a_slip_of_the_pen_is_answered_with_the_right_name():
    with refusal("Papua Tengah .96.") as error:
        regions.resolve("papau tengah")
    assert error.value.fields["nearest_regions"][0] == "96"


def test_a_wrong_code_is_answered_with_codes_of_the_same_province():
    with refusal() as error:
        regions.resolve("3599")
    assert {
        regions.province(near) for near in error.value.fields["nearest_regions"]
    } == {"35"}


def test_an_old_code_of_papua_is_named_and_not_followed():
    assert regions.from_bps_2020("9401") == "9501"
    with refusal(r"9401.*until 2022.*9501"):
        regions.resolve("9401")


def test_no_old_code_is_another_kabupatens_new_one():
    for region in KABUPATEN:
        old = TABLE.loc[region, "bps_2020"]
        assert old == region or old not in TABLE.index


def test_the_code_of_a_kecamatan_is_answered_with_its_kabupaten():
    with refusal("kecamatan") as error:
        regions.resolve("76.04.01")
    assert error.value.fields["nearest_regions"] == ["7602"]


def test_a_code_that_lost_its_last_zero_is_answered_with_the_whole_one():
    with refusal("two digits after") as error:
        regions.resolve(str(11.10))
    assert regions.to_kemendagri(error.value.fields["nearest_regions"][0]) == "11.10"


def test_the_error_keeps_its_fields_on_its_way_between_processes():
    with refusal() as error:
        regions.resolve("bogor")
    back = pickle.loads(pickle.dumps(error.value))
    assert (back.code, back.fields) == (
        "ambiguous_region",
        {"given": "bogor", "nearest_regions": ["3201", "3271"]},
    )
    assert str(back) == str(error.value)


@pytest.mark.parametrize(
    "ask",
    [
        regions.check,
        regions.level,
        regions.name,
        regions.short_name,
        regions.province,
        regions.island,
        regions.members,
        regions.peers,
        regions.to_kemendagri,
        regions.kecamatan,
    ],
)
def test_every_question_refuses_a_key_that_is_none(ask):
    for key in ["9999", "35.01", "pacitan"]:
        with refusal():
            ask(key)


def test_the_nation_has_no_kemendagri_code():
    with pytest.raises(ValueError, match="Indonesia"):
        regions.to_kemendagri("00")


def test_the_provinces_share_out_all_kabupaten():
    provinces = TABLE.index[TABLE["level"] == "province"]
    members = [kab for province in provinces for kab in regions.members(province)]
    assert sorted(members) == sorted(KABUPATEN) == sorted(regions.members("00"))
    assert regions.members("3501") == ["3501"]
    assert len(regions.members("35")) == 38
    assert len(regions.members("96")) == 8


def test_peers_are_of_one_level_and_hold_the_region_itself():
    assert set(regions.peers("3501")) == set(regions.members("35"))
    assert regions.peers("35") == ["35"]
    assert set(regions.peers("35", "island")) == {"31", "32", "33", "34", "35", "36"}
    assert len(regions.peers("3501", "nation")) == 514
    assert regions.peers("00", "nation") == ["00"]
    with pytest.raises(ValueError, match="province, island or nation"):
        regions.peers("3501", "desa")


def test_every_region_lies_on_an_island_group():
    assert {regions.island(kab) for kab in KABUPATEN} == set(regions.ISLANDS.values())
    assert regions.island("21") == regions.island("11") == "Sumatera"
    assert regions.peers("94", "island") == ["91", "92", "94", "95", "96", "97"]
    assert regions.island("00") == ""


def test_short_names_keep_the_kota_and_drop_the_kabupaten():
    assert regions.short_name("3501") == "Pacitan"
    assert regions.short_name("3375") == "Kota Pekalongan"
    assert regions.short_name("3326") == "Kab. Pekalongan"
    assert regions.short_name("7502") == "Kab. Gorontalo"
    assert regions.short_name("3173") == "Kota Jakarta Pusat"


@pytest.mark.parametrize(
    ("region", "count"),
    [("3501", 12), ("7303", 8), ("6311", 8), ("3326", 19), ("7602", 16)],
)
def test_kabupaten_have_the_kecamatan_that_the_ministry_lists(region, count):
    assert len(regions.kecamatan(region)) == count


def test_every_kecamatan_lies_in_a_kabupaten_and_on_the_map():
    rows = reference.kecamatan()
    assert set(rows["region"]) == set(KABUPATEN)
    assert rows["lon"].between(94.9, 141.1).all()
    assert rows["lat"].between(-11.1, 6.1).all()
    own = rows["region"].map(TABLE["kemendagri"])
    assert (rows["kemendagri"].str[:5] == own).all()


def test_bps_codes_of_kecamatan_are_given_only_where_certain():
    rows = reference.kecamatan()
    known = rows[rows["bps_2020"] != ""]
    assert known["bps_2020"].is_unique
    assert (known["bridge"] != "").all() and len(known) == (rows["bridge"] != "").sum()
    old = known["region"].map(TABLE["bps_2020"])
    assert (known["bps_2020"].str[:4] == old).all()
    assert known["bridge"].isin(["code", "renamed"]).sum() == 6588


def test_population_and_area_add_up():
    kabupaten = TABLE.loc[KABUPATEN]
    by_province = kabupaten.groupby("province")["population_2024"].sum()
    assert (TABLE.loc[by_province.index, "population_2024"] == by_province).all()
    assert TABLE.loc["00", "population_2024"] == 284_973_643  # Dukcapil's own total
    assert kabupaten["area_km2"].isna().sum() == 4
    assert (kabupaten["area_km2"].dropna() > 0).all()


@needs_shared
def test_codes_agree_with_the_shared_list():
    shared = pd.read_csv(ADMIN / "kabkota_master.csv", dtype=str)
    shared = shared.set_index("kode_bps_2022")
    kabupaten = TABLE.loc[KABUPATEN]
    assert set(shared.index) == set(KABUPATEN)
    shared = shared.loc[KABUPATEN]
    assert (shared["kode_dagri_2025"] == kabupaten["kemendagri"]).all()
    assert (shared["kode_bps_2020"] == kabupaten["bps_2020"]).all()
    assert (shared["kode_prov_bps_2022"] == kabupaten["province"]).all()
    assert (shared["penduduk_2024s2"].astype(int) == kabupaten["population_2024"]).all()
    names = shared["nama"].str.strip().str.replace("Kep.", "Kepulauan")
    assert (names == kabupaten["name"]).all()


@needs_shared
def test_kecamatan_agree_with_the_shared_points():
    shared = pd.read_csv(
        ADMIN / "kecamatan_titik.csv", dtype={"kode_dagri": str, "kode_kab_dagri": str}
    ).set_index("kode_dagri")
    rows = reference.kecamatan().set_index("kemendagri")
    assert set(shared.index) == set(rows.index)
    shared = shared.loc[rows.index]
    assert (shared["kecamatan"].str.strip() == rows["name"]).all()
    assert (shared[["lon", "lat"]] == rows[["lon", "lat"]]).all(axis=None)


ALIASES = reference.aliases()
OF_NAMES = ALIASES[~ALIASES["kind"].isin(["kemendagri", "bps"])]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mamuju Utara", "Kabupaten Pasangkayu"),
        ("MALUKU TENGGARA BARAT", "Kabupaten Kepulauan Tanimbar"),
        ("Kabupaten Pontianak", "Kabupaten Mempawah"),
        ("Kab. Buton", "Kabupaten Buton"),
        ("Kab Kep Seribu", "Kabupaten Administrasi Kepulauan Seribu"),
        ("KAB.BANDUNG", "Kabupaten Bandung"),
        ("KotaMalang", "Kota Malang"),
        ("Malang, Kota", "Kota Malang"),
        ("BOGOR  KAB", "Kabupaten Bogor"),
        ("Tj. Jabung Timur", "Kabupaten Tanjung Jabung Timur"),
        ("Polewali\u2013Mandar", "Kabupaten Polewali Mandar"),
        ("Toli\u2010Toli", "Kabupaten Toli-Toli"),
        ("P\u0430citan", "Kabupaten Pacitan"),  # a Cyrillic a
        ("PAClTAN", "Kabupaten Pacitan"),  # a small l
        ("Kab. 50 Kota", "Kabupaten Lima Puluh Kota"),
        ("Kabupaten Kepulauan Riau", "Kabupaten Bintan"),
        ("Kepulauan Riau", "Kepulauan Riau"),
        ("B A T A M", "Kota Batam"),
        ("Kota Waringin Barat", "Kabupaten Kotawaringin Barat"),
    ],
)
def test_former_names_and_slips_of_files_are_understood(text, name):
    assert regions.name(regions.resolve(text)) == name


def test_every_alias_means_its_region_and_no_other_of_that_kind():
    for row in OF_NAMES.itertuples():
        kind = TABLE.loc[row.region, "kind"] or "provinsi"
        assert regions.resolve(f"{kind} {row.alias}") == row.region, row.alias
        assert row.region in regions.bearers(row.alias), row.alias
    former = ALIASES["kind"].isin(["former_name", "kemendagri", "bps"])
    assert ALIASES.loc[former, "until"].str.fullmatch("(19|20)[0-9]{2}").all()
    assert ALIASES["source"].ne("").all()


@given(st.sampled_from(KABUPATEN))
def test_in_a_list_of_kabupaten_a_bare_name_is_never_the_kota_or_the_province(region):
    bare = re.sub("^(Kabupaten|Kota) (Administrasi )?", "", regions.name(region))
    try:
        meant = regions.resolve(bare, "kabupaten")
    except Refused as error:
        assert error.code in ("bare_kota", "ambiguous_region", "too_fine")
        return
    assert regions.name(meant).startswith("Kabupaten ")


def test_a_bare_name_of_a_list_is_the_kabupatens_and_a_province_is_asked_for():
    assert regions.resolve("Gorontalo", "kabupaten") == "7502"
    assert regions.resolve("Bogor", "kabupaten") == "3201"
    assert regions.resolve("Kota Bogor", "kabupaten") == "3271"
    for text, code in (("Surabaya", "bare_kota"), ("Maluku Utara", "ambiguous_region")):
        with refusal(code=code):
            regions.resolve(text, "kabupaten")


WAYS = ["ID{0}{1}", "{0}{1}.0", "'{0}{1}", " {0}{1} ", "{0}{1}000", "{0}{1}000000"]
DOTTED = [
    "{0}-{1}",
    "{0}. {1}",
    "{0} . {1}",
    "{0}\u2013{1}",
    "{0},{1}",
    "{0}.{1}.00.0000",
]


@given(st.sampled_from(KABUPATEN), st.sampled_from(WAYS), st.sampled_from(DOTTED))
def test_a_code_is_read_however_it_is_written(region, way, dotted):
    assert regions.resolve(way.format(region[:2], region[2:])) == region
    two, rest = regions.to_kemendagri(region).split(".")
    assert regions.resolve(dotted.format(two, rest)) == region


@needs_shared
def test_the_codes_that_kemendagri_gave_up_in_2022_are_those_of_the_bridge():
    bridge = pd.read_csv(ADMIN / "bps_dagri_kabkota_2020.csv", dtype=str)
    now = TABLE.loc[KABUPATEN].reset_index().set_index("bps_2020")
    changed = {
        row.kode_dagri: now.loc[row.kode_bps, "region"]
        for row in bridge.itertuples()
        if now.loc[row.kode_bps, "kemendagri"].replace(".", "") != row.kode_dagri
    }
    known = regions.former_codes("kemendagri").items()
    assert {c: of for c, (of, until) in known if until == "2022"} == changed


def test_a_code_that_was_given_up_is_named_and_not_followed():
    for code, owner in (
        ("91.01", "Kemendagri"),
        ("64.06", "Kemendagri"),
        ("6406", "BPS"),
    ):
        with refusal(f"{owner} used it until", "former_code") as error:
            regions.resolve(code)
        assert len(error.value.fields["nearest_regions"]) == 1
