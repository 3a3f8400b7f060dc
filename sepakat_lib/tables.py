"""The tables at which the stages meet; each says what its columns mean."""

import pandera.pandas as pa

NAME = r"^[a-z][a-z0-9_]*$"
REGION = r"^(\d{2}|\d{4})$"  # BPS 2022: "00" nation, "35" province, "3501" kabupaten


class Households(pa.DataFrameModel):
    """One row a household of one round of any survey: where it lives, how it was drawn.

    Items of the layout stand beside these columns.

    Items keep the codes of the questionnaire (`sources.susenas.layouts`); 0 means that
    the question does not apply, a missing value that it was not answered.
    """

    region: str = pa.Field(str_matches=r"^\d{4}$", description="kabupaten, BPS 2022")
    household: int = pa.Field(unique=True, ge=0, description="key within the round")
    psu: str = pa.Field(nullable=True, description="first-stage unit, nested in region")
    stratum: str = pa.Field(nullable=True, description="stratum, nested in region")
    urban: bool = pa.Field(description="BPS's class of the village")
    size: int = pa.Field(ge=1, le=60, description="members [persons]")
    weight: float = pa.Field(gt=0, description="households represented")

    class Config:
        """Types are made right; the layout's items may stand beside these columns."""

        coerce = True


class SpendingHouseholds(Households):
    """Households that were asked what they spend: they meet poverty lines."""

    spending_pc_month: float = pa.Field(
        ge=0, nullable=True, description="[IDR/person/month]"
    )
    food_pc_month: float = pa.Field(
        ge=0, nullable=True, description="[IDR/person/month]"
    )


class Persons(pa.DataFrameModel):
    """One row a household member; `weight` is the household's."""

    region: str = pa.Field(str_matches=r"^\d{4}$", description="kabupaten, BPS 2022")
    household: int = pa.Field(ge=0, description="key of the household")
    person: int = pa.Field(ge=1, description="number in the household")
    weight: float = pa.Field(gt=0, description="persons represented")

    class Config:
        """Types are made right; the layout's items may stand beside these columns."""

        coerce = True


class Official(pa.DataFrameModel):
    """Figures of a publisher; their sampling error is as a rule not published."""

    region: str = pa.Field(str_matches=REGION)
    year: int = pa.Field(ge=2000, le=2100)
    month: int = pa.Field(
        ge=0, le=12, description="of the round; 0 for a year's figure"
    )
    area: str = pa.Field(isin=["all", "urban", "rural"])
    indicator: str = pa.Field(
        str_matches=NAME,
        description="of the catalogue or any other, in its own unit: p0, p1, p2 "
        "[percent, index x 100]; poor_persons; poverty_line [IDR/person/month]; "
        "extreme_poor_190, …_215 [percent], a name for each definition (USD PPP a day)",
    )
    value: float
    publisher: str = pa.Field(str_length={"min_value": 2})
    table: str = pa.Field(description="table or variable, empty where not known")
    note: str = pa.Field(description="estimated or corrected, and how; else empty")
    grade: str = pa.Field(
        isin=["published", "computed", "estimated", "second_hand"],
        description="printed by its publisher; computed from what it printed; guessed; "
        "or as another copied it, not held against its publisher",
    )

    class Config:
        """Nothing else stands here."""

        strict = True
        coerce = True


class Apbd(pa.DataFrameModel):
    """Budget and realisation of regional governments, one row an account and year."""

    region: str = pa.Field(str_matches=REGION)
    year: int = pa.Field(ge=2000, le=2100)
    account: str = pa.Field(description="as `reference.apbd` names it")
    period: str = pa.Field(
        str_matches=r"^(year|not_final|to_[a-z]+)$",
        description="how much of the year `realised` covers, as `reference.apbd`",
    )
    budget: int = pa.Field(description="[IDR]")
    realised: int = pa.Field(description="[IDR]; a correction may be below 0")
    own: bool = pa.Field(description="of the office's own files, not shipped")
    publisher: str = pa.Field(str_length={"min_value": 2})

    class Config:
        """Nothing else stands here."""

        strict = True
        coerce = True
        unique = ("region", "year", "account")


class BudgetRows(pa.DataFrameModel):
    """Budget of regional governments as SIPD breaks it down, one row a line of it."""

    region: str = pa.Field(str_matches=REGION)
    year: int = pa.Field(ge=2000, le=2100)
    opd: str = pa.Field(description="code of the office, as SIPD writes it")
    opd_name: str = pa.Field(description="empty where not given")
    urusan: str = pa.Field(str_matches=r"^[0-9X]$")
    urusan_name: str = pa.Field(description="empty where not known")
    bidang_urusan: str = pa.Field(
        str_matches=r"^[0-9X]\.([0-9]{2}|XX)$", description="X.XX: of every OPD"
    )
    bidang_urusan_name: str = pa.Field(description="empty where not known")
    sub_kegiatan: str
    sub_kegiatan_name: str = pa.Field(description="empty where not known")
    account: str = pa.Field(description="kode rekening")
    amount: int = pa.Field(ge=0, description="pagu [IDR]")

    class Config:
        """Nothing else stands here."""

        strict = True
        coerce = True


class Coverage(pa.DataFrameModel):
    """What answers each row of the framework's list of indicators, or what it awaits."""

    code: str = pa.Field(str_matches=r"^[A-Z]{3}-\d{3}$", unique=True)
    name_id: str = pa.Field(str_length={"min_value": 3})
    name_en: str = pa.Field(str_length={"min_value": 3})
    module: str = pa.Field(str_matches=NAME)
    question: int = pa.Field(ge=1, le=5, description="of SEPAKAT's five")
    of_class: str = pa.Field(
        alias="class", isin=["computed", "substitute", "official", "waiting"]
    )
    indicators: str = pa.Field(
        description="ours, a semicolon between; of an official row the series"
    )
    by: str = pa.Field(description="grouping that the row is told by; empty for all")
    why: str = pa.Field(description="a substitute, or waiting: key of the reason")
    keeper: str = pa.Field(description="of the awaited file, or publisher; else empty")
    file_id: str = pa.Field(description="that the row waits for")
    file_en: str
    note_id: str = pa.Field(description="how a substitute differs; other sources")
    note_en: str

    class Config:
        """Nothing else stands here."""

        strict = True
        coerce = True


class Estimates(pa.DataFrameModel):
    """One survey value with its error: an indicator of a group in a region.

    `value`, `se`, `low` and `high` are in the indicator's own unit (percent, persons,
    IDR …). `group` of the grouping "all" is "all".
    """

    survey: str
    year: int
    region: str = pa.Field(str_matches=REGION)
    indicator: str
    grouping: str
    group: str
    value: float = pa.Field(nullable=True)
    bias: float = pa.Field(
        nullable=True,
        description="expected value less the true one; missing where there is none",
    )
    se: float = pa.Field(ge=0, nullable=True, description="linearised standard error")
    low: float = pa.Field(nullable=True, description="interval of the run's confidence")
    high: float = pa.Field(nullable=True)
    rse: float = pa.Field(ge=0, nullable=True, description="se / value [fraction]")
    df: float = pa.Field(
        ge=0,
        nullable=True,
        description="degrees of freedom; 0: inside one first-stage unit of each "
        "stratum, so that no error is known",
    )
    effective_df: float = pa.Field(
        ge=0,
        nullable=True,
        description="degrees of freedom of the error, fewer where few units make it",
    )
    skewness: float = pa.Field(
        nullable=True, description="of the estimate over samples, by third moments"
    )
    deff: float = pa.Field(
        ge=0,
        nullable=True,
        description="variance over that of a plain sample of n; expected, from its "
        "like, where none or all have it",
    )
    n: int = pa.Field(
        ge=0,
        description="sampled in the universe: households of a household's fact, else "
        "persons",
    )
    population: float = pa.Field(
        ge=0, description="persons or households represented that answered"
    )
    total: float = pa.Field(
        ge=0, nullable=True, description="of a share: how many it counts"
    )
    total_se: float = pa.Field(ge=0, nullable=True)
    total_low: float = pa.Field(
        ge=0, nullable=True, description="interval of the run's confidence"
    )
    total_high: float = pa.Field(ge=0, nullable=True)
    left_out: float = pa.Field(
        ge=0, le=1, description="weighted share without an answer [fraction]"
    )
    synthetic: bool = pa.Field(description="any demo data behind it")
    remark: str = pa.Field(description="codes, space between: no_psu, one_unit, …")

    class Config:
        """Nothing else stands here."""

        strict = True
        coerce = True


class Differences(pa.DataFrameModel):
    """A survey value less another of the same round, with the error of the difference.

    `against_region` is the province or the nation, or the region itself where two
    groups are compared. The covariance of the two values is in the error. Where none or
    all have it at an end there is no error, and the interval is made of the ends' own.
    """

    survey: str
    year: int
    region: str = pa.Field(str_matches=REGION)
    indicator: str
    grouping: str
    group: str
    against_region: str = pa.Field(str_matches=REGION)
    against_group: str
    difference: float = pa.Field(nullable=True, description="in the indicator's unit")
    se: float = pa.Field(ge=0, nullable=True)
    low: float = pa.Field(nullable=True, description="interval of the run's confidence")
    high: float = pa.Field(nullable=True)
    df: float = pa.Field(ge=0, nullable=True, description="the fewer of the ends'")
    synthetic: bool

    class Config:
        """Nothing else stands here."""

        strict = True
        coerce = True


class Findings(pa.DataFrameModel):
    """What was found, one row each, published: sentences, cards and documents read it.

    `value` is the level of a group, its gap to another (value less the other's), its
    change or trend (now less before), or a rank. Hidden values are missing, their mark
    says why.
    """

    id: str = pa.Field(unique=True, description="the same wherever the row is made")
    kind: str = pa.Field(isin=["level", "gap", "change", "trend", "rank"])
    source: str = pa.Field(isin=["survey", "official"])
    region: str = pa.Field(str_matches=REGION)
    year: int
    month: int = pa.Field(ge=0, le=12, description="0 for a year's figure")
    indicator: str
    grouping: str
    group: str
    against_region: str = pa.Field(description="of a gap or a rank; else empty")
    against_group: str = pa.Field(description="of a gap; else empty")
    against_year: int = pa.Field(ge=0, description="of a change or a trend; else 0")
    against_month: int = pa.Field(ge=0, le=12)
    value: float = pa.Field(nullable=True, description="in the indicator's unit")
    low: float = pa.Field(nullable=True, description="interval of the run's confidence")
    high: float = pa.Field(nullable=True)
    se: float = pa.Field(nullable=True)
    rse: float = pa.Field(nullable=True)
    n: float = pa.Field(nullable=True, description="sampled; of two ends the fewer")
    df: float = pa.Field(nullable=True, description="of two ends the fewer")
    verdict: str = pa.Field(
        isin=[
            *("higher", "lower", "within_error", "rose", "fell", "change_unclear"),
            *("level", "estimated_line", ""),
        ],
        description="what a difference means once its error is known; empty of a level",
    )
    judgement: str = pa.Field(
        isin=["better", "worse", "unclear", "none"],
        description="by the direction that the indicator declares",
    )
    mark: str = pa.Field(description="as disclosure.publish; of two ends the graver")
    people: float = pa.Field(nullable=True, description="how many the share counts")
    people_low: float = pa.Field(nullable=True)
    people_high: float = pa.Field(nullable=True)
    people_mark: str = pa.Field(description="of their number, as disclosure.publish")
    remark: str
    synthetic: bool

    class Config:
        """Nothing else stands here."""

        strict = True
        coerce = True


class Verified(pa.DataFrameModel):
    """One row a number of ours beside the same number of others."""

    group: str = pa.Field(
        isin=["means", "poverty", "inequality", "quantiles", "effects", "other"]
    )
    case: str = pa.Field(description="who gives it: a book, a package, a formula")
    quantity: str = pa.Field(description="as it is called there")
    data: str
    domain: str
    design: str
    number: str = pa.Field(
        isin=["value", "se", "low", "high"],
        description="the estimate, its standard error, the ends of its interval",
    )
    ours: float = pa.Field(nullable=True)
    theirs: float
    difference: float = pa.Field(
        nullable=True, description="relative; absolute beside a reference of 0"
    )
    tolerance: float = pa.Field(ge=0, description="the most that is allowed of it")
    within: bool
    source: str = pa.Field(description="empty where `working` is the source")
    working: str = pa.Field(description="of a closed formula: its arithmetic")

    class Config:
        """Nothing else stands here."""

        strict = True
        coerce = True


class Unanswered(pa.DataFrameModel):
    """Reference values that nothing of ours is held against, and why."""

    case: str
    quantity: str
    data: str
    domain: str
    design: str
    reason: str = pa.Field(
        isin=["regression", "grouped", "method", "ties", "unverified"]
    )

    class Config:
        """Nothing else stands here."""

        strict = True
        coerce = True
