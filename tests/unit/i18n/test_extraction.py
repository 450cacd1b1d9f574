"""`tools/catalogs.py`: which sentences it finds, and what it keeps of a translation."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools.catalogs import DOMAINS, NotReadable, as_text, differences, extracted, updated, wanted

BOT, CONSOLE = DOMAINS
PLURAL = "nplurals=2; plural=(n > 1);"
SAYS = """
from bot.i18n import say, say_n

A = say("Yes")
B = say(
    "One sentence, "
    "on two lines."
)
C = say_n("{count} hour", "{count} hours", 2)
"""
CONSOLE_CODE = """
from bot.console.words import mark

A = mark("Taken")
B = translations.ngettext("%(count)s day", "%(count)s days", 2)
"""
PAGE = (
    """<p title="{{ _("A title") }}">{{ _("Step 1 of 2: a password") }} {{ m.say(problem) }}</p>"""
)


def tree(root: Path, **files: str) -> Path:
    """Write files, named with __ for a slash, below a folder."""
    (root / "locales").mkdir()
    (root / "locales" / "languages.toml").write_text(
        f'[en]\nplural = "{PLURAL}"\n[fr]\nplural = "{PLURAL}"\n', encoding="utf-8"
    )
    for name, text in files.items():
        stem, _, ending = name.rpartition("_")
        path = root / f"{stem.replace('__', '/')}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def ids(catalog: Catalog) -> set[object]:
    return {one.id for one in catalog if one.id}


def test_what_is_said_to_people_is_found_whole(tmp_path: Path) -> None:
    root = tree(tmp_path, handlers__start_py=SAYS)
    assert ids(extracted(BOT, root)) == {
        "Yes",
        "One sentence, on two lines.",
        ("{count} hour", "{count} hours"),
    }
    assert ids(extracted(CONSOLE, root)) == set()


def test_another_say_is_not_a_sentence_for_people(tmp_path: Path) -> None:
    root = tree(tmp_path, bot__serving_py='def say(line): ...\n\nsay("Waypoint is running.")\n')
    assert ids(extracted(BOT, root)) == set()


@pytest.mark.parametrize("call", ['say(f"Not {A}")', "say(name)", 'say_n("one", name, 2)', "say()"])
def test_a_sentence_that_is_not_written_out_is_named(tmp_path: Path, call: str) -> None:
    root = tree(tmp_path, handlers__start_py=f"{SAYS}{call}\n")
    with pytest.raises(NotReadable, match=rf"start\.py:{SAYS.count(chr(10)) + 1}: "):
        extracted(BOT, root)


def test_the_console_has_its_own_catalogue(tmp_path: Path) -> None:
    root = tree(tmp_path, bot__console__claim_py=CONSOLE_CODE, bot__console__case_html=PAGE)
    assert ids(extracted(BOT, root)) == set()
    assert ids(extracted(CONSOLE, root)) == {
        "Taken",
        ("%(count)s day", "%(count)s days"),
        "A title",
        "Step 1 of 2: a password",
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [("handlers__start_py", "def ("), ("bot__console__case_html", "{% if %}")],
)
def test_a_source_that_cannot_be_read_is_named(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(NotReadable, match=r"(start\.py|case\.html):1: "):
        list(wanted(tree(tmp_path, **{name: text})))


def test_a_broken_catalogue_or_list_of_languages_is_named(tmp_path: Path) -> None:
    root = tree(tmp_path, handlers__start_py=SAYS, locales__fr__LC_MESSAGES__bot_po='msgid "A')
    with pytest.raises(NotReadable, match=r"bot\.po"):
        list(wanted(root))
    (root / "locales" / "languages.toml").write_text("[fr]\n", encoding="utf-8")
    with pytest.raises(NotReadable, match=r"languages\.toml: KeyError"):
        list(wanted(root))


def test_translations_are_kept_and_nothing_is_guessed(tmp_path: Path) -> None:
    old = Catalog(locale="fr")
    old.add("Yes", "Oui")
    old.add("One sentence, on one line.", "Une phrase.")
    new = updated(extracted(BOT, tree(tmp_path, handlers__start_py=SAYS)), old, "fr", PLURAL)
    assert {one.id: one.string for one in new if one.id} == {
        "Yes": "Oui",
        "One sentence, on two lines.": None,
        ("{count} hour", "{count} hours"): ("", ""),
    }
    assert not any(one.fuzzy for one in new if one.id)


def test_a_sentence_that_became_counted_is_translated_anew() -> None:
    old, template = Catalog(locale="fr"), Catalog()
    old.add("{count} hour", "{count} heure")
    template.add(("{count} hour", "{count} hours"))
    (message,) = (one for one in updated(template, old, "fr", PLURAL) if one.id)
    assert message.string == ("", "")


def test_an_empty_message_has_as_many_forms_as_its_language() -> None:
    template = Catalog()
    template.add(("{count} hour", "{count} hours"))
    text = as_text(updated(template, Catalog(), "tr", PLURAL), "tr", PLURAL)
    assert "msgstr[1]" in text
    assert "msgstr[2]" not in text


def test_a_second_run_changes_nothing_and_says_nothing(tmp_path: Path) -> None:
    root = tree(tmp_path, handlers__start_py=SAYS, bot__console__case_html=PAGE)
    for path, text in wanted(root):
        assert list(differences(path, text, root)) == [
            f"{path.relative_to(root)}: the file is missing"
        ]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert [line for path, text in wanted(root) for line in differences(path, text, root)] == []


def test_each_difference_is_one_line(tmp_path: Path) -> None:
    root = tree(tmp_path, handlers__start_py=SAYS)
    files = dict(wanted(root))
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / "handlers" / "start.py").write_text(SAYS.replace("Yes", "No"), encoding="utf-8")
    changed = [line for path, text in wanted(root) for line in differences(path, text, root)]
    assert changed == [
        "locales/bot.pot: not in the catalogue: No",
        "locales/bot.pot: no longer said: Yes",
        "locales/fr/LC_MESSAGES/bot.po: not in the catalogue: No",
        "locales/fr/LC_MESSAGES/bot.po: no longer said: Yes",
    ]


def test_the_files_hold_no_date_no_tool_and_no_line_number(tmp_path: Path) -> None:
    root = tree(tmp_path, handlers__start_py=SAYS)
    for _, text in wanted(root):
        assert "Date" not in text
        assert "Babel" not in text
        assert ".py:" not in text
        assert "fuzzy" not in text
