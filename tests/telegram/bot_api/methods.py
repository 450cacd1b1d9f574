"""The methods that send, change and delete messages, and those that describe the bot."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.telegram.bot_api.checks import checked_markup, checked_text
from tests.telegram.bot_api.parameters import Parameters
from tests.telegram.bot_api.refusals import Json, bad
from tests.telegram.bot_api.world import Message, World

Result = Any
Method = Callable[[World, Parameters], Result | Awaitable[Result]]

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
DELETABLE_SECONDS = 48 * 3600
ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document"
    " choose_sticker find_location record_video_note upload_video_note".split()
)


def get_me(world: World, _given: Parameters) -> Json:
    """Describe the bot."""
    return world.user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def send_message(world: World, given: Parameters) -> Json:
    """Send a text."""
    chat = world.writable(given.number("chat_id"))
    content: Json = {"text": checked_text(given.text("text"), given.text("parse_mode"))}
    return _sent(world, given, chat.id, content)


def send_location(world: World, given: Parameters) -> Json:
    """Send a point."""
    return _sent(world, given, given.number("chat_id"), {"location": _point(given)})


def send_venue(world: World, given: Parameters) -> Json:
    """Send a point with a name."""
    if not given.text("title") or not given.text("address"):
        raise bad("venue title and address must be non-empty")
    venue = {"location": _point(given), "title": given.text("title")}
    venue["address"] = given.text("address")
    return _sent(world, given, given.number("chat_id"), {"venue": venue, "location": _point(given)})


def send_document(world: World, given: Parameters) -> Json:
    """Take an uploaded file and forget its content."""
    file = given.file("document")
    document = {
        "file_id": "test-file",
        "file_unique_id": "test",
        "file_name": file.filename,
        "file_size": len(file.file.read()),
    }
    return _sent(world, given, given.number("chat_id"), {"document": document})


def edit_message_text(world: World, given: Parameters) -> Json:
    """Put another text, and another or no keyboard, in the place of a message."""
    chat = world.writable(given.number("chat_id"))
    message = world.own(chat.id, given.number("message_id"), "edit")
    text = checked_text(given.text("text"), given.text("parse_mode"))
    return _edited(world, message, {"text": text}, checked_markup(given.thing("reply_markup")))


def edit_message_reply_markup(world: World, given: Parameters) -> Json:
    """Put another or no keyboard under a message."""
    chat = world.writable(given.number("chat_id"))
    message = world.own(chat.id, given.number("message_id"), "edit")
    return _edited(world, message, {}, checked_markup(given.thing("reply_markup")))


def answer_callback_query(world: World, given: Parameters) -> bool:
    """End the little clock on a button."""
    pressed = world.callbacks.get(given.text("callback_query_id"))
    if pressed is None or world.now() - pressed[1] > world.callback_seconds:
        raise bad(TOO_OLD)
    if len(given.text("text")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    world.answered.append(given.text("callback_query_id"))
    world.changes.happened()
    return True


def delete_message(world: World, given: Parameters) -> bool:
    """Delete one message of either side."""
    message = world.messages.get(given.number("message_id"))
    if message is None or message.deleted or message.chat_id != given.number("chat_id"):
        raise bad("message to delete not found")
    _delete(world, message)
    return True


def delete_messages(world: World, given: Parameters) -> bool:
    """Delete up to a hundred messages; those not found are skipped."""
    world.writable(given.number("chat_id"))
    numbers = given.thing("message_ids")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= 100:
        raise bad("wrong number of message identifiers")
    for number in numbers:
        message = world.messages.get(int(number))
        if message and not message.deleted and message.chat_id == given.number("chat_id"):
            _delete(world, message)
    return True


def set_my_commands(world: World, given: Parameters) -> bool:
    """Store the command menu of a language and scope."""
    commands = given.thing("commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad("expected an Array of BotCommand")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_scope(given), _language(given)] = commands
    return True


def get_my_commands(world: World, given: Parameters) -> list[Json]:
    """Return the command menu of a language and scope."""
    return world.commands.get((_scope(given), _language(given)), [])


def send_chat_action(world: World, given: Parameters) -> bool:
    """Show that something is being written."""
    chat = world.writable(given.number("chat_id"))
    if given.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat.actions.append(given.text("action"))
    return True


def leave_chat(world: World, given: Parameters) -> bool:
    """Leave a group."""
    chat = world.writable(given.number("chat_id"))
    if chat.kind == "private":
        raise bad("chat member status can't be changed in private chats")
    chat.left = True
    world.changes.happened()
    return True


def set_chat_menu_button(world: World, given: Parameters) -> bool:
    """Store the button beside the text field."""
    button = given.thing("menu_button") or {"type": "default"}
    if button.get("type") not in {"default", "commands", "web_app"}:
        raise bad("unsupported menu button type")
    if "chat_id" in given:
        world.writable(given.number("chat_id")).menu = button
    return True


def _setter(field: str, limit: int) -> Method:
    def set_it(world: World, given: Parameters) -> bool:
        if len(given.text(field)) > limit:
            raise bad(f"{field} is too long")
        world.profile.setdefault(field, {})[_language(given)] = given.text(field)
        return True

    return set_it


def _getter(field: str) -> Method:
    def get_it(world: World, given: Parameters) -> Json:
        return {field: world.profile.get(field, {}).get(_language(given), "")}

    return get_it


METHODS: Mapping[str, Method] = {
    "getme": get_me,
    "sendmessage": send_message,
    "sendlocation": send_location,
    "sendvenue": send_venue,
    "senddocument": send_document,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "answercallbackquery": answer_callback_query,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "setmyname": _setter("name", 64),
    "getmyname": _getter("name"),
    "setmydescription": _setter("description", 512),
    "getmydescription": _getter("description"),
    "setmyshortdescription": _setter("short_description", 120),
    "getmyshortdescription": _getter("short_description"),
    "sendchataction": send_chat_action,
    "leavechat": leave_chat,
    "setchatmenubutton": set_chat_menu_button,
}
"""By name in lower case: Telegram does not mind the case of a method."""


def _sent(world: World, given: Parameters, chat_id: int, content: Json) -> Json:
    chat = world.writable(chat_id)
    markup = checked_markup(given.thing("reply_markup"))
    if markup and "inline_keyboard" in markup:
        content["reply_markup"] = markup
    if given.flag("protect_content"):
        content["has_protected_content"] = True
    message = world.new_message(chat, content, world.user(), from_bot=True)
    message.protected = given.flag("protect_content")
    return message.raw


def _edited(world: World, message: Message, content: Json, markup: Json | None) -> Json:
    new = {k: v for k, v in message.raw.items() if k not in {"reply_markup", "edit_date"}} | content
    if markup:
        new["reply_markup"] = markup
    if new == {k: v for k, v in message.raw.items() if k != "edit_date"}:
        raise bad(NOT_MODIFIED)
    message.raw = new | {"edit_date": int(world.now())}
    message.edits += 1
    world.changes.happened()
    return message.raw


def _delete(world: World, message: Message) -> None:
    if world.now() - message.raw["date"] > DELETABLE_SECONDS:
        raise bad("message can't be deleted for everyone")
    message.deleted = True
    world.changes.happened()


def _point(given: Parameters) -> Json:
    try:
        point = {name: float(given.text(name)) for name in ("latitude", "longitude")}
    except ValueError:
        raise bad("there is no location in the request") from None
    if abs(point["latitude"]) > 90 or abs(point["longitude"]) > 180:
        raise bad("wrong latitude or longitude")
    return point


def _scope(given: Parameters) -> str:
    return str((given.thing("scope") or {}).get("type", "default"))


def _language(given: Parameters) -> str:
    code = given.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad("invalid language code specified")
    return code
