"""The page and its charts: whole, escaped, and in need of nothing from elsewhere."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band
from commentsvc.scoring.evaluation_run import Evaluation, evaluate
from commentsvc.scoring.fake_scorer import FakeScorer
from commentsvc.scoring.report import render_page, write_report
from commentsvc.scoring.report_charts import draw_histogram, draw_reliability
from commentsvc.scoring.training_data import LabelledText

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("x")</script>&"><img src=x onerror=y>'


@pytest.fixture(scope="module")
def evaluation():
    def row(text, share):
        return LabelledText("test", text, (share, None, None, None, share, None))

    rows = [
        row(f"{word} {who} toxicity=0.{at:02d}", float(at > 60)) for at in range(99) for word, who in (("hello", "women"), ("good", "day"))
    ]
    return evaluate(FakeScorer(), rows, {Label.TOXICITY: Band(0.5, None, None)}, rounds=20)


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "data", "action"}]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data):
        self.words += data


def read(page):
    reader = Reader()
    reader.feed(page)
    return reader


def test_the_page_holds_every_figure_and_needs_nothing(evaluation):
    page = read(render_page(evaluation, "texts.csv"))
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert page.tags.count("svg") == 4
    assert all(address.startswith("#") for address in page.addresses)
    for words in (
        "198 labelled texts of texts.csv",
        "ROC AUC",
        "F1 at the review threshold",
        "women",
        "BNSP AUC",
        "Reviewed from a score of 0.5",
    ):
        assert words in page.words


def test_the_page_is_light_and_dark_and_fits_a_phone(evaluation):
    page = render_page(evaluation, "texts.csv")
    assert "prefers-color-scheme: dark" in page
    assert 'content="width=device-width, initial-scale=1"' in page
    # Cells carry their column's name for the width at which the columns are gone.
    assert 'data-name="BPSN AUC"' in page
    assert "@media (max-width" in page


def test_links_lead_to_the_labels(evaluation):
    page = render_page(evaluation, "texts.csv")
    assert set(re.findall(r'href="#(\w+)"', page)) == set(re.findall(r'<h2 id="(\w+)"', page)) == {"toxicity", "insult"}


def test_names_are_escaped(evaluation):
    hostile = replace(evaluation, scorer=HOSTILE)
    page = read(render_page(hostile, HOSTILE))
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert page.words.count(HOSTILE) == 3


def test_names_that_are_no_unicode_do_no_harm(evaluation, tmp_path):
    page = write_report(evaluation, "caf\udce9.csv", tmp_path)
    assert "caf?.csv" in page.read_text("utf-8")


def test_charts_are_files_of_their_own(evaluation, tmp_path):
    write_report(evaluation, "texts.csv", tmp_path)
    for name in ("reliability-toxicity", "histogram-toxicity", "reliability-insult", "histogram-insult"):
        chart = ET.parse(tmp_path / f"{name}.svg").getroot()
        words = [one.text for one in chart.iter(f"{SVG}text")]
        assert chart.tag == f"{SVG}svg"
        assert "prefers-color-scheme: dark" in (chart.findtext(f"{SVG}style") or "")
        assert chart.get("aria-label")
        assert {"score", "mean score of a bin"} & set(words)
        assert {"share of its kind", "share found positive"} & set(words)
        assert list(chart.iter(f"{SVG}script")) == []
    assert json.loads((tmp_path / "figures.json").read_text("utf-8"))["texts"] == 198


def test_the_same_evaluation_gives_the_same_bytes(evaluation, tmp_path):
    first, second = (write_report(evaluation, "texts.csv", tmp_path / name).read_bytes() for name in "ab")
    assert first == second


def test_charts_of_each_point_and_bar(evaluation):
    one = evaluation.labels[Label.TOXICITY]
    reliability = draw_reliability(one.reliability, "a title")
    assert len(list(reliability.iter("circle"))) == len(one.reliability) > 10
    histogram = draw_histogram(one.histogram, "a title", 0.5)
    bars = [bar for bar in histogram.iter("rect") if bar.find("title") is not None]
    assert len(bars) == sum(share > 0 for share in (*one.histogram.civil, *one.histogram.positive))
    assert sum(one.histogram.civil) == pytest.approx(1)
    assert "review 0.5" in [text.text for text in histogram.iter("text")]
    for shape in (*reliability.iter("circle"), *bars):
        x, y = float(shape.get("cx") or shape.get("x") or -1), float(shape.get("cy") or shape.get("y") or -1)
        assert 0 <= x <= 360
        assert 0 <= y <= 300


def test_nothing_measured_is_said():
    page = read(render_page(Evaluation("s", 3, {}), "texts.csv"))
    assert "None of the labels" in page.words
