"""What makes two records look the same."""
