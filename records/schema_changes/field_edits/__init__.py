"""What a declaration makes of one field: refused, done at once, or begun."""
