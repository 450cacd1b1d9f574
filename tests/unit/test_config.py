"""Settings: every default runs, every slip is named, no secret is printed."""

from pathlib import Path

import pytest

from bot.config import BrokenSettings, Settings, read_settings

SECRETS = {
    "WAYPOINT_TELEGRAM_TOKEN": "1:CANARY",
    "WAYPOINT_DATABASE_URL": "postgresql://u:CANARY@h/d",
    "WAYPOINT_METRICS_TOKEN": "CANARY",
    "WAYPOINT_SMTP_URL": "smtps://u:CANARY@h",
}


def read(tmp_path: Path, **named: str) -> Settings:
    return read_settings(
        {f"WAYPOINT_{name}": value for name, value in named.items()}, tmp_path / ""
    )


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings == Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.secret_path == Path("var/secret.key")


def test_an_empty_value_is_the_default(tmp_path: Path) -> None:
    assert read(tmp_path, PORT="", HOST="", TELEGRAM_TOKEN="") == Settings()


@pytest.mark.parametrize("name", ["TELEGRAM_TOKN", "telegram_token", "PORT_", ""])
def test_a_name_that_is_no_setting_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BrokenSettings, match="is not a setting"):
        read(tmp_path, **{name: "x"})


def test_other_programs_variables_are_not_ours(tmp_path: Path) -> None:
    assert read_settings({"PORT": "1", "PATH": "/bin", "XWAYPOINT_PORT": "1"}, None) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "CANARY"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("TELEGRAM_MODE", "CANARY"),
        ("LOG_LEVEL", "CANARY"),
        ("PUBLIC_URL", "CANARY"),
        ("EXIT_URL", "javascript:CANARY"),
        ("TELEGRAM_API_URL", "ftp://CANARY"),
        ("TRUSTED_PROXIES", "10.0.0.0/8 CANARY"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_not_repeated(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(BrokenSettings) as caught:
        read(tmp_path, **{name: value})
    assert f"WAYPOINT_{name} cannot be used" in str(caught.value)
    assert "CANARY" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_lists_are_split_at_commas_and_spaces(tmp_path: Path) -> None:
    settings = read(tmp_path, LOCALES="en, fr ar", TRUSTED_PROXIES="10.0.0.1,fd00::/8")
    assert settings.locales == ("en", "fr", "ar")
    assert settings.trusted_proxies == ("10.0.0.1/32", "fd00::/8")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("WAYPOINT_PORT=1\nWAYPOINT_HOST=::1\nOTHER=x\n")
    settings = read_settings({"WAYPOINT_PORT": "2"}, file)
    assert (settings.port, settings.host) == (2, "::1")


def test_a_name_in_the_file_that_is_no_setting_is_refused(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("WAYPOINT_PROT=1\n")
    with pytest.raises(BrokenSettings, match="WAYPOINT_PROT is not a setting"):
        read_settings({}, file)


def test_a_token_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("1:CANARY\n")
    settings = read(tmp_path, TELEGRAM_TOKEN_FILE=str(file))
    assert settings.telegram_token.get_secret_value() == "1:CANARY"


def test_a_token_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenSettings, match="WAYPOINT_TELEGRAM_TOKEN_FILE cannot be read"):
        read(tmp_path, TELEGRAM_TOKEN_FILE=str(tmp_path / "none"))


def test_a_token_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xff\xfe")
    with pytest.raises(BrokenSettings, match="WAYPOINT_TELEGRAM_TOKEN_FILE cannot be read"):
        read(tmp_path, TELEGRAM_TOKEN_FILE=str(tmp_path / "token"))


def test_secrets_print_as_stars(tmp_path: Path) -> None:
    settings = read_settings(SECRETS, None)
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "CANARY" not in shown
        assert "****" in shown
