"""The ways a person reaches the bot; each folder is one and imports none of the others."""
