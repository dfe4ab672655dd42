"""The worker site: sign in, find HITs, do them, be paid."""
