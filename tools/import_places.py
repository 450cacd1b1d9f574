"""Turn the compiled CSV files into `knowledge/countries/<cc>/places.yaml`, once.

Run `python tools/import_places.py FOLDER` with the folder that holds iom_offices.csv, partners.csv,
trafficking_hotlines.csv, emergency_numbers.csv and review.csv.  The review decides row by row what
people see; what a rule cannot decide stands in `places_decisions.yaml`.  A reviewed row with a
suggestion and without a decision stops the import.  Files that exist and differ are left alone
unless `--overwrite` is given, because editors work in them.
"""

import argparse
import csv
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import phonenumbers
import yaml
from babel import Locale
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from places_yaml import text_of

Row = dict[str, str]
Entry = dict[str, Any]

HERE = Path(__file__).parent
KNOWLEDGE = HERE.parent / "knowledge" / "countries"
FILES = ("iom_offices", "trafficking_hotlines", "partners")
NO_ROUTE = frozenset("AF HT LY ML SS SD SY UA YE".split())
EAST_OF_CD = 26.0  # degrees east: Ituri, both Kivus, Maniema, Tanganyika lie beyond it
EMERGENCY_DATE = "2023-12-08"  # of the phone-OS data the emergency rows are based on (README)
RETRIEVED = "2026-11-24"
LADDER = frozenset({"regional", "liaison", "headquarters"})
NOT_FROM_ABROAD = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.UAN,
    }
)
ANSWERED_BY = {
    "government": "government",
    "ngo": "ngo",
    "legal-aid": "ngo",
    "shelter-network": "ngo",
    "un": "un",
}
AUDIENCE = {
    "women": "women-only",
    "children": "children-only",
    "women;children": "women-and-children",
    "men": "men-only",
}
ADDRESS = re.compile(r"https?://[^\s;|]+")
# Facts in the free text of `phone_note` that have a label of their own.
FREE = re.compile(r"toll-free|\bfree (in|from|of|and|number|on)\b|(^|; )free(;|$|,)|, free\b", re.I)
FACTS = (
    (FREE, "free-call"),
    (re.compile(r"^Free voluntary return line", re.I), "free-call"),
    (re.compile(r"shared cost|price of a mobile call", re.I), "calls-cost-money"),
    (re.compile(r"may have closed", re.I), "may-have-closed"),
    (re.compile(r"Not an emergency line", re.I), "not-emergency"),
)
REGIONAL_SITES = {
    "rodakar.iom.int": "iom-sn-dakar-regional",
    "ropretoria.iom.int": "iom-za-pretoria-regional",
    "eastandhornofafrica.iom.int": "iom-ke-nairobi-regional",
    "mena.iom.int": "iom-eg-cairo-regional",
    "rocairo.iom.int": "iom-eg-cairo-regional",
    "eca.iom.int": "iom-at-vienna-regional",
    "rovienna.iom.int": "iom-at-vienna-regional",
    "roasiapacific.iom.int": "iom-th-bangkok-regional",
    "americas.iom.int": "iom-pa-panama-city-regional",
}
SETS = ("general", "police", "gendarmerie", "ambulance", "fire")
MORE_SETS = ("trafficking", "violence", "women-and-children")
RISKY_POLICE = frozenset({"police-may-detain", "police-reported-unsafe"})
OVERRIDES = (
    "name", "org", "kind", "city", "confidence", "services", "languages", "hours", "email",
    "anonymous", "answered_by", "serves",
)  # fmt: skip


class CannotImport(Exception):
    """A row of the CSV files or a decision is not usable; says which one."""


def main() -> int:
    """Read the CSV files and write one places.yaml for each country."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--into", type=Path, default=KNOWLEDGE)
    parser.add_argument("--overwrite", action="store_true")
    args = parser.parse_args()
    try:
        files = render(args.folder)
    except (CannotImport, OSError) as broken:
        sys.stderr.write(f"import_places: {broken}\n")
        return 1
    changed = [c for c, text in files.items() if _differs(args.into / c / "places.yaml", text)]
    if changed and not args.overwrite:
        sys.stderr.write(f"not overwritten (--overwrite does): {' '.join(sorted(changed))}\n")
    for country, text in files.items():
        if args.overwrite or country not in changed:
            target = args.into / country / "places.yaml"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return 1 if changed and not args.overwrite else 0


def render(folder: Path) -> dict[str, str]:
    """Return the text of each country's file, by lower-case country code."""
    decisions = yaml.safe_load((HERE / "places_decisions.yaml").read_text(encoding="utf-8"))
    review = {_key(r["file"], r["id"]): r for r in _rows(folder / "review.csv")}
    entries: dict[str, list[Entry]] = defaultdict(list)
    seen: set[str] = set()
    for row in _rows(folder / "emergency_numbers.csv"):
        entry_id = f"{row['country'].lower()}-emergency"
        look = Look(entry_id, review.get(entry_id), decisions)
        entries[row["country"]].append(emergency(row, look))
        seen.add(entry_id)
    for name in FILES:
        for row in _rows(folder / f"{name}.csv"):
            look = Look(row["id"], review.get(row["id"]), decisions)
            entries[row["country"]].append(place(row, look))
            if row["id"] in seen:
                raise CannotImport(f"{row['id']}: the id is used twice")
            seen.add(row["id"])
    if strays := sorted((set(decisions["places"]) | set(review)) - seen):
        raise CannotImport(f"no such row: {' '.join(strays)}")
    return {country.lower(): text_of(country, found) for country, found in entries.items()}


class Look:
    """What the review and the decisions say of one row."""

    def __init__(self, entry_id: str, review: Row | None, decisions: Any) -> None:
        self.id = entry_id
        self.review: Row = review or defaultdict(str)
        self.decision: Entry = dict(decisions["places"].get(entry_id) or {})
        self.reviewed = review is not None
        if entry_id.endswith("-116000"):
            self.decision = decisions["missing_children"] | self.decision
        elif self.review["suggested_value"] and entry_id not in decisions["places"]:
            raise CannotImport(f"{entry_id}: a suggestion without a decision")
        self._read_phrases(decisions["phrases"])

    def _read_phrases(self, phrases: Entry) -> None:
        """Turn each "Label: ..." of the reason into fields; the entry's own decision wins."""
        labels = list(self.decision.get("labels", ()))
        for phrase in re.findall(r"Label: ([^.]*)\.", self.review["reason"]):
            if phrase not in phrases:
                raise CannotImport(f"{self.id}: no meaning for the label '{phrase}'")
            labels += phrases[phrase].get("labels", ())
            if who := phrases[phrase].get("answered_by"):
                self.decision.setdefault("answered_by", who)
        self.decision["labels"] = labels

    def notes(self, *own: str) -> list[str]:
        """Return what editors should know; none of it is ever shown to people."""
        said = [f"review ({self.review['verdict']}): {self.review['reason']}"] * self.reviewed
        note = [self.decision["note"]] if "note" in self.decision else []
        return [text for text in (*own, *said, *note) if text]


def place(row: Row, look: Look) -> Entry:
    """Return the entry of an office, hotline or partner."""
    entry: Entry = {key: row[key] for key in ("id", "name", "org", "kind", "city")}
    entry["hours"] = row.get("hours") or row.get("opening_hours")
    entry["services"] = [s for s in row["services"].split(";") if s]
    entry["languages"] = [s for s in row["languages"].split(";") if s]
    entry["answered_by"] = "un" if row["org"] == "IOM" else ANSWERED_BY.get(row["kind"], "unknown")
    entry |= {key: row.get(key, "") for key in ("email", "address", "chat_url", "url")}
    entry["anonymous"] = row.get("anonymous")
    entry["phones"] = phones_of(row, look.decision)
    entry["confidence"] = row["confidence"]
    for key in OVERRIDES:
        if key in look.decision:
            entry[key] = None if look.decision[key] == "none" else look.decision[key]
    if "kind" in look.decision and "answered_by" not in look.decision:
        entry["answered_by"] = ANSWERED_BY.get(entry["kind"], entry["answered_by"])
    entry["show"] = shown(row, look)
    entry["labels"] = labels_of(row, look, entry)
    entry["regional"] = regional_of(row)
    entry["source"] = source_of(row, look, entry.pop("confidence"))
    note = f"phone_note: {row['phone_note']}" if row["phone_note"] else ""
    entry["editors"] = look.notes(note)
    return guarded(row, entry)


def shown(row: Row, look: Look) -> str:
    """Decide what people see: the review first, then kind and confidence."""
    if row["kind"] in LADDER:
        return "ladder"
    if look.reviewed:
        if look.review["show"] != "no":
            return "shown"
        doubtful_office = row["kind"] in {"country", "sub"} and look.review["verdict"] == "doubt"
        return "reported-only" if doubtful_office else "hidden"
    press = re.search(r"media number|press|personal", row["phone_note"], re.I) and row["phone"]
    return "hidden" if row["confidence"] == "low" or press else "shown"


def guarded(row: Row, entry: Entry) -> Entry:
    """Take out what may not stand there: addresses of shelters, routes into danger, stale links."""
    if "outside iom.int" in row["phone_note"]:
        entry["unchecked_url"] = entry.pop("url")
    shelter = row["kind"] == "shelter-network" or "shelter" in entry["services"]
    east = row["country"] == "CD" and row["lon"] and float(row["lon"]) > EAST_OF_CD
    entry["no_route"] = row["country"] in NO_ROUTE or bool(east)
    if row["lat"] and entry["city"] and not shelter and not entry["no_route"]:
        entry |= {"lat": row["lat"], "lon": row["lon"]}
    if shelter or entry["no_route"]:
        entry["address"] = None
    if entry["show"] == "reported-only":
        withheld = [p.get("number") or p["dial"] for p in entry["phones"]]
        withheld += [entry[key] for key in ("email", "address") if entry[key]]
        entry["editors"].append(f"withheld: {', '.join(withheld)}")
        entry |= {"phones": [], "email": None, "address": None}
        entry["url"] = entry.get("url") or "https://www.iom.int/"
    return entry


def labels_of(row: Row, look: Look, entry: Entry) -> list[str]:
    """Return the labels of rules and decisions, each once, in a steady order."""
    told = f"{row['phone_note']}"
    found = list(look.decision["labels"])
    found += [label for fact, label in FACTS if fact.search(told)]
    found += ["not-emergency"] * ("Not an emergency line" in look.review["reason"])
    if look.review["verdict"] == "doubt" and look.review["show"] == "with-label":
        found.append("may-not-work")
    if audience := AUDIENCE.get(row.get("audience", "all")):
        found += [audience] * ("missing-children" not in found)
    if row["kind"] == "shelter-network":
        found.append("address-withheld")
    if {"free-call", "calls-cost-money"} <= set(found):
        found.remove("free-call")
    if "free-call" in found and not any(p["domestic_only"] for p in entry["phones"]):
        found.remove("free-call")
    return sorted(set(found))


def phones_of(row: Row, decision: Entry) -> list[Entry]:
    """Return the numbers of a row, or those of the decision, each in its two forms."""
    note = row["phone_note"]
    if "phones" in decision:
        return [phone(**p) for p in decision["phones"]]
    inside = re.search(r"inside the country dial ([\d() -]+)", note)
    printed = _plain(inside[1]) if inside else None
    found = [phone(row["phone"], printed)] if row["phone"] else []
    for second in re.findall(r"second number (\+\d{7,}|\d{6}\b)", note):
        found.append(phone(second))
    found += [phone(**p) for p in decision.get("more_phones", ())]
    if row.get("sms"):
        found.append(phone(row["sms"], what="text"))
    if row.get("whatsapp"):
        found.append(phone(row["whatsapp"], what="whatsapp"))
    return found


def phone(number: str | None = None, dial: str | None = None, what: str = "call") -> Entry:
    """Return one number; it gets its E.164 form only if it connects from abroad."""
    entry: Entry = {"dial": dial or number, "what": what}
    if number and number.startswith("+"):
        parsed = phonenumbers.parse(number)
        national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
        entry["dial"] = dial or _plain(national)
        special = phonenumbers.number_type(parsed) in NOT_FROM_ABROAD
        if not special and not dial and phonenumbers.is_valid_number(parsed):
            entry["number"] = number
    elif dial is None:
        entry["dial"] = number
    entry["domestic_only"] = "number" not in entry
    if what == "whatsapp":
        entry["whatsapp"] = True
    return entry


def source_of(row: Row, look: Look, confidence: str) -> Entry:
    """Return where the facts stand."""
    source: Entry = {"urls": ADDRESS.findall(row["source_url"])}
    source |= {
        "date": row.get("source_date", EMERGENCY_DATE),
        "retrieved": row.get("retrieved", RETRIEVED),
    }
    reviewed = ADDRESS.findall(look.review["source_url"])
    source |= {"review": reviewed, "confidence": confidence}
    return {key: value for key, value in source.items() if value or key == "urls"}


def regional_of(row: Row) -> str | None:
    """Return the regional office on whose site the office's page stands, if it is exactly one."""
    if row["org"] != "IOM" or row["kind"] in LADDER:
        return None
    found = {office for site, office in REGIONAL_SITES.items() if f"/{site}/" in row["url"]}
    return found.pop() if len(found) == 1 else None


def emergency(row: Row, look: Look) -> Entry:
    """Return a country's emergency numbers as a place of their own."""
    sets = {use: [row[use]] for use in SETS if row.get(use)}
    if look.decision.get("only") or look.review["show"] == "no":
        if not look.decision.get("only"):
            raise CannotImport(f"{look.id}: withheld, and no decision names its numbers")
        sets = {}
    sets |= {use: look.decision[use] for use in (*SETS, *MORE_SETS) if use in look.decision}
    labels = {"police-may-come", *look.decision["labels"]}
    if look.review["verdict"] == "doubt":
        labels.add("may-not-work")
    name = Locale("en").territories.get(row["country"], row["country"])
    entry: Entry = {"id": look.id, "name": f"Emergency numbers: {name}", "kind": "emergency"}
    entry |= {"org": f"Emergency services of {name}", "show": "shown"}
    entry["answered_by"] = look.decision.get("answered_by", "government")
    entry["no_route"] = row["country"] in NO_ROUTE
    entry["phones"] = _numbers(row["country"], sets, risky=bool(labels & RISKY_POLICE))
    entry["services"] = ["emergency"]
    entry["labels"] = sorted(labels)
    entry["source"] = source_of(row, look, row["confidence"])
    entry["editors"] = look.notes(row["notes"] and f"sources disagree: {row['notes']}")
    return entry


def _numbers(country: str, sets: dict[str, list[str]], *, risky: bool) -> list[Entry]:
    """Order the uses: the common number first, where police are a risk the ambulance first."""
    services = [sets.get(use, []) for use in ("police", "ambulance", "fire")]
    general = sets.get("general", services[0])
    if services[0] and all(use == services[0] and use[0] in general for use in services):
        sets = {use: numbers for use, numbers in sets.items() if use in MORE_SETS}
        sets["general"] = general
    order: tuple[str, ...] = (*SETS, *MORE_SETS)
    if risky:
        order = ("ambulance", "fire", "general", "police", "gendarmerie", *MORE_SETS)
    found = [(use, number) for use in order for number in sets.get(use, ())]
    return [_emergency_phone(country, number, use) for use, number in found]


def _emergency_phone(country: str, number: str, use: str) -> Entry:
    """Short numbers are dialled as they are; a longer one may have an international form."""
    if len(number) < 7:
        return phone(number, what=use)
    parsed = phonenumbers.parse(number, country)
    return phone(phonenumbers.format_number(parsed, PhoneNumberFormat.E164), what=use)


def _plain(number: str) -> str:
    return " ".join(re.sub(r"[^\d]+", " ", number).split())


def _key(file: str, row_id: str) -> str:
    return f"{row_id.lower()}-emergency" if file.startswith("emergency") else row_id


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _differs(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") != text


if __name__ == "__main__":
    sys.exit(main())
