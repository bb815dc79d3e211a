"""The page without scripts in every language: no word of another, plurals and lists as the language has them."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from commentsvc.domain.errors import AuthorBannedError, ThrottledError, TooLongError
from commentsvc.domain.status import ReasonCode
from commentsvc.services.sites import SiteChange, change_site
from commentsvc.web.embed.words import all_words, words_of
from tests.support.world import CIVIL, HELD, World
from tests.web.pages.browsing import Browser

THREAD = "/embed/gazette?article=tram"
POST = "/embed/gazette/comments"
LANGS = sorted(all_words())
# English words that stand on the page in no other language's catalogue.
ENGLISH = re.compile(r"\b(?:Comments|Reply|Report|Preview|Cancel|Edit|Withdraw|replies|comment|waiting|ago)\b")


def in_language(world: World, lang: str) -> None:
    account = world.moderator(f"chief-{lang}")
    world.do(lambda session: change_site(session, world.site.id, SiteChange(language=lang, name="Q"), account, world.now))


@pytest.mark.parametrize("lang", LANGS)
def test_every_state_of_the_page_speaks_one_language(reader: Browser, world: World, lang: str):
    in_language(world, lang)
    pages = [reader.get(THREAD)]
    root = world.submit("9", author="ann").comment_id
    for number in range(3):
        world.submit(f"{number}.", author=f"r{number}", parent=root)
    pages.append(reader.send(pages[0].form(POST), words_of(lang).say("post"), body=HELD, name="7"))
    pages.append(reader.send(pages[0].form(POST), words_of(lang).say("preview"), body="8", name="7"))
    pages.append(reader.send(pages[0].form(POST), words_of(lang).say("post"), body=" ", name="7"))
    world.clock.advance(minutes=5)
    pages.append(reader.get(THREAD))
    pages.append(reader.get(next(address for address in pages[-1].links.values() if "report" in address)))
    for page in pages:
        assert page.status in {200, 422}
        direction = "rtl" if lang in {"ar", "he"} else "ltr"
        assert f'<html lang="{lang}" dir="{direction}">' in page.html
        if lang != "en":
            shown = page.text.replace(HELD, "")
            assert not ENGLISH.findall(shown.replace("Leave this empty", "")), shown


def test_plurals_are_those_of_the_language():
    assert [words_of("pl").say("replies", n=n) for n in (1, 2, 5, 22)] == ["1 odpowiedź", "2 odpowiedzi", "5 odpowiedzi", "22 odpowiedzi"]
    assert [words_of("ru").say("replies", n=n) for n in (1, 3, 11, 21)] == ["1 ответ", "3 ответа", "11 ответов", "21 ответ"]
    assert words_of("ar").say("replies", n=2) == "ردّان"
    assert words_of("en").say("replies", n=1200) == "1,200 replies"
    assert words_of("de").say("replies", n=1200) == "1.200 Antworten"


def test_reasons_are_joined_as_the_language_joins_and_of_labels_the_strictest_is_told():
    reasons = [{"kind": "band", "label": "insult"}, {"kind": "band", "label": "toxicity"}, {"kind": "links"}, {"kind": "repeats"}]
    assert words_of("en").why(reasons) == (
        "it looks like an insult, it contains many links, and the same text has been posted several times"
    )
    assert " und " in words_of("de").why(reasons)
    assert words_of("en").why([{"kind": "reported"}]) == ""
    assert words_of("en").standing("held", [{"kind": "reported"}], None) == "A moderator reads it before it is shown."
    assert words_of("en").standing("rejected", reasons, ReasonCode.SPAM).endswith("Ground: Spam or advertising.")


def test_refusals_are_told_in_the_readers_words():
    german = words_of("de-AT")
    assert german.explain(TooLongError("x"), 300) == "Bis zu 300 Zeichen; **fett**, *kursiv* und Links gehen."
    assert "7" in german.explain(ThrottledError("x", retry_after_s=7), 300)
    assert german.explain(AuthorBannedError("x"), 300) == "Sie können auf dieser Seite nicht kommentieren."


def test_times_are_told_as_long_ago_and_later_as_dates(app, world: World):
    with app.app_context():
        now = world.now
        said = [
            str(words_of("de").ago(now - delta)) for delta in (timedelta(), timedelta(minutes=5), timedelta(hours=3), timedelta(days=40))
        ]
    assert [re.sub("<[^>]*>", "", one) for one in said] == ["jetzt", "vor 5 Min.", "vor 3 Std.", "20.01.2026"]
    assert 'title="1. März 2026, 12:00:00 UTC"' in said[0]


def test_a_language_that_we_do_not_speak_is_answered_in_english(reader: Browser, world: World):
    in_language(world, "tlh")
    assert '<html lang="en" dir="ltr">' in reader.get(THREAD).html


def test_what_comes_too_soon_is_told_in_the_language(reader: Browser, world: World):
    in_language(world, "fr")
    settings = world.runtime.settings
    world.runtime.settings = replace(settings, limits=replace(settings.limits, form_min_s=2.0))
    page = reader.send(reader.get(THREAD).form(POST), words_of("fr").say("post"), body=CIVIL)
    assert "C’était très rapide." in page.text
