"""Charts and maps: data in, figure out."""

from sepakat_lib.figures.charts import growth_incidence, trend
from sepakat_lib.figures.maps import choropleth
from sepakat_lib.figures.pairs import pairs
from sepakat_lib.figures.rows import ranking, shares
from sepakat_lib.figures.scatter import scatter
from sepakat_lib.figures.schematic import shapes
from sepakat_lib.figures.venn import area_error, venn

__all__ = [
    "area_error",
    "choropleth",
    "growth_incidence",
    "pairs",
    "ranking",
    "scatter",
    "shapes",
    "shares",
    "trend",
    "venn",
]
