"""Everything below knowledge/ and locales/, read as people will see it."""
