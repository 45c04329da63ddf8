"""Posts and staff at the end of each quarter."""

from __future__ import annotations

from datetime import date

from simulation.handed_in import Row

POSTS = (("行政编制", 215), ("事业编制", 38), ("后勤服务人员", 27))
STAFF = {
    2022: ((208, 34, 25), (207, 34, 25), (206, 35, 25), (206, 34, 25)),
    2023: ((206, 34, 25), (204, 35, 24), (204, 35, 24), (203, 35, 24)),
}


def rows(year: int) -> list[Row]:
    """Three kinds of posts in four months."""
    return [
        {"month": date(year, 3 * quarter, 1), "post_kind": kind, "posts": posts, "staff": staff}
        for quarter, counts in enumerate(STAFF[year], start=1)
        for (kind, posts), staff in zip(POSTS, counts, strict=True)
    ]
