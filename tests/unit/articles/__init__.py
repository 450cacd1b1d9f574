"""The rules of vetted texts."""
