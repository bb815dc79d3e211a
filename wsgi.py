"""For any WSGI server: `granian --interface wsgi wsgi:app`. COMMENTSVC_CONFIG may name a file; the environment wins over it."""

from commentsvc.app import create_app
from commentsvc.settings import load_settings

app = create_app(load_settings())
