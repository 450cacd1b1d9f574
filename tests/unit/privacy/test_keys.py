"""The root secret: made once, private, never half, and never repaired in silence."""

import stat
import threading
from pathlib import Path

import pytest

from bot.privacy import Keys, SecretUnusable, key_of_code, load_keys, new_check


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret.key"
    first = load_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert load_keys(path) == first
    assert list(path.parent.iterdir()) == [path]


def test_of_many_starts_at_once_all_have_the_same_secret(tmp_path: Path) -> None:
    path, found = tmp_path / "secret.key", set[bytes]()
    ready = threading.Barrier(8)

    def start() -> None:
        ready.wait()
        found.add(load_keys(path).root)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 1


@pytest.mark.parametrize("content", ["", "CANARY", "00" * 31, "00" * 33, "é"])
def test_a_secret_of_another_form_is_refused_and_left_as_it_is(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "secret.key"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SecretUnusable) as caught:
        load_keys(path)
    assert str(path) in str(caught.value)
    assert "CANARY" not in str(caught.value)
    assert path.read_text(encoding="utf-8") == content


def test_a_secret_where_no_file_can_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SecretUnusable):
        load_keys(tmp_path / "file" / "secret.key")


def test_keys_of_purposes_differ_and_the_root_is_never_printed() -> None:
    keys = Keys(bytes(range(32)), "id")
    assert keys.derive("a") != keys.derive("b") != keys.root
    assert keys.root.hex() not in repr(keys)
    assert repr(bytes(range(32))) not in repr(keys)


def test_a_code_fits_its_own_check_alone_and_opens_one_key() -> None:
    keys = Keys(bytes(range(32)), "id")
    check, key = new_check(keys, "118402977640")
    assert b"118402977640" not in check
    assert key not in check
    assert key_of_code(keys, "118402977640", check) == key
    assert key_of_code(keys, "118402977641", check) is None
    assert key_of_code(Keys(bytes(32), "id"), "118402977640", check) is None
    assert key_of_code(keys, "118402977640", None) is None
