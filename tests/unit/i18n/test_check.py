"""What makes a catalogue unfit: each rule of `catalog_faults` broken once on a small one."""

from pathlib import Path

import pytest

from bot.i18n import BrokenCatalog, catalog_faults, completeness, load_catalogs


def po(root: Path, language: str) -> Path:
    return root / language / "LC_MESSAGES" / "bot.po"


SMALL = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : \
n%100>=11 ? 4 : 5);\\n"

msgid "Phone {number}."
msgstr "الهاتف: {number}."

msgid "Thank you."
msgstr "شكرًا."

msgid "{count} hour"
msgid_plural "{count} hours"
msgstr[0] "أقل من ساعة"
msgstr[1] "ساعة واحدة"
msgstr[2] "ساعتان"
msgstr[3] "{count} ساعات"
msgstr[4] "{count} ساعة"
msgstr[5] "{count} ساعة"
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give a folder of languages with one small catalogue that has no fault."""
    (tmp_path / "locales" / "ar" / "LC_MESSAGES").mkdir(parents=True)
    root = tmp_path / "locales"
    (root / "languages.toml").write_text(
        '[en]\nname = "English"\ndirection = "ltr"\n\n[ar]\nname = "العربية"\ndirection = "rtl"\n',
        encoding="utf-8",
    )
    po(root, "ar").write_text(SMALL, encoding="utf-8")
    return root


def changed(root: Path, old: str, new: str) -> None:
    assert old in SMALL
    po(root, "ar").write_text(SMALL.replace(old, new, 1), encoding="utf-8")


def test_a_whole_catalogue_has_no_fault(small: Path) -> None:
    assert catalog_faults(small) == ()
    assert completeness(small, "ar") == 100


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"شكرًا."', '""', "a text is empty"),
        ('msgstr[5] "{count} ساعة"', 'msgstr[5] ""', "a text is empty"),
        ('msgstr[5] "{count} ساعة"\n', "", "a text is empty"),
        (
            'msgid "Thank you."',
            '#, fuzzy\nmsgid "Thank you."',
            "the text is marked as doubtful (fuzzy)",
        ),
        ("الهاتف: {number}.", "الهاتف: {phone}.", "placeholders differ from the English text"),
        ("الهاتف: {number}.", "الهاتف.", "placeholders differ from the English text"),
        ("الهاتف: {number}.", "{number} {count}.", "placeholders differ from the English text"),
        ("{count} ساعات", "بضع ساعات", "placeholders differ from the English text"),
        ("شكرًا.", "شكرًا }.", "a brace stands alone"),
        ("شكرًا.", "شكرًا\u200f.", "a raw direction mark; values are isolated by the program"),
        ("شكرًا.", "شكرًا ٦٠.", "digits are written 0-9 in every language"),
        ("شكرًا.", "شكرًا. ", "the text begins or ends with a space"),
    ],
)
def test_a_broken_rule_is_found_with_its_file_and_line(
    small: Path, old: str, new: str, reason: str
) -> None:
    changed(small, old, new)
    (fault,) = catalog_faults(small)
    assert fault.reason == reason
    assert fault.file == "locales/ar/LC_MESSAGES/bot.po"
    assert fault.line > 1


def test_a_missing_catalogue_is_a_fault(small: Path) -> None:
    po(small, "ar").unlink()
    assert [one.reason for one in catalog_faults(small)] == ["the catalogue is missing"]
    assert completeness(small, "ar") == 0


def test_what_is_translated_is_counted_rounded_down(small: Path) -> None:
    changed(small, '"شكرًا."', '""')
    assert completeness(small, "ar") == 66


@pytest.mark.parametrize(("old", "new"), [("msgid", "msgid msgid"), ("msgstr", "mxgstr")])
def test_an_unreadable_catalogue_stops_the_start_by_name(small: Path, old: str, new: str) -> None:
    po(small, "ar").write_text(SMALL.replace(old, new), encoding="utf-8")
    for read in (load_catalogs, catalog_faults):
        with pytest.raises(BrokenCatalog, match=r"ar/LC_MESSAGES/bot\.po"):
            read(small)


def test_a_rule_for_plurals_that_is_no_formula_is_named(small: Path) -> None:
    changed(small, "plural=(n==0", "plural=(n===")
    with pytest.raises(BrokenCatalog, match=r"ar/LC_MESSAGES/bot\.po: Plural-Forms"):
        catalog_faults(small)
