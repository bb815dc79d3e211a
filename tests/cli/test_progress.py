"""Long work shows that it goes on: a bar on a terminal, now and then a line elsewhere, nothing for what is soon over."""

import io

import pytest

from commentsvc.cli import progress as module
from commentsvc.cli.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_short_work_says_nothing_where_there_is_no_terminal(capsys):
    with progress("scoring", 10) as advance:
        for _ in range(10):
            advance(1)
    assert capsys.readouterr() == ("", "")


def test_long_work_says_a_line_now_and_then(capsys, monkeypatch):
    monkeypatch.setattr(module, "LINE_EVERY_S", 0.0)
    with progress("scoring", 2000) as advance:
        advance(1000)
        advance(500)
    assert capsys.readouterr() == ("", "scoring: 1,000 of 2,000\nscoring: 1,500 of 2,000\n")


def test_a_terminal_gets_a_bar_that_goes_away(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with progress("scoring", 20) as advance:
        advance(20)
    assert "scoring" in terminal.getvalue()
    assert "20/20" in terminal.getvalue()


def test_trouble_within_comes_out(monkeypatch):
    monkeypatch.setattr("sys.stderr", Terminal())
    with pytest.raises(ZeroDivisionError), progress("scoring", 20):
        raise ZeroDivisionError
