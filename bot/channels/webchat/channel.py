"""The web chat as a channel: its replies go back in the answer to the turn, news are fetched."""

from bot.channels.webchat.inbound import CHANNEL
from bot.conversation import Capabilities, Delivery


class WebChannel:
    """Sends nothing by itself: a page cannot be reached, it asks."""

    name = CHANNEL
    capabilities = Capabilities(pushes=False, edits=False, deletes=True)

    async def deliver(self, delivery: Delivery) -> None:
        """Leave the reply where the page reads it."""
