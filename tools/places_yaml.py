"""Write places.yaml so that an editor can read it: ordered keys, short lists on one line."""

from typing import Any

import yaml
from babel import Locale

Entry = dict[str, Any]

ORDER = (
    "id", "name", "org", "kind", "show", "answered_by", "city", "address", "lat", "lon", "no_route",
    "phones", "email", "url", "chat_url", "unchecked_url", "services", "languages", "hours",
    "anonymous", "labels", "serves", "regional", "source", "editors",
)  # fmt: skip


class _Flow(list[str]):
    """A short list written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes lists indented and nothing as an anchor."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


_Dumper.add_representer(
    _Flow, lambda d, data: d.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)
)


def text_of(country: str, entries: list[Entry]) -> str:
    """Render a country's file, an empty line before each place."""
    name = Locale("en").territories.get(country, "the whole world")
    where = "the whole world" if country == "XX" else name
    head = f"# Places people can be sent to: {where}. How to edit: docs/howto/add-a-place.md\n"
    body = {"country": country, "places": [_tidy(entry) for entry in entries]}
    text = yaml.dump(body, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return head + text.replace("\n  - id:", "\n\n  - id:")


def _tidy(entry: Entry) -> Entry:
    tidy: Entry = {}
    for key in ORDER:
        value = entry.get(key)
        if value in (None, "", [], False) or (key, value) == ("anonymous", "unknown"):
            continue
        if key in {"services", "languages", "labels", "serves"}:
            value = _Flow(value)
        elif key in {"lat", "lon"}:
            value = float(value)
        tidy[key] = value
    tidy["phones"] = [_tidy_phone(p) for p in entry["phones"]]
    return {key: value for key, value in tidy.items() if value != []}


def _tidy_phone(entry: Entry) -> Entry:
    return {
        k: entry[k] for k in ("number", "dial", "domestic_only", "whatsapp", "what") if k in entry
    }
