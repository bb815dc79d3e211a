"""Asks the fast lane and Flask alone for the same."""

from flask import Flask
from werkzeug.test import EnvironBuilder

from commentsvc.web.api.fast_lane import FastLane
from commentsvc.web.api.page_cache import PAGES, PageCache
from tests.web.api.api_client import V1

THREAD, COUNTS = f"{V1}/sites/gazette/comments", f"{V1}/sites/gazette/counts"
OURS, THEIRS = "https://gazette.example", "https://courier.example"
ID = "one-id-for-both"


class Lanes:
    """Asks the fast lane and Flask alone for the same, and tells what each has sent."""

    def __init__(self, app):
        self.app = app
        self.passed_on = 0
        self._fast = FastLane(app).around(self._pass_on)

    def _pass_on(self, environ, start_response):
        self.passed_on += 1
        return Flask.wsgi_app(self.app, environ, start_response)

    def forget(self):
        """Keep no page any more: the next one is made anew."""
        self.app.extensions[PAGES] = PageCache()

    def fast(self, path=THREAD, **request):
        return self._ask(self._fast, path, request)

    def slow(self, path=THREAD, **request):
        return self._ask(lambda environ, start: Flask.wsgi_app(self.app, environ, start), path, request)

    def both(self, path=THREAD, **request):
        """What both have answered, the fast lane without Flask."""
        slow, before = self.slow(path, **request), self.passed_on
        fast = self.fast(path, **request)
        assert self.passed_on == before, "the fast lane passed it on"
        assert fast == slow
        return fast

    def left_to_flask(self, path=THREAD, **request):
        """What both have answered, the fast lane by way of Flask."""
        slow, before = self.slow(path, **request), self.passed_on
        fast = self.fast(path, **request)
        assert self.passed_on == before + 1, "the fast lane answered it"
        assert fast == slow
        return fast

    @staticmethod
    def _ask(application, path, request):
        overrides = dict(request.pop("environ", {}))
        headers = {"X-Request-Id": ID, **request.pop("headers", {})}
        environ = EnvironBuilder(path, headers=headers, **request).get_environ()
        environ.update(overrides)
        started = []
        sent = application(environ, lambda status, headers, _error=None: started.append((status, list(headers))))
        body = b"".join(sent)
        if hasattr(sent, "close"):
            sent.close()
        ((status, told),) = started
        return status, told, body


def tag_of(answer):
    return dict(answer[1])["ETag"]
