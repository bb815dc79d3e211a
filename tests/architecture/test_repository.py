"""What is committed says nothing about the machine it was written on, and nothing is too big."""

import re
from pathlib import Path

MB = 1_000_000
BIGGEST_MODEL = 25 * MB
BIGGEST_FILE = 2 * MB

# Written in pieces, so that this file does not find itself.
MACHINE_PATH = re.compile(rb"(?<![\w.\-/])/(?:" + b"|".join([b"work", b"farm", b"root", b"home/[a-z]+"]) + rb")/(?=[\w.])")
REGISTRY_HOSTS = [
    b".".join(parts)
    for parts in (
        [b"pypi", b"org"],
        [b"pythonhosted", b"org"],
        [b"registry", b"npmjs", b"org"],
        [b"deb", b"debian", b"org"],
        [b"download", b"pytorch", b"org"],
    )
]


def is_model(path: Path) -> bool:
    return path.suffix == ".onnx"


def test_no_file_names_a_path_of_this_machine(repository_files, root):
    naming = [
        f"{path.relative_to(root)}:{number}"
        for path in repository_files
        if not is_model(path)
        for number, line in enumerate(path.read_bytes().split(b"\n"), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert naming == []


def test_no_file_names_a_package_registry(repository_files, root):
    naming = [
        f"{path.relative_to(root)}: {host.decode()}"
        for path in repository_files
        for host in REGISTRY_HOSTS
        if not is_model(path) and host in path.read_bytes()
    ]
    assert naming == []


def test_no_file_is_too_big(repository_files, root):
    big = [
        str(path.relative_to(root))
        for path in repository_files
        if path.stat().st_size > (BIGGEST_MODEL if is_model(path) else BIGGEST_FILE)
    ]
    assert big == []


def test_no_merge_was_left_half_done(repository_files, root):
    marks = (b"<" * 7 + b" ", b">" * 7 + b" ")
    left = [
        str(path.relative_to(root))
        for path in repository_files
        if not is_model(path) and any(line.startswith(marks) for line in path.read_bytes().split(b"\n"))
    ]
    assert left == []
