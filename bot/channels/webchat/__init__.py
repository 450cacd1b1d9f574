"""The web chat: one page at one address, without cookies, third parties or anything kept."""
