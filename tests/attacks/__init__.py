"""What a hostile rater, requester or file tries, and what becomes of it."""
