"""Every share and mean on a few rows whose answer can be counted by hand.

The rows go the way of the real ones: views of a connection, `rows.read`, the SQL of the
declaration. Weights are one, so that a sum counts people; where a household is asked,
its members count.
"""

import datetime

import duckdb
import numpy as np
import pandas as pd
import pytest

from sepakat_lib import parameters, reference
from sepakat_lib.estimation import rows
from sepakat_lib.indicators import catalogue, groupings, shipped

PACITAN = "3501"
Y, N = True, False
CASES: dict[str, tuple] = {}


def connection(homes: pd.DataFrame, people: pd.DataFrame):
    """A connection with the views that a warehouse gives, of Pacitan."""
    table = reference.poverty_lines(2023).set_index("region")["poverty_line"]
    plain = {"size": 1, "urban": False, "welfare": 2.0}
    homes = homes.assign(**{k: v for k, v in plain.items() if k not in homes})
    homes = homes.assign(
        region=PACITAN,
        household=np.arange(len(homes)),
        psu="1",
        stratum="1",
        weight=1.0,
        spending_pc_month=homes["welfare"].astype(float) * table[PACITAN],
        food_pc_month=0.0,
    ).drop(columns="welfare")
    if "home" not in people:
        people = people.assign(home=0)
    people = people.rename(columns={"home": "household"})
    number = people.groupby("household").cumcount() + 1
    people = people.assign(region=PACITAN, person=number, weight=1.0)
    con = duckdb.connect()
    for name, each in (("households", homes), ("persons", people)):
        con.register(name, each.convert_dtypes())
    return con


def counted(name: str, homes: pd.DataFrame, people: pd.DataFrame, year=2023):
    """Numerator, denominator and unanswered of the rows, people counted."""
    each = catalogue()[name]
    found = rows.read(connection(homes, people), year, [each], "kabupaten")
    assert not found.absent, found.absent
    values = found.values[name]
    of_homes = each.table == "households" and each.counts == "persons"
    count = found.size if of_homes else np.ones(len(values.numerator))
    known = ~np.isnan(values.numerator)
    below = np.ones(len(count)) if values.denominator is None else values.denominator
    above = (count * values.numerator)[known].sum()
    return above, (count * below)[known].sum(), int(values.unanswered.sum())


def table(columns: str, *given) -> pd.DataFrame:
    """Rows under the names in `columns`; a row of one column needs no brackets."""
    cells = [each if isinstance(each, tuple) else (each,) for each in given]
    return pd.DataFrame(cells, columns=columns.split()).astype(object)


ONE_HOME, ONE_PERSON = table("size", 1), table("age", 40)


def homes(name, above, below, columns, *given, unanswered=0, people=ONE_PERSON):
    """An indicator of households: `above` of `below` people."""
    CASES[name] = (table(columns, *given), people, above, below, unanswered)


def people(name, above, below, columns, *given, unanswered=0, homes=ONE_HOME):
    """An indicator of persons: `above` of `below` people, or a sum over them."""
    CASES[name] = (homes, table(columns, *given), above, below, unanswered)


# --- question 1

# welfare is spending over the line; exactly on a bound is the band above
BANDS = ("size welfare", (1, 0.5), (2, 1.0), (3, 1.5), (4, 3.5), (5, 17.0))
homes("p0", 1, 15, *BANDS)
homes("poor_persons", 1, 15, *BANDS)
homes("p1", 0.5, 15, *BANDS)
homes("p2", 0.25, 15, *BANDS)
homes("chronic_poor", 1, 3, "size welfare", (1, 0.79), (2, 0.81))
homes("vulnerable", 2, 15, *BANDS)
homes("aspiring", 3, 15, *BANDS)
homes("middle", 4, 15, *BANDS)
homes("upper", 5, 15, *BANDS)
# 14 and 65 depend, 15 and 64 are of working age
people("dependency", 2, 2, "age", 14, 15, 64, 65)
homes(  # two poor households, one with a woman at its head; the third is not poor
    *("poor_female_headed", 1, 2, "size welfare", (3, 0.9), (5, 0.5), (2, 1.0)),
    people=table("home relationship sex", (0, 1, 2), (1, 1, 1), (1, 2, 2), (2, 1, 2)),
)
homes(  # heads with no certificate (25), never at school (0), SD (3), SMP (8)
    *("head_primary", 3, 4, "size", 1, 1, 1, 1),
    people=table(
        "home relationship diploma", (0, 1, 25), (1, 1, 0), (2, 1, 3), (3, 1, 8)
    ),
)

# what the poor are like beside the others: households count once whatever their size
homes("home_rural", 2, 3, "size urban", (4, False), (1, True), (2, False))
homes("home_large", 1, 3, "size", 4, 5, 1)
homes("home_size", 10, 3, "size", 4, 5, 1)
HEADS = table(
    "home relationship sex age diploma",
    *((0, 1, 2, 60, 25), (0, 2, 1, 70, 24), (1, 1, 1, 59, 5), (2, 1, 1, 30, 10)),
    *((3, 1, 2, 80, 17), (4, 1, 1, 41, 24), (5, 1, 1, 40, 0)),
)
SIX = ("size", 9, 1, 1, 1, 1, 1)
homes("home_female_head", 2, 6, *SIX, people=HEADS)
homes("home_elderly_head", 2, 6, *SIX, people=HEADS)
homes("home_head_age", 310, 6, *SIX, people=HEADS)
homes("home_head_none", 2, 6, *SIX, people=HEADS)
homes("home_head_primary", 1, 6, *SIX, people=HEADS)
homes("home_head_junior", 1, 6, *SIX, people=HEADS)
homes("home_head_senior", 1, 6, *SIX, people=HEADS)
homes("home_head_tertiary", 1, 6, *SIX, people=HEADS)
people("person_child", 2, 5, "age", 0, 17, 18, 59, 60)
people("person_elderly", 1, 5, "age", 0, 17, 18, 59, 60)

# --- question 2

# own account, with unpaid help, employer, employee, casual, family worker; a boy of
# 14; one away from work; one who does not work; one whose status is empty
WORKERS = (
    "age worked away_from_work work_status hours_all industry",
    (40, Y, N, 1, 50, 1),
    (40, Y, N, 2, 34, 2),
    (40, Y, N, 3, 35, 8),
    (40, Y, N, 4, 20, 12),
    (40, Y, N, 5, 40, 11),
    (40, Y, N, 6, 10, 6),
    (14, Y, N, 6, 10, 1),
    (40, N, Y, 4, 0, 21),
    (70, N, N, 0, 0, 0),
    (40, Y, N, 0, 34, 0),
    *((40, Y, N, 1, 36, 1), (40, Y, N, 1, 60, 6), (40, Y, N, 4, 35, 8)),
    (40, Y, N, 3, 40, 9),
)
people("employment", 12, 13, *WORKERS)
people("informal", 6, 11, *WORKERS)
people("under_35_hours", 4, 11, *WORKERS)
people("farm_workers", 5, 11, *WORKERS)
people("worker_industry", 4, 11, *WORKERS)
people("worker_services", 2, 11, *WORKERS)
# of ten at work with a status, four are informal for 35 hours or more (1, 5, 1, 1)
people("informal_full_time", 4, 10, *WORKERS)
people("formal_short_time", 1, 10, *WORKERS)
people("informal_short_time", 2, 10, *WORKERS)
people("formal_full_time", 3, 10, *WORKERS)
people("not_working", 1, 13, *WORKERS, (64, N, N, 0, 0, 0))
people("child_work", 1, 2, *WORKERS[:1], WORKERS[7], (17, N, N, 0, 0, 0), WORKERS[1])
people(  # at work, at school, neither, too old
    *("neet", 1, 3, "age worked away_from_work schooling"),
    *((20, Y, N, 3), (15, N, N, 2), (24, N, N, 3), (25, N, N, 3)),
)
# three workers, of households at 0.9, 1.4 and 1.5 of the line; one too young, one of an
# industry that is not known
people(
    *("poor_workers", 2, 3, "home age worked away_from_work industry"),
    *((0, 40, Y, N, 1), (1, 15, N, Y, 8), (2, 40, Y, N, 12), (0, 14, Y, N, 1)),
    (0, 40, Y, N, 0),
    homes=table("welfare", 0.9, 1.4, 1.5),
)
homes(
    "micro_business",
    4,
    6,
    "size micro_business",
    (4, Y),
    (2, N),
    (3, None),
    unanswered=1,
)
homes("credit_kur", 4, 6, "size credit_kur", (4, Y), (2, N))
homes("has_land", 4, 6, "size has_land", (4, Y), (2, N))
MEMBERS = (  # one has it; none has; one is not known and one has; not known and not
    *((0, Y), (0, N), (1, N), (1, N), (2, None), (2, Y), (3, None), (3, N)),
)
homes(
    *("bank_account", 2 + 2, 2 + 2 + 2, "size", 2, 2, 2, 2),
    people=table("home bank_account", *MEMBERS),
    unanswered=1,
)

# --- question 3: homes

homes(  # piped; open well; bottled with a safe well; bottled with a river; surface
    *("improved_water", 1 + 3, 15, "size drinking_water washing_water"),
    *((1, 3, 9), (2, 6, 3), (3, 1, 5), (4, 2, 9), (5, 9, 3)),
)
SANITATION = (  # own and septic; pit in a desa; pit in a town; public; no goose neck
    *("size urban toilet closet sewage", (1, Y, 1, 1, 1), (2, N, 2, 1, 4)),
    *((3, Y, 3, 1, 4), (4, N, 4, 1, 1), (5, N, 1, 4, 1), (6, N, 6, 0, 0)),
)
homes("improved_sanitation", 1 + 2, 21, *SANITATION)
homes("open_defecation", 6, 21, *SANITATION)
HOMES = (  # all well; 7.19 m² a head; asbestos; bamboo floor; bamboo wall; open well
    "size floor_area roof wall floor drinking_water washing_water toilet closet sewage",
    (10, 72, 2, 1, 2, 3, 3, 1, 1, 1),
    (10, 71.9, 2, 1, 2, 3, 3, 1, 1, 1),
    (2, 72, 4, 1, 2, 3, 3, 1, 1, 1),
    (3, 72, 2, 1, 7, 3, 3, 1, 1, 1),
    (4, 72, 2, 6, 8, 3, 3, 1, 1, 1),
    (5, 72, 2, 5, 2, 6, 3, 1, 1, 1),
)
homes("adequate_housing", 10, 34, *HOMES)
homes("inadequate_housing", 24, 34, *HOMES)
homes("crowded", 10, 34, *HOMES)
homes("earth_floor", 4, 34, *HOMES)
homes("weak_wall", 4, 34, *HOMES)
homes("weak_roof", 2, 34, *HOMES)
# lacks of water (A), sanitation (B) and room (C): each household in one region alone,
# a goose-neck closet for sanitation, 7.2 m² a head for room
LACKS = ("size floor_area urban drinking_water washing_water toilet closet sewage",)
LACKS += (
    *((1, 8, Y, 6, 3, 1, 1, 1), (2, 15, Y, 3, 3, 1, 4, 1), (3, 21, Y, 3, 3, 1, 1, 1)),
    *((4, 29, Y, 6, 3, 1, 4, 1), (5, 35, Y, 6, 3, 1, 1, 1), (6, 43, Y, 3, 3, 1, 4, 1)),
    *((7, 50, Y, 6, 3, 1, 4, 1), (8, 57.6, Y, 3, 3, 1, 1, 1)),
    (9, None, Y, 3, 3, 1, 1, 1),  # of unknown room: in no region and outside of none
)
for size, region in enumerate(("a", "b", "c", "ab", "ac", "bc", "abc", "none"), 1):
    homes(f"home_lacks_{region}", size, 36, *LACKS, unanswered=1)
LIGHT = ("size lighting", (1, 1), (2, 2), (3, 3), (4, 4))
homes("no_electricity", 4, 10, *LIGHT)
homes("unmetered_electricity", 5, 10, *LIGHT)
homes("electricity", 6, 10, *LIGHT)
homes("firewood", 5, 11, "size cooking_fuel", (1, 4), (2, 9), (3, 10), (5, 0))
homes(
    *("no_internet", 2, 6, "size", 2, 2, 2, 2),
    people=table("home uses_internet", *MEMBERS),
    unanswered=1,
)

# of the same homes, each counted once whatever its members
homes(
    *("water_homes", 2, 5, "size drinking_water washing_water"),
    *((1, 3, 9), (2, 6, 3), (3, 1, 5), (4, 2, 9), (5, 9, 3)),
)
homes("sanitation_homes", 2, 6, *SANITATION)
homes("no_toilet_homes", 1, 6, *SANITATION)
homes("adequate_homes", 1, 6, *HOMES)
homes("crowded_homes", 1, 6, *HOMES)
homes("electric_homes", 3, 4, *LIGHT)
# and its families: two in the first and the third, one in the second, none told in the
# fourth; a third family of one number with another household's is of its own
FAMILIES = table(
    "home family",
    *((0, 1), (0, 2), (0, 2), (1, 1), (1, 1), (2, 1), (2, 7), (3, None), (4, 3)),
)
homes(
    *("earth_floor_families", 2, 6, "size floor"),
    *((9, 8), (1, 7), (1, 6), (1, 8), (1, 1)),
    people=FAMILIES,
    unanswered=1,
)
homes(
    *("weak_wall_families", 2 + 1 + 2, 6, "size wall"),
    *((9, 4), (1, 6), (1, 7), (1, 1), (1, 5)),
    people=FAMILIES,
    unanswered=1,
)
homes(
    *("weak_roof_families", 2 + 1 + 2, 6, "size roof"),
    *((9, 4), (1, 5), (1, 7), (1, 8), (1, 6)),
    people=FAMILIES,
    unanswered=1,
)
homes(
    *("no_electricity_families", 2, 6, "size lighting"),
    *((9, 4), (1, 1), (1, 2), (1, 4), (1, 3)),
    people=FAMILIES,
    unanswered=1,
)
homes(
    *("unmetered_families", 1 + 2, 6, "size lighting"),
    *((9, 4), (1, 2), (1, 3), (1, 4), (1, 1)),
    people=FAMILIES,
    unanswered=1,
)
homes(  # wood; charcoal is not wood; nothing cooked at home
    *("firewood_families", 2, 6, "size cooking_fuel"),
    *((9, 10), (1, 9), (1, 0), (1, 10), (1, 4)),
    people=FAMILIES,
    unanswered=1,
)

# --- question 3: schooling

# of 7-12: in SD, in MI, in SMP already, not at school; others in SD: 6 and 13 years
PUPILS = (
    "age schooling school_level",
    *((7, 2, 3), (12, 2, 4), (12, 2, 8), (9, 1, 0), (6, 2, 3), (13, 2, 3)),
    *((15, 2, 9), (16, 2, 6), (17, 2, 15), (18, 3, 13), (19, 2, 21), (30, 2, 23)),
)
people("attendance_7_12", 3, 4, *PUPILS)
people("net_enrolment_primary", 2, 4, *PUPILS)
people("gross_enrolment_primary", 4, 4, *PUPILS)
people("attendance_13_15", 2, 2, *PUPILS)
people("net_enrolment_junior", 1, 2, *PUPILS)
people("gross_enrolment_junior", 3, 2, *PUPILS)  # 12, 15 and 16 years, over 13 and 15
people("attendance_16_18", 2, 3, *PUPILS)
people("net_enrolment_senior", 1, 3, *PUPILS)
people("gross_enrolment_senior", 1, 3, *PUPILS)
people("gross_enrolment_tertiary", 2, 1, *PUPILS)
people("out_of_school", 2, 9, *PUPILS)
# certificates: none, SD, Paket A, still at SD; SMP, Paket B; SMA, S1; a man of 22
FINISHED = (
    "age diploma",
    *((13, 25), (14, 3), (15, 1), (15, 0), (16, 3), (18, 6), (17, 13)),
    *((19, 9), (20, 11), (21, 21), (22, 13)),
)
people("completion_primary", 2, 4, *FINISHED)
people("completion_junior", 2, 3, *FINISHED)
people("completion_senior", 2, 3, *FINISHED)
people(  # never 0; left SD in 4: 0+4-1; SMA 12; left S1 in 3: 12+3-1; S1 16; in S2: 16+1;
    # D3 15; S3 18; left SMP in 2: 6+2-1; at 24 not counted; grade missing: not answered
    *("years_of_schooling", 0 + 3 + 12 + 14 + 16 + 17 + 15 + 18 + 7, 9),
    "age schooling school_level school_grade diploma",
    *((60, 1, 0, 0, 0), (60, 3, 3, 4, 25), (25, 3, 13, 8, 13), (30, 3, 21, 3, 13)),
    *((40, 3, 21, 8, 21), (40, 2, 23, 1, 21), (40, 3, 19, 8, 19), (50, 3, 24, 8, 24)),
    *((50, 3, 8, 2, 4), (24, 3, 13, 8, 13), (40, 3, 13, 0, 13)),
    unanswered=1,
)
people(
    *("literacy", 2, 3, "age reads_latin reads_arabic reads_other"),
    *((15, Y, N, N), (70, N, Y, N), (80, N, N, N), (14, Y, Y, N)),
)

# --- question 3: health, food, papers

people(  # complaint that disturbs; one that does not; none; not known
    *("morbidity", 1, 3, "health_complaint complaint_disturbed"),
    *((Y, Y), (Y, N), (N, N), (None, None)),
    unanswered=1,
)
people(  # hospital and doctor; practice and health worker; polindes and dukun; at home
    # with a midwife; at 49; longer ago; at 50 and 14; place not known; helper not known
    *("facility_birth", 3, 5, "sex age last_birth birth_place birth_helper"),
    *((2, 15, 1, 1, 1), (2, 30, 1, 5, 5), (2, 30, 1, 6, 6), (2, 30, 1, 7, 3)),
    *((2, 49, 1, 6, 4), (2, 30, 2, 0, 0), (2, 50, 1, 1, 1), (2, 14, 1, 1, 1)),
    *((2, 30, 1, 0, 1), (2, 30, 1, 3, 0)),
    unanswered=2,
)
CARD = tuple(
    f"card_{v}"
    for v in "hb0 bcg polio_1 polio_2 polio_3 polio_4 dpt_1 dpt_2 dpt_3 measles".split()
)
FULL, NO_CARD = (3,) * 10, (0,) * 10
TOLD = "had_bcg polio_times dpt_times hepatitis_times had_measles"
people(  # by the card; card without measles; from memory; three polios; card and
    # memory together (measles told); 11 and 24 months; not known
    *("immunised", 3, 5, f"age_months {' '.join(CARD)} {TOLD}"),
    (12, *FULL, N, 0, 0, 0, N),
    (23, *FULL[:9], 0, N, 0, 0, 0, N),
    (15, *NO_CARD, Y, 4, 3, 1, Y),
    (15, *NO_CARD, Y, 3, 3, 1, Y),
    (15, *FULL[:9], 0, N, 0, 0, 0, Y),
    (11, *FULL, N, 0, 0, 0, N),
    (24, *FULL, N, 0, 0, 0, N),
    (15, *NO_CARD, None, 4, 3, 1, Y),
    unanswered=1,
)
FED = (
    "fed_other_milk fed_other_drink fed_sweet_drink fed_grain fed_beans fed_dairy "
    "fed_meat fed_egg fed_vitamin_a fed_other_greens fed_snacks fed_solids"
)
NOTHING = (N,) * 12
people(  # only breast milk; with other milk; with solids; not breastfed; 6 months
    *("breastfed_only", 1, 4, f"age_months breastfed {FED}", (0, Y, *NOTHING)),
    *((5, Y, Y, *NOTHING[1:]), (5, Y, *NOTHING[1:], Y), (3, N, *NOTHING)),
    *((6, Y, *NOTHING), (-1, N, *NOTHING)),
)
people(  # pill; rhythm (10); once did; never; method missing; then not counted at all
    *("modern_contraception", 1, 4, "sex marital age contraception contraceptive"),
    *((2, 2, 15, 2, 6), (2, 2, 49, 2, 10), (2, 2, 30, 1, 0), (2, 2, 30, 5, 0)),
    *((2, 2, 30, 2, 0), (2, 2, 50, 2, 6), (2, 3, 30, 2, 6), (2, 2, 14, 2, 6)),
    unanswered=1,
)
HUNGER = (
    "worried_about_food no_healthy_food few_kinds_of_food skipped_meal ate_less "
    "ran_out_of_food hungry_not_eaten whole_day_not_eaten"
)
homes(  # four yes; three; all; one not known, though four say yes
    *("food_insecurity", 2 + 4, 9, f"size {HUNGER}"),
    (2, Y, Y, Y, Y, N, N, N, N),
    (3, Y, Y, Y, N, N, N, N, N),
    (4, *(Y,) * 8),
    (5, Y, Y, Y, Y, None, N, N, N),
    unanswered=1,
)
people(  # shown, not shown, none, does not know; an adult is not asked
    *("birth_certificate", 2, 3, "age birth_certificate"),
    *((0, 1), (17, 2), (5, 5), (5, 8), (18, 0)),
    unanswered=1,
)
people("has_nik", 1, 2, "has_nik", Y, N, None, unanswered=1)
WHAT = "seeing hearing walking hands remembering behaviour speaking self_care".split()
DIFFICULTY = " ".join(f"difficulty_{each}" for each in WHAT)
people(  # none; some; much in one; cannot, another not answered; a baby; no answer
    *("disabled", 2, 4, f"age {DIFFICULTY}", (40, *(4,) * 8), (40, 3, *(4,) * 7)),
    *((2, *(4,) * 7, 2), (80, 1, None, *(4,) * 6), (1, *(0,) * 8), (5, *(None,) * 8)),
    unanswered=1,
)
people(  # as above: hands and behaviour do not count; babies do, as not disabled
    *("disabled_wg", 2, 7, f"age {DIFFICULTY}", (40, *(4,) * 8), (40, 3, *(4,) * 7)),
    *((2, *(4,) * 7, 2), (80, 1, None, *(4,) * 6), (1, *(0,) * 8), (5, *(None,) * 8)),
    *((30, 4, 4, 4, 1, 4, 4, 4, 4), (30, 4, 4, 4, 4, 4, 1, 4, 4)),
    unanswered=1,
)

# --- question 4

SECURITY = (
    "security_pension security_old_age security_work_accident security_death "
    "security_job_loss security_severance"
)
INSURED = "insured_pbi insured_nonpbi insured_jamkesda insured_private insured_employer"
SECURE, BARE = (N, Y, N, N, N, N), (N,) * 6
homes("no_social_security", 3, 5, f"size {SECURITY}", (2, *SECURE), (3, *BARE))
INSURANCES = (  # subsidised, own, Jamkesda, private, employer, none
    *((0, Y, N, N, N, N), (0, N, Y, N, N, N), (1, N, N, Y, N, N)),
    *((1, N, N, N, Y, N), (1, N, N, N, N, Y), (1, N, N, N, N, N), (0, N, N, N, N, N)),
)
BOTH = {"homes": table(SECURITY, SECURE, BARE)}
people("no_health_insurance", 2, 7, f"home {INSURED}", *INSURANCES, **BOTH)
people("jkn", 3, 7, f"home {INSURED}", *INSURANCES, **BOTH)
people("no_jkn", 4, 7, f"home {INSURED}", *INSURANCES, **BOTH)
people("jkn_pbi", 1, 7, f"home {INSURED}", *INSURANCES, **BOTH)
people("no_protection", 1, 7, f"home {INSURED}", *INSURANCES, **BOTH)
people("both_protections", 2, 7, f"home {INSURED}", *INSURANCES, **BOTH)
people("no_security_only", 3, 7, f"home {INSURED}", *INSURANCES, **BOTH)
people("no_insurance_only", 1, 7, f"home {INSURED}", *INSURANCES, **BOTH)
people(  # of the poor or vulnerable (household 0) two of three; household 1 stands at 1.5
    *("poor_without_jkn", 1, 3, f"home {INSURED}", *INSURANCES),
    homes=table("welfare", 1.4, 1.5),
)
people(  # secured at work, away; unsecured; a child; who does not work
    *("workers_secured", 2, 3, "home age worked away_from_work"),
    *((0, 15, Y, N), (0, 40, N, Y), (1, 40, Y, N), (0, 14, Y, N), (0, 40, N, N)),
    homes=table("security_work_accident security_old_age", (N, Y), (N, N)),
)
homes("pkh", 2, 5, "size pkh", (2, Y), (3, N))
homes("bpnt", 2, 5, "size bpnt_ever", (2, Y), (3, N))
homes("blt_desa", 2, 5, "size blt_desa", (2, Y), (3, N))
homes(
    *("local_aid", 3, 7, "size local_cash_regular local_cash_irregular"),
    *((1, Y, N), (2, N, Y), (4, N, N)),
)
people(  # SD, SMK; not receiving; S1, too old, no longer a pupil
    *("pip", 2, 3, "age schooling school_level pip", (6, 2, 3, Y), (21, 2, 15, Y)),
    *((10, 2, 3, N), (20, 2, 21, Y), (22, 2, 13, Y), (15, 3, 8, Y)),
)
AID = "pkh bpnt_ever blt_desa food_aid local_cash_regular local_cash_irregular"
NONE = (N,) * 6
AIDED = (  # poor with PKH; poor with local cash; poor with nothing; not poor with BPNT
    *(f"size welfare {AID}", (1, 0.5, Y, N, N, N, N, N), (2, 0.9, N, N, N, N, N, Y)),
    *((3, 0.9, *NONE), (4, 1.0, N, Y, N, N, N, N), (5, 2.0, Y, Y, N, N, N, N)),
)
homes("poor_without_aid", 3, 6, *AIDED)
homes("pkh_missed", 2 + 3, 6, *AIDED)
homes("no_pkh", 2 + 3 + 4, 15, *AIDED)
homes("bpnt_missed", 6, 6, *AIDED)
homes("pkh_spilled", 5, 1 + 5, *AIDED)
homes("bpnt_spilled", 4 + 5, 9, *AIDED)
people(  # insured; by the household's security; by its aid; by nothing
    *("protected", 3, 4, f"home {INSURED}", (2, Y, N, N, N, N), (0, *(N,) * 5)),
    *((1, *(N,) * 5), (2, *(N,) * 5)),
    homes=table(
        f"{SECURITY} {AID}", (*SECURE, *NONE), (*BARE, Y, *NONE[1:]), (*BARE, *NONE)
    ),
)
AID_BY_NEED = {  # poor without; poor with PKH; with Atensi for the old; at 1.5
    "homes": table(
        f"welfare elderly_aid {AID}",
        *((0.9, N, *NONE), (1.4, N, Y, *NONE[1:]), (0.9, Y, *NONE), (1.5, N, *NONE)),
    )
}
people(
    *("elderly_without_aid", 1, 3, "home age"),
    *((0, 60), (0, 59), (1, 70), (2, 70), (3, 70)),
    **AID_BY_NEED,
)
people(  # whatever is spent: without; with PKH; with Atensi; without at 1.5; too young
    *("elderly_no_aid", 2, 4, "home age"),
    *((0, 60), (0, 59), (1, 70), (2, 70), (3, 70)),
    **AID_BY_NEED,
)
BLIND, WELL = (1, *(4,) * 7), (4,) * 8
people(  # without; with Atensi; PKH in the house; not disabled; household at 1.5; a baby
    *("disabled_without_aid", 1, 3, f"home age disability_aid {DIFFICULTY}"),
    *((0, 40, N, *BLIND), (0, 40, Y, *BLIND), (1, 40, N, *BLIND), (0, 40, N, *WELL)),
    *((3, 40, N, *BLIND), (0, 1, N, *(0,) * 8)),
    **AID_BY_NEED,
)
people(  # whatever is spent: without; with Atensi; PKH in the house; at 1.5 without; whose
    # hands alone fail; a baby
    *("disabled_no_aid", 2, 4, f"home age disability_aid {DIFFICULTY}"),
    *((0, 40, N, *BLIND), (0, 40, Y, *BLIND), (1, 40, N, *BLIND), (3, 40, N, *BLIND)),
    *((0, 40, N, 4, 4, 4, 1, 4, 4, 4, 4), (0, 1, N, *(0,) * 8)),
    **AID_BY_NEED,
)


@pytest.mark.parametrize("name", CASES)
def test_an_indicator_counts_the_people_that_one_counts_by_hand(name):
    homes_of, people_of, above, below, unanswered = CASES[name]
    found = counted(name, homes_of, people_of)
    assert found == (pytest.approx(above), pytest.approx(below), unanswered)


def test_unknown_spending_is_neither_poor_nor_not_poor():
    """Of five people one is poor, two are not, and two have told nothing."""
    given = table("size welfare", (1, 0.5), (2, None), (2, 1.2))
    for name, above in (("p0", 1), ("poor_persons", 1), ("p1", 0.5), ("p2", 0.25)):
        assert counted(name, given, ONE_PERSON)[:2] == (above, 3)
    for name in ("vulnerable", "aspiring", "middle", "upper", "chronic_poor"):
        assert counted(name, given, ONE_PERSON)[1] < 5


def test_a_household_meets_the_line_of_its_own_area():
    """BPS, East Java, March 2023: Rp522,690 in urban and Rp488,437 in rural areas."""
    con = connection(table("size urban", (1, True), (1, False)), ONE_PERSON)
    rows.join(con, 2023, "province_urban_rural")
    met = con.execute("SELECT urban, poverty_line FROM rows_households").fetchall()
    assert dict(met) == {True: 522_690, False: 488_437}


def test_extreme_poverty_meets_the_line_of_its_own_year():
    """10,739 rupiah a day are 326,644.58 a month of 2022; the poverty line is not met."""
    line = reference.poverty_lines(2023).set_index("region")["poverty_line"][PACITAN]
    spent = table("size welfare", (2, 326_644 / line), (3, 326_645 / line))
    assert counted("extreme_poverty", spent, ONE_PERSON, year=2022) == (2, 5, 0)


def test_a_line_of_another_definition_gives_no_extreme_poverty(monkeypatch):
    """BPS's line since July 2025 goes with a spatial deflator that no line holds."""
    entry = parameters._policies()["extreme_line_day"]
    own = next(iter(entry["values"].values()))
    for name, known in [("ppp_190_2011", True), ("ppp_215_2017", False), (None, False)]:
        newer = {datetime.date(2024, 3, 1): own | {"definition": name}}
        changed = entry | {"values": entry["values"] | newer}
        found = parameters._policies() | {"extreme_line_day": changed}
        monkeypatch.setattr(parameters, "_policies", lambda found=found: found)
        assert (rows._constants(2024)["extreme_line"] is not None) == known


def test_every_share_and_mean_of_the_catalogue_has_its_rows_here():
    all_of_ours = [each for theme in shipped().values() for each in theme]
    computed = {each.name for each in all_of_ours if each.kind in ("ratio", "total")}
    assert computed - {"extreme_poverty"} == set(CASES)  # it is told above


def test_informal_and_short_time_part_all_who_were_at_work():
    parts = [
        counted(f"{kind}_{time}", ONE_HOME, table(*WORKERS))
        for kind in ("informal", "formal")
        for time in ("full_time", "short_time")
    ]
    assert {below for _, below, _ in parts} == {10}
    assert sum(above for above, _, _ in parts) == 10


def evaluated(expression, **row):
    """Value of SQL over one row."""
    con = duckdb.connect()
    given = pd.DataFrame([row])
    empty = given.columns[given.isna().all()]
    con.register("given", given.astype(dict.fromkeys(empty, "Int8")))
    return con.execute(f"SELECT {expression} FROM given").fetchone()[0]


def disability_group(answers):
    """Group of a person of 40 with these eight answers; None is unanswered."""
    expression = groupings.grouping("disability").expression
    person = dict(zip(groupings.DIFFICULTIES, answers, strict=True))
    return evaluated(expression, age=40, **person)


@pytest.mark.parametrize(
    ("answers", "group"),
    [
        ((4,) * 8, 1),
        ((3,) * 8, 1),
        ((4, 4, 2, 4, 4, 4, 4, 4), 0),
        ((None, None, 1, None, None, None, None, None), 0),
        ((0,) * 8, None),
        ((None,) * 8, None),
        ((4, None, 4, 4, 4, 4, 4, 4), None),
        ((0, None, 0, 0, 0, 0, 0, 0), None),
    ],
)
def test_who_left_a_difficulty_open_is_neither_with_nor_without(answers, group):
    assert disability_group(answers) == group


# At a bound of a band one is in the band above.
BOUNDS = dict(
    zip(("band_1", "band_2", "band_3", "band_4"), (1, 1.5, 3.5, 17), strict=True)
)
PARTED = {
    "area": ("urban", {True: "urban", False: "rural"}),
    "sex": ("sex", {1: "male", 2: "female"}),
    "head_sex": ("head_sex", {1: "male", 2: "female"}),
    "age": (
        "age",
        {
            **{0: "0-6", 6: "0-6", 7: "7-12", 12: "7-12", 13: "13-18", 18: "13-18"},
            **{
                19: "19-24",
                24: "19-24",
                25: "25-59",
                59: "25-59",
                60: "60+",
                97: "60+",
            },
        },
    ),
    "welfare": (
        "welfare",
        {
            **{None: None, 0.79: "chronic_poor", 0.8: "other_poor", 0.99: "other_poor"},
            **{
                1.0: "vulnerable",
                1.49: "vulnerable",
                1.5: "aspiring",
                3.49: "aspiring",
            },
            **{3.5: "middle", 16.9: "middle", 17.0: "upper"},
        },
    ),
    "poverty": ("welfare", {None: None, 0.99: "poor", 1.0: "not_poor"}),
    # BPS's codes of the highest diploma in 2023: 1-5 SD, 6-10 SMP, 11-17 SMA, 18-24
    # higher, 25 none; 0 never went to school
    "head_education": (
        "head_diploma",
        {
            **{None: None, 0: "none", 25: "none", 1: "primary", 5: "primary"},
            **{6: "junior", 10: "junior", 11: "senior", 17: "senior"},
            **{18: "tertiary", 24: "tertiary"},
        },
    ),
    # KBLI's sections in Susenas: 1-6 farming, forestry and fishing, 7-11 mining to building
    "sector": (
        "industry",
        {
            **{0: None, 1: "farming", 6: "farming", 7: "industry", 11: "industry"},
            **{12: "services", 26: "services"},
        },
    ),
    "work_status": (
        "work_status",
        {
            **{0: None, 1: "own_account", 2: "with_unpaid_help", 3: "employer"},
            **{4: "employee", 5: "casual", 6: "family"},
        },
    ),
}


@pytest.mark.parametrize(
    ("name", "value", "group"),
    [
        (name, value, group)
        for name, (_, groups) in PARTED.items()
        for value, group in groups.items()
    ],
)
def test_everybody_stands_in_the_group_that_the_bounds_say(name, value, group):
    by, column = groupings.grouping(name), PARTED[name][0]
    number = evaluated(by.expression, chronic_cut=0.8, **BOUNDS, **{column: value})
    assert (None if number is None else by.groups[int(number)]) == group


def test_every_grouping_of_answers_has_its_bounds_here():
    asked = {by.name for by in groupings.GROUPINGS if by.expression}
    assert asked - {"all", "disability"} == set(PARTED)


@pytest.mark.parametrize(("welfare", "chronic"), [(0.79, 1), (0.8, 0), (None, None)])
def test_who_spends_the_cut_itself_is_not_chronically_poor(welfare, chronic):
    sql = catalogue()["chronic_poor"].numerator
    assert evaluated(sql, chronic_cut=0.8, welfare=welfare) == chronic
