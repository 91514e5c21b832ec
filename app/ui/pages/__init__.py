"""What stands in the middle: photos, Explore, problems, the empty library."""
