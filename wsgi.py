"""For any WSGI server that forks before it loads: `granian --interface wsgi wsgi:app`.

COMMENTSVC_CONFIG may name a settings file; the environment wins over it. From an installed package the same is
`granian --interface wsgi --factory commentsvc.cli.serving:load_app`. The database must be at this release's schema.
"""

from commentsvc.cli.serving import load_app

app = load_app()
