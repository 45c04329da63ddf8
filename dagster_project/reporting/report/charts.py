"""The charts of the report, drawn from the published year with Chinese glyphs; same rows, same bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from dagster_project.reporting.reading.published import Row
from dagster_project.reporting.reading.published_year import PublishedYear
from dagster_project.reporting.report.binding import DocumentError
from dagster_project.reporting.report.fonts import sans_font

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, ACCENT, MUTED = "#333333", "#a3262a", "#8a8f98"
WIDTH_INCHES, HEIGHT_INCHES = 6.0, 2.9
BAR_HEIGHT_INCHES = 0.26
DOTS_PER_INCH = 200
YUAN_PER_TEN_THOUSAND = 10_000


def draw_chart(year: PublishedYear, name: str, image_format: str) -> bytes:
    """Draw a chart.

    Args:
        year: what the published version says of the year.
        name: one of the names of `published_year.CHARTS`.
        image_format: ``png`` for Word, ``svg`` for the page; letters of an SVG are outlines, so that it needs no font.

    Raises:
        NoChineseFont: there is no font with Chinese glyphs.
        DocumentError: there is no such chart.
    """
    import matplotlib as mpl
    from matplotlib import font_manager
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    drawers = {
        "spending_by_month": _spending_by_month,
        "spending_by_function": _spending_by_function,
        "cases_by_month": _cases_by_month,
        "cases_by_district": _cases_by_district,
    }
    if name not in drawers:
        raise DocumentError(f"没有图 {name};有:{'、'.join(drawers)}")
    path = str(sans_font())
    font_manager.fontManager.addfont(path)
    settings = {
        "font.family": font_manager.FontProperties(fname=path).get_name(),
        "axes.unicode_minus": False,
        "svg.hashsalt": name,
        "svg.fonttype": "path",
        "text.color": INK,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "font.size": 9,
    }
    stream = io.BytesIO()
    with mpl.rc_context(settings):
        figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES), layout="constrained")
        drawers[name](year, figure)
        if image_format == "svg":
            FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None, "Creator": None})
        else:
            FigureCanvasAgg(figure)
            figure.savefig(stream, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return stream.getvalue()


def _axes(figure: Figure) -> Axes:
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=0)
    return axes


def _spending_by_month(year: PublishedYear, figure: Figure) -> None:
    """Cumulative spending in per cent of the budget of the day, against the calendar (a twelfth a month): as the workbook has it."""
    rows = [row for row in year.charts["spending_by_month"] if row["spending_progress_pct"] is not None]
    months = [row["month"] for row in rows]
    spent = [float(row["spending_progress_pct"]) for row in rows]
    calendar = [float(row["calendar_progress_pct"]) for row in rows]
    axes = _axes(figure)
    axes.plot(months, calendar, color=MUTED, linestyle="--", linewidth=1.2, label="序时进度")
    axes.plot(months, spent, color=ACCENT, marker="o", markersize=3.5, linewidth=1.8, label="累计支出进度")
    for month, share in zip(months, spent, strict=True):
        if month % 3 == 0:
            axes.annotate(
                f"{share:.1f}%", (month, share), xytext=(0, -13), textcoords="offset points", ha="center", color=ACCENT
            )
    axes.set_xticks(months, [f"{month}月" for month in months])
    axes.set_ylim(0, 110)
    axes.yaxis.set_major_formatter("{x:.0f}%")
    axes.grid(axis="y", color="#e5e7eb", linewidth=0.6)
    axes.legend(frameon=False, loc="upper left")


def _spending_by_function(year: PublishedYear, figure: Figure) -> None:
    rows = year.charts["spending_by_function"]
    _bars(figure, rows, [float(row["amount_yuan"] / YUAN_PER_TEN_THOUSAND) for row in rows], "{:,.2f}", "万元")


def _cases_by_district(year: PublishedYear, figure: Figure) -> None:
    rows = year.charts["cases_by_district"]
    _bars(figure, rows, [float(row["case_count"]) for row in rows], "{:,.0f}", "件")


def _cases_by_month(year: PublishedYear, figure: Figure) -> None:
    rows = year.charts["cases_by_month"]
    axes = _axes(figure)
    bars = axes.bar([f"{row['month']}月" for row in rows], [row["case_count"] for row in rows], color=ACCENT, width=0.6)
    axes.bar_label(bars, fmt="{:,.0f}", padding=2)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.set_title("单位\uff1a件", loc="right", fontsize=8, color=MUTED)


def _bars(figure: Figure, rows: list[Row], values: list[float], number: str, unit: str) -> None:
    """Lying bars, the longest on top, with their values."""
    figure.set_size_inches(WIDTH_INCHES, 0.5 + BAR_HEIGHT_INCHES * len(rows))
    axes = _axes(figure)
    bars = axes.barh([row["name"] for row in rows], values, color=ACCENT, height=0.62)
    axes.bar_label(bars, fmt=number, padding=3)
    axes.invert_yaxis()
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    axes.margins(x=0.14)
    axes.set_title(f"单位\uff1a{unit}", loc="right", fontsize=8, color=MUTED)
