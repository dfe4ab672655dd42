"""What the files of an archive are called."""

VOTES = "votes.csv"
SESSIONS = "sessions.csv"
STUDY = "study.json"
README = "README.txt"
SUMS = "SHA256SUMS"
