"""What is known of each photo; owns the database."""
