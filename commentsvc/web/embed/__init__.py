"""The reader's pages: the thread below an article, working without scripts, and the demo's articles."""

from flask import Blueprint, Flask

from commentsvc.web.context import register_page_policy
from commentsvc.web.embed.demo import add_demo
from commentsvc.web.embed.forms import add_forms
from commentsvc.web.embed.moderation_log import add_moderation_log
from commentsvc.web.embed.thread import add_thread
from commentsvc.web.embed.widget import add_widget


def register_embed(app: Flask) -> None:
    """Serve `/embed/<site>`, its forms, the widget, the start page and, where `app.config["DEMO"]` is true, the demo's articles."""
    embed = Blueprint("embed", __name__, template_folder="templates")
    add_thread(embed)
    add_forms(embed)
    add_widget(embed)
    add_demo(embed)
    add_moderation_log(embed)
    app.register_blueprint(embed)
    # Sites put the thread on their own pages; nothing else of ours may be framed.
    register_page_policy(app, "/embed", {"frame-ancestors": "*"})
