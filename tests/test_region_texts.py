"""Names and codes of regions as files, tables and people write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from refusing import refusal

from sepakat_lib import reference, regions
from sepakat_lib.refused import Refused

KABUPATEN = [row for row in regions.members("00") if len(row) == 4]
SMALL = "kepulauan administrasi dan"


@given(
    st.sampled_from(KABUPATEN),
    st.sampled_from(
        ["{code} {name}", "{code} - {name}", "[{code}] {name}", "{name} ({code})"]
    ),
    st.booleans(),
)
def test_a_code_beside_its_name_is_read_and_beside_anothers_refused(
    region, way, dotted
):
    def written(name):
        code = regions.to_kemendagri(region) if dotted else region
        return way.format(code=code, name=name)

    assert regions.resolve(written(regions.name(region))) == region
    other = KABUPATEN[(KABUPATEN.index(region) + 1) % len(KABUPATEN)]
    with refusal(code="code_and_name") as error:
        regions.resolve(written(regions.name(other)))
    assert {region, other} <= set(error.value.fields["nearest_regions"])


@given(st.sampled_from(KABUPATEN), st.sampled_from([", ", ", Provinsi ", " Prov. "]))
def test_a_name_before_its_province_is_read_and_before_another_refused(region, mark):
    own = regions.province(region)
    text = regions.name(region) + mark + regions.name(own)
    assert regions.resolve(text) == region
    other = "36" if own != "36" else "35"
    with refusal():
        regions.resolve(regions.name(region) + mark + regions.name(other))


def test_a_bare_name_before_its_province_is_not_guessed():
    with refusal(code="ambiguous_region"):
        regions.resolve("Malang, Jawa Timur")
    assert regions.resolve("Malang, Jawa Timur", "kabupaten") == "3507"


@given(
    st.sampled_from(KABUPATEN),
    st.sampled_from([" 1)", "¹", "*", " ²)", "†", " 3)", "**"]),
)
def test_the_mark_of_a_note_is_no_part_of_a_name(region, mark):
    assert regions.resolve(regions.name(region) + mark) == region


@given(
    st.sampled_from(KABUPATEN),
    st.sampled_from(["0{0}{1}", "{0}{1} ", "{2}.{3}{1}E+03"]),
    st.sampled_from(["{0}.{1}.", "{0} {1}", "{0} {1} 00"]),
)
def test_padded_codes_and_codes_of_spreadsheets_are_read(region, way, dotted):
    parts = region[:2], region[2:], region[0], region[1]
    assert regions.resolve(way.format(*parts)) == region
    two, rest = regions.to_kemendagri(region).split(".")
    assert regions.resolve(dotted.format(two, rest)) == region


@pytest.mark.parametrize("text", ["3.5E+03", "00350", "0", "3,501", "3501-3502"])
def test_what_lost_digits_or_is_a_figure_is_no_code(text):
    with refusal():
        regions.resolve(text)


@given(st.sampled_from(KABUPATEN), st.data())
def test_a_short_form_is_answered_with_the_name_it_is_made_of(region, data):
    name = re.sub("^(Kabupaten|Kota) ", "", regions.name(region)).lower()
    words = [w for w in re.findall(r"\w+", name) if w not in SMALL.split()]
    if len(words) < 2:
        return
    short = "".join(
        word[: data.draw(st.integers(2, min(4, len(word))))] for word in words[:2]
    )
    try:
        meant = regions.resolve(short)
    except Refused as error:
        near = error.fields["nearest_regions"]
        bearers = [
            r for r in KABUPATEN if regions._shortens(short, regions._bare_words()[r])
        ]
        assert region in near or len(bearers) > 5 or error.code != "unknown_region"
        return
    aliases = reference.aliases()["alias"].str.lower()
    assert short in set(aliases) or meant in regions.bearers(short)


def test_former_names_have_the_year_and_the_regulation_that_ended_them():
    rows = reference.aliases().query("kind == 'former_name'").set_index("alias")
    # read in the text of the law or in the news of its day
    for alias, until, source in [
        ("Mamuju Utara", "2017", "PP 61/2017"),
        ("Pontianak", "2014", "PP 58/2014"),
        ("Kepulauan Sangihe dan Talaud", "2014", "PP 59/2014"),
        ("Toba Samosir", "2020", "PP 14/2020"),
        ("Maluku Tenggara Barat", "2019", "PP 2/2019"),
        ("Polewali Mamasa", "2005", "PP 74/2005"),
        ("Selayar", "2008", "PP 59/2008"),
        ("Yapen Waropen", "2008", "PP 40/2008"),
    ]:
        assert tuple(rows.loc[alias, ["until", "source"]]) == (until, source)


def test_the_former_codes_of_kalimantan_utara_are_the_numbers_free_in_64():
    table = regions.table()
    timur = table[table["province"].eq("64") & table["level"].eq("kabupaten")]
    for scheme, column in (("bps", "region"), ("kemendagri", "kemendagri")):
        used = {int(code[-2:]) for code in timur[column]}
        last = {0: max(n for n in used if n < 70), 70: max(used)}
        free = {n for n in range(1, last[0]) if n not in used}
        free |= {n for n in range(71, last[70]) if n not in used}
        former = {
            int(code[-2:])
            for code, (of, _) in regions.former_codes(scheme).items()
            if of.startswith("65")
        }
        assert former == free


def test_the_former_code_of_a_kecamatan_is_answered_with_its_kabupaten():
    with refusal(code="too_fine") as error:
        regions.resolve("91.01.01")
    assert error.value.fields["nearest_regions"] == ["9501"]
