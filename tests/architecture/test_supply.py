"""What is installed is what was looked at: every package pinned by version and hash."""

import re

import pytest

from tests.architecture.sources import ROOT

PINNED = re.compile(r"^([A-Za-z0-9_.\[\]-]+)==[^ ;]+( ;[^\\]*)? \\$", re.MULTILINE)
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$", re.MULTILINE)
INSTALLS = ("Makefile", "Dockerfile")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_by_version_and_hash(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(named) == len(PINNED.findall(text)) > 30
    for block in PINNED.split(text)[3::3]:
        assert HASH.search(block)


@pytest.mark.parametrize("name", INSTALLS)
def test_whatever_installs_from_a_list_checks_the_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    installing = [line for line in text.splitlines() if "pip install" in line and " -r " in line]
    assert installing
    assert all("--require-hashes" in line for line in installing)
