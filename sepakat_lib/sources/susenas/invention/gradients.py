"""How common each invented answer is, and how it leans on welfare and on urban life.

One row says: among rural households at the median of welfare the answer has this
share; a standard deviation of log spending moves its logit by this slope; urban life
by this shift. Every number is invented, chosen so that the nation's average looks
plausible; none is an estimate, and nothing may be concluded from them.

The unit of the slope is one standard deviation of log(spending / poverty line); the
median household spends twice its line (`standardised`).
"""

import numpy as np

MEDIAN, SPREAD = 0.70, 0.60  # of log(spending / line): a nation with a tenth poor

# (item, code): share at the median, slope, urban shift. An item with one row is
# answered yes (1) or no (5); an item with several rows takes exactly one of its codes.
GRADIENTS = {
    # food insecurity; 8 does not know
    ("worried_about_food", 1): (0.200, -0.65, -0.10),
    ("no_healthy_food", 1): (0.145, -0.70, -0.10),
    ("few_kinds_of_food", 1): (0.155, -0.70, -0.10),
    ("skipped_meal", 1): (0.050, -0.70, -0.10),
    ("ate_less", 1): (0.080, -0.70, -0.10),
    ("ran_out_of_food", 1): (0.045, -0.75, -0.10),
    ("hungry_not_eaten", 1): (0.025, -0.75, -0.10),
    ("whole_day_not_eaten", 1): (0.008, -0.75, -0.10),
    # housing
    ("tenure", 1): (0.900, 0.00, -0.60),
    ("tenure", 2): (0.015, 0.35, 1.60),
    ("tenure", 3): (0.075, -0.10, 0.10),
    ("tenure", 4): (0.007, 0.40, 0.10),
    ("tenure", 5): (0.003, -0.20, 0.00),
    ("roof", 1): (0.015, 0.60, 0.70),
    ("roof", 2): (0.500, 0.10, 0.20),
    ("roof", 3): (0.395, 0.00, -0.20),
    ("roof", 4): (0.055, 0.00, 0.20),
    ("roof", 5): (0.003, -0.70, -0.80),
    ("roof", 6): (0.010, -0.30, -0.50),
    ("roof", 7): (0.017, -1.20, -1.50),
    ("roof", 8): (0.005, -0.20, 0.00),
    ("wall", 1): (0.735, 0.35, 0.75),
    ("wall", 2): (0.015, -0.20, -0.30),
    ("wall", 3): (0.185, -0.10, -0.50),
    ("wall", 4): (0.040, -0.70, -0.80),
    ("wall", 5): (0.004, -0.90, -1.00),
    ("wall", 6): (0.013, -0.90, -1.00),
    ("wall", 7): (0.008, -0.70, -0.50),
    ("floor", 1): (0.010, 1.10, 0.70),
    ("floor", 2): (0.470, 0.40, 0.60),
    ("floor", 3): (0.006, 0.40, 0.30),
    ("floor", 4): (0.050, 0.00, 0.20),
    ("floor", 5): (0.130, -0.20, -0.60),
    ("floor", 6): (0.276, -0.30, -0.10),
    ("floor", 7): (0.010, -0.80, -0.90),
    ("floor", 8): (0.045, -0.90, -0.90),
    ("floor", 9): (0.003, -0.50, 0.00),
    ("toilet", 1): (0.850, 0.55, 0.35),
    ("toilet", 2): (0.070, -0.20, 0.00),
    ("toilet", 3): (0.012, -0.30, 0.10),
    ("toilet", 4): (0.022, -0.40, -0.10),
    ("toilet", 5): (0.004, -0.20, -0.20),
    ("toilet", 6): (0.042, -0.60, -0.90),
    ("closet", 1): (0.960, 0.45, 0.60),
    ("closet", 2): (0.012, -0.20, -0.10),
    ("closet", 3): (0.008, -0.40, -0.40),
    ("closet", 4): (0.020, -0.70, -0.90),
    ("sewage", 1): (0.860, 0.40, 0.45),
    ("sewage", 2): (0.004, 0.40, 0.90),
    ("sewage", 3): (0.058, -0.20, 0.00),
    ("sewage", 4): (0.064, -0.50, -0.70),
    ("sewage", 5): (0.009, -0.70, -0.80),
    ("sewage", 6): (0.005, -0.30, -0.20),
    ("drinking_water", 1): (0.030, 0.70, 1.30),
    ("drinking_water", 2): (0.210, 0.35, 0.85),
    ("drinking_water", 3): (0.090, 0.05, 0.30),
    ("drinking_water", 4): (0.195, 0.00, 0.00),
    ("drinking_water", 5): (0.200, -0.15, -0.50),
    ("drinking_water", 6): (0.045, -0.50, -0.80),
    ("drinking_water", 7): (0.135, -0.25, -1.10),
    ("drinking_water", 8): (0.040, -0.60, -1.50),
    ("drinking_water", 9): (0.022, -0.80, -1.50),
    ("drinking_water", 10): (0.030, -0.15, -0.80),
    ("drinking_water", 11): (0.003, -0.20, 0.00),
    ("drinking_water_distance", 1): (0.320, -0.10, 0.50),
    ("drinking_water_distance", 2): (0.640, 0.10, -0.10),
    ("drinking_water_distance", 8): (0.040, 0.00, 0.10),
    ("drinking_water_place", 1): (0.800, 0.30, 0.50),
    ("drinking_water_place", 2): (0.200, -0.30, -0.50),
    ("washing_water", 3): (0.120, 0.10, 0.80),
    ("washing_water", 4): (0.300, 0.15, 0.50),
    ("washing_water", 5): (0.270, -0.10, -0.30),
    ("washing_water", 6): (0.065, -0.40, -0.60),
    ("washing_water", 7): (0.125, -0.25, -1.10),
    ("washing_water", 8): (0.045, -0.50, -1.40),
    ("washing_water", 9): (0.055, -0.60, -1.20),
    ("washing_water", 10): (0.015, -0.20, -0.80),
    ("washing_water", 11): (0.005, -0.20, 0.00),
    ("handwashing_place", 1): (0.720, 0.35, 0.30),
    ("handwashing_place", 2): (0.210, -0.15, -0.20),
    ("handwashing_place", 3): (0.060, -0.55, -0.40),
    ("handwashing_place", 4): (0.010, 0.00, 0.10),
    ("handwashing_water", 1): (0.960, 0.40, 0.30),
    ("handwashing_soap", 1): (0.870, 0.50, 0.30),
    ("lighting", 1): (0.880, 0.30, 0.50),
    ("lighting", 2): (0.090, -0.20, -0.10),
    ("lighting", 3): (0.020, -0.40, -1.50),
    ("lighting", 4): (0.010, -1.00, -1.80),
    ("cooking_fuel", 0): (0.008, 0.30, 1.00),
    ("cooking_fuel", 1): (0.005, 0.50, 0.80),
    ("cooking_fuel", 2): (0.004, 0.90, 0.50),
    ("cooking_fuel", 3): (0.015, 1.20, 0.80),
    ("cooking_fuel", 4): (0.760, 0.15, 0.30),
    ("cooking_fuel", 5): (0.002, 0.50, 1.80),
    ("cooking_fuel", 6): (0.001, 0.00, -0.50),
    ("cooking_fuel", 7): (0.020, -0.10, 0.20),
    ("cooking_fuel", 9): (0.003, -0.40, 0.00),
    ("cooking_fuel", 10): (0.180, -0.75, -1.60),
    ("cooking_fuel", 11): (0.002, -0.20, 0.00),
    # credit and assets
    ("credit_kur", 1): (0.080, 0.15, -0.20),
    ("credit_bank", 1): (0.035, 0.60, 0.20),
    ("credit_cooperative", 1): (0.026, 0.20, -0.05),
    ("credit_online", 1): (0.009, 0.25, 0.60),
    ("credit_mekaar", 1): (0.060, -0.20, -0.10),
    ("has_refrigerator", 1): (0.540, 1.00, 0.55),
    ("has_computer", 1): (0.060, 1.15, 0.85),
    ("has_gold", 1): (0.190, 0.80, 0.20),
    ("has_motorcycle", 1): (0.800, 0.75, 0.10),
    ("has_car", 1): (0.038, 1.35, 0.30),
    ("has_television", 1): (0.180, 1.00, 0.70),
    ("has_land", 1): (0.720, 0.25, -0.85),
    # social protection
    ("security_pension", 1): (0.040, 0.80, 0.45),
    ("security_old_age", 1): (0.070, 0.75, 0.90),
    ("security_work_accident", 1): (0.085, 0.75, 0.85),
    ("security_death", 1): (0.070, 0.75, 0.85),
    ("security_job_loss", 1): (0.030, 0.70, 0.90),
    ("security_severance", 1): (0.004, 0.30, 0.60),
    ("pkh_ever", 1): (0.155, -0.70, -0.45),
    ("pkh", 1): (0.780, -0.25, -0.10),
    ("kks_with_pkh", 1): (0.850, -0.10, 0.00),
    ("kks_without_pkh", 1): (0.040, -0.65, -0.15),
    ("bpnt_with_kks", 1): (0.900, -0.10, 0.00),
    ("bpnt_without_kks", 1): (0.075, -0.65, -0.20),
    ("blt_desa", 1): (0.070, -0.60, -2.30),
    ("food_aid", 1): (0.200, -0.70, -0.25),
    ("micro_business", 1): (0.260, 0.10, 0.05),
    ("local_cash_regular", 1): (0.012, -0.40, 0.10),
    ("local_cash_irregular", 1): (0.016, -0.40, 0.00),
    # papers, schooling
    ("has_nik", 1): (0.970, 0.30, 0.20),
    ("birth_certificate", 1): (0.640, 0.25, 0.15),
    ("birth_certificate", 2): (0.210, 0.05, 0.05),
    ("birth_certificate", 5): (0.145, -0.50, -0.40),
    ("birth_certificate", 8): (0.005, -0.20, 0.00),
    ("reads_arabic", 1): (0.520, 0.10, 0.15),
    ("reads_other", 1): (0.020, 0.40, 0.30),
    ("kip", 1): (0.075, -0.55, -0.20),
    ("kip", 2): (0.035, -0.55, -0.20),
    ("kip", 5): (0.890, 0.00, 0.00),
    ("pip_with_kip", 1): (0.700, -0.20, 0.00),
    ("pip_without_kip", 1): (0.050, -0.50, -0.20),
    ("bank_account", 1): (0.400, 0.75, 0.50),
    # work; "away" of those who did not work last week; pooled over schooling
    ("worked", 1): (0.500, 0.05, -0.10),
    ("away_from_work", 1): (0.012, 0.10, 0.00),
    ("industry", 1): (0.227, -0.80, -2.00),
    ("industry", 2): (0.035, -0.40, -1.60),
    ("industry", 3): (0.130, -0.35, -2.20),
    ("industry", 4): (0.030, -0.40, -1.20),
    ("industry", 5): (0.030, -0.40, -1.50),
    ("industry", 6): (0.015, -0.50, -2.20),
    ("industry", 7): (0.015, 0.20, -0.70),
    ("industry", 8): (0.110, -0.10, 0.55),
    ("industry", 9): (0.001, 0.60, 0.60),
    ("industry", 10): (0.002, -0.20, 0.60),
    ("industry", 11): (0.060, -0.45, -0.05),
    ("industry", 12): (0.140, 0.15, 0.50),
    ("industry", 13): (0.030, 0.00, 0.60),
    ("industry", 14): (0.045, 0.05, 0.75),
    ("industry", 15): (0.003, 0.90, 1.30),
    ("industry", 16): (0.006, 1.10, 0.90),
    ("industry", 17): (0.001, 0.90, 1.50),
    ("industry", 18): (0.002, 1.20, 1.20),
    ("industry", 19): (0.006, 0.20, 1.10),
    ("industry", 20): (0.025, 0.80, 0.40),
    ("industry", 21): (0.038, 1.00, 0.25),
    ("industry", 22): (0.010, 1.00, 0.50),
    ("industry", 23): (0.002, 0.30, 0.60),
    ("industry", 24): (0.025, -0.10, 0.50),
    ("industry", 25): (0.012, -0.40, 0.70),
    ("industry", 26): (0.0001, 1.00, 1.00),
    ("work_status", 1): (0.255, 0.00, 0.00),
    ("work_status", 2): (0.150, -0.10, -0.40),
    ("work_status", 3): (0.027, 0.50, 0.10),
    ("work_status", 4): (0.255, 0.45, 0.50),
    ("work_status", 5): (0.100, -0.55, -0.30),
    ("work_status", 6): (0.213, -0.20, -0.50),
    # communication
    ("uses_phone", 1): (0.800, 0.70, 0.40),
    ("has_phone", 1): (0.880, 0.50, 0.25),
    ("uses_internet", 1): (0.620, 0.85, 0.60),
    # health; one insurance to a household, members may miss it
    ("insurance", 1): (0.450, -0.55, -0.25),
    ("insurance", 2): (0.135, 0.85, 0.70),
    ("insurance", 3): (0.135, -0.20, -0.10),
    ("insurance", 4): (0.280, -0.05, 0.00),
    ("insured_private", 1): (0.003, 1.30, 0.90),
    ("insured_employer", 1): (0.010, 0.90, 0.90),
    ("health_complaint", 1): (0.250, -0.05, 0.00),
    ("complaint_disturbed", 1): (0.480, -0.15, -0.10),
    ("outpatient", 1): (0.440, 0.15, 0.05),
    ("inpatient", 1): (0.030, 0.25, 0.10),
    ("man_smokes", 1): (0.620, -0.20, -0.25),
    ("woman_smokes", 1): (0.010, -0.15, 0.10),
    # births and contraception
    ("birth_place", 1): (0.270, 0.45, 0.60),
    ("birth_place", 2): (0.150, 0.15, 0.25),
    ("birth_place", 3): (0.180, -0.20, -0.20),
    ("birth_place", 4): (0.015, -0.20, -0.60),
    ("birth_place", 5): (0.220, 0.05, 0.00),
    ("birth_place", 6): (0.060, -0.20, -0.80),
    ("birth_place", 7): (0.100, -0.80, -0.90),
    ("birth_place", 8): (0.005, -0.40, 0.00),
    ("birth_helper", 1): (0.260, 0.50, 0.55),
    ("birth_helper", 2): (0.015, 0.10, 0.10),
    ("birth_helper", 3): (0.650, 0.00, 0.00),
    ("birth_helper", 4): (0.010, -0.20, -0.40),
    ("birth_helper", 5): (0.003, 0.00, 0.00),
    ("birth_helper", 6): (0.055, -0.90, -1.00),
    ("birth_helper", 7): (0.005, -0.80, -0.60),
    ("birth_helper", 8): (0.002, -0.90, -0.60),
    ("birth_weight", 1): (0.125, -0.15, -0.05),
    ("birth_weight", 2): (0.825, 0.10, 0.05),
    ("birth_weight", 5): (0.030, -1.00, -1.00),
    ("birth_weight", 8): (0.020, -0.40, -0.20),
    ("contraception", 1): (0.180, 0.00, 0.00),
    ("contraception", 2): (0.560, -0.05, -0.10),
    ("contraception", 5): (0.260, 0.05, 0.10),
    # added later: these draw from random numbers of their own (`records.pieces`)
    ("elderly_aid", 1): (0.020, -0.50, -0.10),
    ("disability_aid", 1): (0.030, -0.40, 0.00),
    ("contraceptive", 1): (0.050, 0.15, 0.15),
    ("contraceptive", 2): (0.002, 0.00, 0.00),
    ("contraceptive", 3): (0.090, 0.30, 0.30),
    ("contraceptive", 4): (0.530, -0.20, -0.20),
    ("contraceptive", 5): (0.110, -0.15, -0.20),
    ("contraceptive", 6): (0.150, 0.00, 0.05),
    ("contraceptive", 7): (0.030, 0.60, 0.50),
    ("contraceptive", 8): (0.001, 0.00, 0.00),
    ("contraceptive", 9): (0.002, 0.00, 0.00),
    ("contraceptive", 10): (0.020, 0.50, 0.30),
    ("contraceptive", 11): (0.015, 0.10, 0.00),
    # children under five; a vaccination of those old enough for it
    ("card_shown", 1): (0.600, 0.10, -0.05),
    ("hb0", 1): (0.955, 0.35, 0.15),
    ("bcg", 1): (0.955, 0.30, 0.10),
    ("polio_1", 1): (0.950, 0.30, 0.10),
    ("polio_2", 1): (0.965, 0.25, 0.05),
    ("polio_3", 1): (0.960, 0.25, 0.05),
    ("polio_4", 1): (0.940, 0.25, 0.05),
    ("dpt_1", 1): (0.940, 0.30, 0.05),
    ("dpt_2", 1): (0.965, 0.25, 0.05),
    ("dpt_3", 1): (0.950, 0.25, 0.05),
    ("measles", 1): (0.880, 0.25, 0.05),
    ("breastfed", 1): (0.870, -0.15, -0.15),
    ("mixed_feeding", 1): (0.550, 0.05, 0.10),
    ("fed_other_milk", 1): (0.450, 0.40, 0.30),
    ("fed_other_drink", 1): (0.350, 0.00, 0.00),
    ("fed_sweet_drink", 1): (0.180, 0.00, 0.10),
    ("fed_grain", 1): (0.720, 0.05, 0.00),
    ("fed_beans", 1): (0.280, 0.10, 0.05),
    ("fed_dairy", 1): (0.120, 0.40, 0.30),
    ("fed_meat", 1): (0.380, 0.35, 0.10),
    ("fed_egg", 1): (0.400, 0.20, 0.05),
    ("fed_vitamin_a", 1): (0.420, 0.10, 0.00),
    ("fed_other_greens", 1): (0.320, 0.10, 0.00),
    ("fed_snacks", 1): (0.280, 0.00, 0.10),
    ("fed_solids", 1): (0.780, 0.05, 0.00),
}

ITEMS = frozenset(item for item, _ in GRADIENTS)

# What age adds to the logit, between the given ages by straight lines.
AGE_CURVES = {
    "man_works": "5 -7.5, 10 -4.2, 15 -1.6, 18 .6, 22 1.6, 30 3.2, 50 3, 60 1.7,"
    " 70 .3, 80 -1.3, 95 -4",
    "woman_works": "5 -8, 10 -4.8, 15 -2.1, 18 -.5, 22 .1, 30 .2, 50 .6, 60 0,"
    " 70 -.9, 80 -2.4, 95 -5",
    "bank_account": "5 -3.5, 12 -2.4, 17 -.8, 25 .6, 45 .4, 60 -.3, 75 -1.2, 95 -2.5",
    "uses_phone": "5 -1.2, 10 .3, 15 2.2, 35 2, 55 .3, 65 -.9, 75 -2, 95 -4",
    "uses_internet": "5 -1.6, 10 .1, 15 2.3, 25 2.4, 40 .8, 55 -.9, 65 -2.4, 95 -6",
    "has_phone": "5 -4.2, 10 -2.6, 15 .4, 22 1.8, 50 1.4, 75 -.2, 95 -1",
    "health_complaint": "0 .3, 5 -.1, 20 -.6, 40 -.1, 60 .7, 80 1.2, 95 1.3",
    "inpatient": "0 .4, 5 -.6, 20 -.2, 50 0, 65 .7, 95 1.2",
    "smokes": "5 -9, 10 -6, 14 -2, 18 .4, 25 2.2, 50 2.4, 70 1, 95 -.5",
    "in_school": "5 -2.2, 6 1, 7 5, 12 5, 13 3.8, 15 2.9, 16 1.6, 18 .2, 19 -.9,"
    " 22 -1.3, 25 -3.6, 30 -5.5, 40 -8",
    "attainment": "5 .8, 25 .65, 40 0, 55 -.75, 70 -1.3, 95 -1.7",
    "ever_gave_birth": "10 -4, 16 -1, 20 .6, 25 1.7, 30 2.6, 54 3",
    "difficulty_seeing": "2 -7, 20 -4.6, 40 -3.2, 60 -1.2, 80 .2, 95 1",
    "difficulty_hearing": "2 -7, 40 -5.2, 60 -3.2, 80 -.8, 95 .5",
    "difficulty_walking": "2 -6.5, 40 -4.8, 60 -2.7, 80 -.4, 95 1",
    "difficulty_hands": "2 -7, 40 -5.6, 60 -3.8, 80 -1.7, 95 -.5",
    "difficulty_remembering": "2 -6.4, 40 -5, 60 -3.4, 80 -1, 95 .3",
    "difficulty_behaviour": "2 -5.8, 40 -5.3, 60 -4.6, 80 -2.8, 95 -1.8",
    "difficulty_speaking": "2 -5.4, 20 -5.6, 60 -4.6, 80 -2.6, 95 -1.5",
    "difficulty_self_care": "2 -5.4, 10 -6.2, 60 -4.6, 80 -2, 95 -.5",
    # of infants, by months
    "breastfed": "0 1.2, 6 .6, 12 0, 18 -.5, 23 -1.2",
    "mixed_feeding": "0 -2.3, 3 -1.7, 5 -.9, 6 2.5, 9 4, 23 5",
    "solid_food": "0 -1.8, 5 -.8, 6 .5, 12 1.5, 23 2",
}


def standardised(spending, line):
    """Welfare in standard deviations: 0 at twice the line, -1.2 on the line.

    Parameters
    ----------
    spending, line : array of float
        [IDR/person/month], above 0.

    >>> round(float(standardised(500_000.0, 500_000.0)), 2)
    -1.17
    """
    return (np.log(spending / line) - MEDIAN) / SPREAD


def by_age(curve: str, age: np.ndarray) -> np.ndarray:
    """Give what `curve` of AGE_CURVES adds to the logit at each `age` [years]."""
    return np.interp(age, *_CURVES[curve])


def draw(rng, item: str, welfare, urban, shift=0.0, eligible=None) -> np.ndarray:
    """One invented answer a row: a code of `item`, or -1 where it is not asked.

    Parameters
    ----------
    rng : numpy.random.Generator
    item : str
        A name in GRADIENTS; with one row the answer is 1 (yes) or 5 (no).
    welfare : array of float
        Standardised log welfare (`standardised`).
    urban : array of bool
    shift : array of float
        Added to the logit; for an item of several codes an array rows × codes.
    eligible : array of bool, optional
        Rows outside it are -1.
    """
    codes, table = _COMPILED[item]
    level, slope, town = table
    if len(codes) == 1:
        logit = level + slope * welfare + town * urban + shift
        answer = np.where(rng.random(len(welfare)) * (1 + np.exp(-logit)) < 1, 1, 5)
    else:
        logit = level + np.outer(welfare, slope) + np.outer(urban, town) + shift
        reach = np.cumsum(np.exp(logit), axis=1)
        point = rng.random((len(welfare), 1)) * reach[:, -1:]
        answer = codes[(point >= reach[:, :-1]).sum(axis=1)]
    answer = answer.astype(np.int16)
    return answer if eligible is None else np.where(eligible, answer, np.int16(-1))


def _compiled():
    items = {}
    for (item, code), row in GRADIENTS.items():
        items.setdefault(item, []).append((code, row))
    for item, rows in items.items():
        codes = np.array([code for code, _ in rows], np.int16)
        level, slope, town = np.array([row for _, row in rows]).T
        if len(codes) == 1:
            yield (
                item,
                (codes, (float(np.log(level / (1 - level))[0]), slope[0], town[0])),
            )
        else:
            yield item, (codes, (np.log(level), slope, town))


_COMPILED = dict(_compiled())
_CURVES = {
    name: np.array([point.split() for point in text.split(",")], float).T
    for name, text in AGE_CURVES.items()
}
