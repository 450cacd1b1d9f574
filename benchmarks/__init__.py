"""What is measured, and how; never timed tests."""
