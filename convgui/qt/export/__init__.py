"""What is written to files and pages by Qt."""
