"""The widget as it is served: small, whole, built from the sources that are here, in every language with every word."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

import commentsvc.web.embed
from commentsvc.web.embed.widget import catalogues, more_catalogues

FOLDER = Path(str(commentsvc.web.embed.__file__)).parent
MOST_BYTES = 18 * 1024
HOLES = re.compile(r"\{\w+\}")


def test_the_built_file_is_built_from_these_sources():
    digest = hashlib.sha256()
    for source in sorted([*(FOLDER / "widget").glob("*.ts"), *(FOLDER / "widget").glob("*.css")], key=lambda path: path.name):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    for name in ("embed.js", "embed-more.js"):
        assert digest.hexdigest() in (FOLDER / "built" / name).read_text(), "run `make widget`"


def test_the_client_is_built_from_this_document_and_this_source():
    document = (FOLDER.parents[2] / "docs" / "api" / "openapi.json").read_bytes()
    digest = hashlib.sha256(document + b"\0" + (FOLDER / "client" / "client.ts").read_bytes()).hexdigest()
    for name in ("client.js", "client.d.ts"):
        assert digest in (FOLDER / "built" / name).read_text("utf-8"), "run `make client`"


def test_the_client_is_served_to_any_page(app):
    for path, kind in (("/client.js", "text/javascript"), ("/client.d.ts", "text/plain")):
        answer = app.test_client().get(path)
        assert (answer.status_code, answer.mimetype, answer.headers["Access-Control-Allow-Origin"]) == (200, kind, "*")
        assert "CommentsClient" in answer.text


@pytest.mark.parametrize("lang", sorted(catalogues()))
def test_the_script_is_small_in_every_language(app, lang):
    answer = app.test_client().get(f"/embed.js?lang={lang}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) <= MOST_BYTES
    assert str(catalogues()[lang]["comments"]) in gzip.decompress(answer.data).decode()


def test_the_script_is_kept_and_asked_for_again(app):
    first = app.test_client().get("/embed.js")
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Encoding" not in first.headers
    again = app.test_client().get("/embed.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_words_of_an_unknown_language_are_not_there(app):
    assert app.test_client().get("/embed/words/xx.json").status_code == 404
    assert app.test_client().get("/embed/words/de.json").json["comments"] == "Kommentare"
    assert "Comments" in app.test_client().get("/embed.js?lang=xx").text


@pytest.mark.parametrize("lang", sorted(catalogues()))
def test_what_is_loaded_later_brings_its_words(app, lang):
    answer = app.test_client().get(f"/embed-more.js?lang={lang}", headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.mimetype, answer.headers["Access-Control-Allow-Origin"]) == (200, "text/javascript", "*")
    assert len(answer.data) <= 3 * 1024
    assert gzip.decompress(answer.data).decode().startswith("export const WORDS={")
    assert str(more_catalogues()[lang]["report_send"]) in gzip.decompress(answer.data).decode()


def test_no_word_is_in_both():
    assert not catalogues()["en"].keys() & more_catalogues()["en"].keys()


@pytest.mark.parametrize("all_words", [catalogues, more_catalogues])
@pytest.mark.parametrize("lang", sorted(catalogues()))
def test_every_catalogue_has_every_word_with_its_holes(lang, all_words):
    english, other = all_words()["en"], all_words()[lang]
    assert other.keys() == english.keys()
    assert other.get("_lang", lang) == lang
    for key, words in english.items():
        there = other[key]
        assert isinstance(there, dict) == isinstance(words, dict), key
        forms = there.values() if isinstance(there, dict) else [there]
        wanted = set(HOLES.findall(str(words["other"] if isinstance(words, dict) else words)))
        assert all(set(HOLES.findall(str(form))) <= wanted for form in forms), key
        assert set(HOLES.findall(str(there["other"] if isinstance(there, dict) else there))) == wanted, key
