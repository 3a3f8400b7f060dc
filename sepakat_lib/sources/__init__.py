"""Sources: one folder each, with its origin, layouts, reader and invented data."""


def schema(survey: str) -> dict[str, dict[str, str]] | None:
    """What a survey asks of households and of persons, in any of its years.

    Returns
    -------
    dict or None
        ``households`` and ``persons``: columns of its tables, each BOOLEAN or DOUBLE;
        None of a survey that has no folder here.
    """
    from sepakat_lib.sources import susenas

    surveys = {"susenas": susenas.schema}
    return surveys[survey]() if survey in surveys else None
