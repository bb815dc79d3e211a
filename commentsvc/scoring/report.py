"""An evaluation as a page: one HTML file without script that needs nothing beside it, and its charts as SVG files."""

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from commentsvc.domain.labels import PLAIN_NAMES, Label
from commentsvc.scoring.evaluation import Figure
from commentsvc.scoring.evaluation_groups import AREAS, FEWEST, GroupFigures
from commentsvc.scoring.evaluation_run import Evaluation, LabelEvaluation, as_document
from commentsvc.scoring.report_charts import CHART_COLOURS, CHART_STYLE, as_file, draw_histogram, draw_reliability

PAGE: Final = "index.html"
FIGURES: Final = "figures.json"

PLAIN_FIGURES: Final = {
    "roc_auc": "ROC AUC",
    "pr_auc": "PR AUC",
    "f1_best": "F1 at its best threshold",
    "f1_at_review": "F1 at the review threshold",
    "fpr_at_review": "false positives at the review threshold",
    "recall_at_fpr_1": "recall at 1 % false positives",
    "recall_at_fpr_5": "recall at 5 % false positives",
    "recall_at_fpr_10": "recall at 10 % false positives",
    "ece": "calibration error",
    "subgroup_auc": "subgroup AUC",
    "bpsn_auc": "BPSN AUC",
    "bnsp_auc": "BNSP AUC",
}
"""The figures' names for people."""

_SUMMARY: Final = ("roc_auc", "pr_auc", "f1_best", "recall_at_fpr_5", "ece")
_STYLE: Final = f"""
:root {{ color-scheme: light dark; --ground: #fff; --sunken: #f4f5f6; {CHART_COLOURS["light"]} }}
@media (prefers-color-scheme: dark) {{ :root {{ --ground: #15181b; --sunken: #20252a; {CHART_COLOURS["dark"]} }} }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }}
main {{ max-width: 64rem; margin: 0 auto; padding: 1rem; }}
h1 {{ font-size: 1.5rem; line-height: 1.25; }}
h2 {{ margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.25rem; }}
a {{ color: inherit; }}
dt {{ font-weight: 600; }}
dd {{ margin: 0 0 .5rem; }}
table {{ width: 100%; border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }}
caption {{ text-align: left; font-weight: 600; padding: .25rem 0; }}
th, td {{ text-align: left; vertical-align: top; padding: .375rem .5rem .375rem 0; border-bottom: 1px solid var(--line); }}
thead th, .quiet {{ color: var(--quiet); font-weight: 400; font-size: .875rem; }}
.charts {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 1rem; }}
figure {{ margin: 0; }}
figcaption {{ font-weight: 600; }}
.chart {{ display: block; width: 100%; max-width: 32rem; height: auto; }}
@media (max-width: 44rem) {{
  thead {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
  tr {{ display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }}
  tbody th, td {{ display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .125rem 0; text-align: right; }}
  tbody th {{ font-weight: 600; text-align: left; }}
  td::before {{ content: attr(data-name); color: var(--quiet); text-align: left; }}
}}
{CHART_STYLE}"""

_MEANINGS: Final = (
    ("In brackets", "95 % of what resampled texts give; the same texts give the same brackets. A dash: too few texts to say."),
    ("ROC AUC", "the chance that a positive text scores above a civil one; 0.5 is a coin."),
    ("PR AUC", "average precision; compare it with the share of positive texts."),
    ("Calibration error", "how far scores lie, on average, from the share of texts that people found positive."),
    ("Subgroup AUC", "ROC AUC among the texts that name the group."),
    ("BPSN AUC", "positive texts elsewhere against civil ones that name the group: low where naming the group is held against a text."),
    ("BNSP AUC", "civil texts elsewhere against positive ones that name the group: low where abuse of the group is overlooked."),
    ("False positives", "the share of civil texts that reach the review threshold of the label."),
)


def write_report(evaluation: Evaluation, source: str, directory: Path) -> Path:
    """Write the page, the charts and the figures into `directory`, made if need be; returns the page. `source` names the texts.

    What other files are there stays. Raises OSError where nothing can be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    charts = {label: _charts(label, one) for label, one in evaluation.labels.items()}
    for label, (reliability, histogram) in charts.items():
        (directory / f"reliability-{label}.svg").write_text(as_file(reliability), "utf-8")
        (directory / f"histogram-{label}.svg").write_text(as_file(histogram), "utf-8")
    (directory / FIGURES).write_text(json.dumps(as_document(evaluation), indent=1) + "\n", "utf-8")
    page = directory / PAGE
    page.write_text(render_page(evaluation, source), "utf-8", errors="replace")
    return page


def render_page(evaluation: Evaluation, source: str) -> str:
    """The page alone."""
    title = f"How good {evaluation.scorer} is"
    page = ET.Element("html", {"lang": "en"})
    head = ET.SubElement(page, "head")
    ET.SubElement(head, "meta", {"charset": "utf-8"})
    ET.SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    ET.SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"})
    ET.SubElement(head, "title").text = title
    ET.SubElement(head, "style").text = _STYLE
    main = ET.SubElement(ET.SubElement(page, "body"), "main")
    ET.SubElement(main, "h1").text = title
    ET.SubElement(main, "p").text = f"Measured on {evaluation.text_count:,} labelled texts of {source}."
    if not evaluation.labels:
        ET.SubElement(main, "p").text = "None of the labels that this scorer measures is given in these texts."
    else:
        main.append(_summary(evaluation))
    for label, one in evaluation.labels.items():
        main.extend(_section(label, one))
    ET.SubElement(main, "h2").text = "How to read this"
    meanings = ET.SubElement(main, "dl")
    for word, meaning in _MEANINGS:
        ET.SubElement(meanings, "dt").text = word
        ET.SubElement(meanings, "dd").text = meaning
    return "<!doctype html>\n" + ET.tostring(page, encoding="unicode", method="html") + "\n"


def told(figure: Figure | None) -> str:
    """A figure with its interval, for people."""
    if figure is None or math.isnan(figure.value):
        return "-"
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


def _summary(evaluation: Evaluation) -> ET.Element:
    rows = [
        [
            PLAIN_NAMES[label],
            f"{one.figures.positive_count:,}",
            f"{one.figures.negative_count:,}",
            *(told(one.figures.figures[name]) for name in _SUMMARY),
        ]
        for label, one in evaluation.labels.items()
    ]
    table = _table("All labels", ["label", "positive", "civil", *(PLAIN_FIGURES[name] for name in _SUMMARY)], rows)
    for heading, label in zip(table.iterfind("tbody/tr/th"), evaluation.labels, strict=True):
        link = ET.SubElement(heading, "a", {"href": f"#{label}"})
        link.text, heading.text = heading.text, None
    return table


def _section(label: Label, one: LabelEvaluation) -> list[ET.Element]:
    heading = ET.Element("h2", {"id": label})
    heading.text = PLAIN_NAMES[label]
    words = ET.Element("p")
    words.text = f"{one.figures.positive_count:,} positive and {one.figures.negative_count:,} civil texts. "
    words.text += "No review threshold is known." if one.review_at is None else f"Reviewed from a score of {one.review_at:g}."
    charts = ET.Element("div", {"class": "charts"})
    for caption, chart in zip(("Do scores mean what they say?", "Where the texts lie"), _charts(label, one), strict=True):
        figure = ET.SubElement(charts, "figure")
        ET.SubElement(figure, "figcaption").text = caption
        figure.append(chart)
    figures = _table(
        "All texts", ["figure", "value"], [[PLAIN_FIGURES.get(name, name), told(figure)] for name, figure in one.figures.figures.items()]
    )
    names = ["group", "texts", "positive", *(PLAIN_FIGURES[area] for area in AREAS), "false positives"]
    groups = _table("Texts that name a group", names, [_group_row(group, found) for group, found in one.groups.items()])
    note = ET.Element("p", {"class": "quiet"})
    note.text = f"A dash: fewer than {FEWEST} texts on one side."
    return [heading, words, charts, figures, *([groups, note] if one.groups else [])]


def _group_row(group: str, found: GroupFigures) -> list[str]:
    areas = (told(found.areas.get(area)) for area in AREAS)
    return [group, f"{found.text_count:,}", f"{found.positive_count:,}", *areas, told(found.fpr_at_review)]


def _charts(label: Label, one: LabelEvaluation) -> tuple[ET.Element, ET.Element]:
    name = PLAIN_NAMES[label]
    return (
        draw_reliability(one.reliability, f"{name}: reliability"),
        draw_histogram(one.histogram, f"{name}: scores of civil and positive texts", one.review_at),
    )


def _table(caption: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> ET.Element:
    table = ET.Element("table")
    ET.SubElement(table, "caption").text = caption
    top = ET.SubElement(ET.SubElement(table, "thead"), "tr")
    for name in names:
        ET.SubElement(top, "th", {"scope": "col"}).text = name
    body = ET.SubElement(table, "tbody")
    for row in rows:
        line = ET.SubElement(body, "tr")
        ET.SubElement(line, "th", {"scope": "row"}).text = row[0]
        for name, cell in zip(names[1:], row[1:], strict=True):
            ET.SubElement(line, "td", {"data-name": name}).text = cell
    return table
