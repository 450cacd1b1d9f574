"""What an operator may set: read once at the start from WAYPOINT_* variables or a `.env` file.

Every setting has a default that runs.  A name that is not in this file stops the start, because a
misspelt setting that is silently ignored can leave a door open.
"""

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from bot.errors import Invalid

PREFIX = "WAYPOINT_"
TELEGRAM_API = "https://api.telegram.org"
NEUTRAL_PAGE = "https://www.wikipedia.org/"


class BrokenSettings(Invalid):
    """A setting is unknown or has a value that cannot be used; names the setting, not the value."""


class Settings(BaseModel):
    """The settings of `docs/settings.md`, with defaults that run."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    data_dir: Path = Path("var")
    database_url: SecretStr = SecretStr("")
    secret_file: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""
    telegram_token: SecretStr = SecretStr("")
    telegram_token_file: Path | None = None
    telegram_api_url: str = TELEGRAM_API
    telegram_mode: Literal["polling", "webhook"] = "polling"
    locales: tuple[str, ...] = ()
    metrics_token: SecretStr = SecretStr("")
    trusted_proxies: tuple[str, ...] = ()
    exit_url: str = NEUTRAL_PAGE
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    audit_dir: Path | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("locales", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return tuple(str(ip_network(one, strict=False)) for one in value)
        except ValueError:
            raise ValueError("must be network addresses") from None

    @field_validator("public_url", "telegram_api_url", "exit_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.netloc):
            raise ValueError("must be an http or https address")
        return value.rstrip("/") if parts.path in ("", "/") else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @property
    def secret_path(self) -> Path:
        """Where the root secret lies, outside the database."""
        return self.secret_file or self.data_dir / "secret.key"

    def with_token(self) -> Self:
        """Return the settings with the token read from its file, where one is named.

        Raises:
            BrokenSettings: the file cannot be read.
        """
        if self.telegram_token_file is None:
            return self
        try:
            token = self.telegram_token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise BrokenSettings(f"{PREFIX}TELEGRAM_TOKEN_FILE cannot be read: {reason}") from None
        return self.model_copy(update={"telegram_token": SecretStr(token)})


def read_settings(environ: Mapping[str, str], env_file: Path | None = Path(".env")) -> Settings:
    """Return the settings of the environment, which wins over the file.

    Raises:
        BrokenSettings: a WAYPOINT_* name is unknown or its value cannot be used.
    """
    found = dict(dotenv_values(env_file)) if env_file and env_file.is_file() else {}
    found.update(environ)
    named = {k.removeprefix(PREFIX): v for k, v in found.items() if k.startswith(PREFIX)}
    for name in named:
        if name != name.upper() or name.lower() not in Settings.model_fields:
            raise BrokenSettings(f"{PREFIX}{name} is not a setting; see docs/settings.md")
    try:
        settings = Settings.model_validate({k.lower(): v for k, v in named.items() if v})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]).upper()
        raise BrokenSettings(f"{PREFIX}{name} cannot be used: {first['msg']}") from None
    return settings.with_token()
