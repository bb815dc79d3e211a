"""The start page, and where the demo runs a small news site to try comments on."""

from datetime import timedelta

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response

from commentsvc.store.queries.sites import get_site, list_sites
from commentsvc.store.queries.threads import count_published
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.embed.articles import demo_sites
from commentsvc.web.embed.place import demo_place
from commentsvc.web.embed.thread import show_thread


def add_demo(embed: Blueprint) -> None:
    """Serve the start page and the demo's articles."""
    embed.add_url_rule("/", "start", _start, methods=["GET"])
    embed.add_url_rule("/demo/<site>/<path:key>", "demo_article", _article, methods=["GET"])


def _start() -> str:
    if not current_app.config.get("DEMO"):
        return render_template("pages/start.html")
    counts: dict[tuple[str, str], int] = {}
    with reading() as session:
        known = {state.key: state.id for state in list_sites(session)}
        shown = [site for site in demo_sites() if site.key in known]
        for site in shown:
            found = count_published(session, known[site.key], [article.key for article in site.articles])
            counts |= {(site.key, key): number for key, number in found.items()}
    now = get_runtime().clock.now()
    return render_template("embed/start.html", sites=shown, counts=counts, before=lambda minutes: now - timedelta(minutes=minutes))


def _article(site: str, key: str) -> Response:
    with reading() as session:
        state = get_site(session, site)
    return show_thread(demo_place(state, key), request.args)
