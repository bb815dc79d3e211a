"""Where a scoring process may be said to listen."""

import pytest

from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.remote_line import Place, parse_place


@pytest.mark.parametrize(
    ("url", "place", "is_local"),
    [
        ("http://127.0.0.1:9000", Place("127.0.0.1", 9000), True),
        ("http://127.8.0.1:9000/", Place("127.8.0.1", 9000), True),
        ("http://localhost:9000", Place("localhost", 9000), True),
        ("http://[::1]:9000", Place("::1", 9000), True),
        ("http://scorer.example.org:80", Place("scorer.example.org", 80), False),
        ("http://10.0.0.7:9000", Place("10.0.0.7", 9000), False),
        ("http://0.0.0.0:9000", Place("0.0.0.0", 9000), False),
        ("unix:/run/scorer.sock", Place(socket_path="/run/scorer.sock"), True),
        ("unix:///run/scorer.sock", Place(socket_path="/run/scorer.sock"), True),
    ],
)
def test_places(url, place, is_local):
    found = parse_place(url)
    assert (found, found.is_local) == (place, is_local)
    assert url.rstrip("/").replace("//", "") in {f"http:{found}", f"unix:{found.socket_path}", str(found)}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:9000",
        "http://127.0.0.1",
        "https://127.0.0.1:9000",
        "ftp://127.0.0.1:9000",
        "http://:9000",
        "http://127.0.0.1:x",
        "http://127.0.0.1:70000",
        "http://[::1:9000",
        "http://127.0.0.1:9000/path",
        "http://127.0.0.1:9000/?query",
        "http://user:hunter2@127.0.0.1:9000",
        "unix:",
        "unix:relative.sock",
        f"unix:/{'x' * 107}",
    ],
)
def test_what_is_no_place_is_refused_without_repeating_it(url):
    with pytest.raises(ScorerFileError, match=r"scorer\.url") as refused:
        parse_place(url)
    assert "hunter2" not in str(refused.value)
