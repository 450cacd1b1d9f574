"""What happens when processes die, answers get lost and databases go away."""
