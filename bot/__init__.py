"""Waypoint: vetted answers, the nearest office and a person, for people on the move."""
