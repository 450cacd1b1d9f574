"""Markdown to the plain text of a chat, and nothing more than headings, lists and links of it.

What is not in the short list of allowed marks is a fault and not silently dropped: a table or an
image that vanishes on the way would take its facts with it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.articles.errors import Fault

BULLET = "• "

_WRAPPERS = {"paragraph_open", "bullet_list_open", "ordered_list_open", "list_item_open"}
_ALLOWED = _WRAPPERS | {"heading_open", "inline"}
_INLINE = {"text", "softbreak", "em_open", "em_close", "strong_open", "strong_close"}
_TAG = re.compile(r"</?[A-Za-z][^>]*>")


@dataclass(frozen=True, slots=True)
class Text:
    """The plain blocks of a text, the addresses in it, and what had to be left out."""

    blocks: tuple[str, ...]
    links: tuple[str, ...]
    faults: tuple[Fault, ...]


def plain(body: str, file: str, first_line: int) -> Text:
    """Return Markdown as plain blocks; faults carry the line within the whole file.

    A heading stands on top of the block that follows it, an address in the line below the words
    that lead to it.
    """
    tokens = MarkdownIt("commonmark", {"html": False}).parse(body)
    faults = [Fault(file, first_line + line, reason) for line, reason in _forbidden(tokens)]
    links = tuple(_address(t) for token in tokens for t in token.children or () if _opens(t))
    faults += _bad_links(links, file, first_line)
    return Text(tuple(_with_headings(tokens)), links, tuple(faults))


def _forbidden(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        if token.nesting >= 0 and token.type not in _ALLOWED:
            yield line, f"{token.type.removesuffix('_open')} is not allowed in a text"
        if token.type.endswith("list_open") and token.level > 0:
            yield line, "a list within a list is not allowed in a text"
        for child in token.children or ():
            if child.type not in _INLINE | {"link_open", "link_close"}:
                yield line, f"{child.type} is not allowed in a text"
            if child.type == "text" and _TAG.search(child.content):
                yield line, "HTML is not allowed in a text"


def _opens(token: Token) -> bool:
    return token.type == "link_open"


def _address(token: Token) -> str:
    return str(token.attrGet("href") or "")


def _bad_links(links: Sequence[str], file: str, line: int) -> list[Fault]:
    return [
        Fault(file, line, f"a link must be a whole https address: {link}")
        for link in links
        if not re.fullmatch(r"https://[^\s/]+\.[^\s/]+(/\S*)?", link)
    ]


def _with_headings(tokens: Sequence[Token]) -> Iterator[str]:
    heading = ""
    for is_heading, block in _blocks(tokens):
        if is_heading:
            heading = f"{heading}{block}\n"
        else:
            yield heading + block
            heading = ""
    if heading:
        yield heading.rstrip()


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[bool, str]]:
    marks: list[str] = []
    entries: list[str] = []
    in_heading = False
    for token in tokens:
        match token.type:
            case "heading_open" | "heading_close":
                in_heading = token.nesting > 0
            case "list_item_open":
                marks.append(f"{token.info}. " if token.info else BULLET)
            case "inline" if token.level > 1:
                entries.append((marks.pop() if marks else "  ") + _words(token))
            case "inline":
                yield in_heading, _words(token)
            case "bullet_list_close" | "ordered_list_close" if token.level == 0:
                yield False, "\n".join(entries)
                entries = []


def _words(token: Token) -> str:
    """Return the words of one paragraph, each address in a line of its own below them."""
    children = token.children or []
    words = "".join(" " if t.type == "softbreak" else t.content for t in children)
    below = [a for a in (_address(t) for t in children if _opens(t)) if a not in words]
    return "\n".join([words.strip(), *below])
