"""Signed heads: they come back as they were, and not one letter of them can be changed."""

import json
from datetime import UTC
from typing import Any

import pytest

from bot.audit import (
    BrokenHead,
    Fault,
    Heads,
    Link,
    SignedHead,
    What,
    bears_signature,
    read_head,
    signed,
    trusted,
)
from bot.privacy import signer_of
from tests.unit.audit.making import AT, SEED

OTHER = b"o" * 32
HEADS = Heads(12, {"iom-tn-tunis": Link(3, b"a" * 32), "system": Link(1, b"b" * 32)})


def head() -> SignedHead:
    return signed(HEADS, AT, SEED)


def changed(**fields: Any) -> str:
    """Return the document with some of its fields replaced."""
    return json.dumps(json.loads(head().document) | fields)


def test_a_head_is_read_back_as_it_was_made() -> None:
    made = head()
    assert read_head(made.document) == made
    assert made.made == AT.replace(microsecond=0)
    assert made.made.tzinfo is UTC
    assert trusted(made.document, signer_of(SEED)) == made


def test_the_document_has_the_fields_that_are_promised() -> None:
    found = json.loads(head().document)
    assert set(found) == {"made", "running", "heads", "key", "signature"}
    assert found["made"] == "2026-11-24T10:00:00Z"
    assert found["heads"]["system"] == {"number": 1, "hash": "62" * 32}


@pytest.mark.parametrize(
    "fields",
    [
        {"made": "2026-11-24T10:00:01Z"},
        {"running": 13},
        {"heads": {}},
        {"heads": {"system": {"number": 1, "hash": "62" * 32}}},
        {"key": signer_of(OTHER).hex()},
        {"signature": "00" * 64},
        {"signature": ""},
        {"key": ""},
    ],
)
def test_a_changed_head_does_not_bear_its_signature(fields: dict[str, Any]) -> None:
    found = trusted(changed(**fields), signer_of(SEED))
    assert isinstance(found, Fault)
    assert found.what is What.HEAD_UNSIGNED


def test_a_head_signed_by_somebody_else_is_foreign() -> None:
    other = signed(HEADS, AT, OTHER)
    assert bears_signature(other)
    assert trusted(other.document, signer_of(SEED)) == Fault(None, 12, What.HEAD_FOREIGN)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"\xff\xfe",
        "[]",
        "{}",
        "7",
        changed(running="12"),
        changed(running=True),
        changed(running=-1),
        changed(made="yesterday"),
        changed(made=7),
        changed(key="zz"),
        changed(heads=[]),
        changed(heads={"system": {"number": 1, "hash": "62"}}),
        changed(heads={"system": {"number": 1}}),
        "[" * 100_000,
    ],
)
def test_what_is_no_head_is_named_as_such(document: str | bytes) -> None:
    with pytest.raises(BrokenHead):
        read_head(document)
    assert trusted(document, signer_of(SEED)) == Fault(None, None, What.HEAD_BROKEN)


def test_names_of_files_sort_in_the_order_of_making() -> None:
    names = [signed(Heads(n, {}), AT, SEED).file_name for n in (9, 10, 123456)]
    assert names == sorted(names)
    assert names[0] == "audit-head-000000000009-20261124T100000Z.json"
