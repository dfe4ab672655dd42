"""The marketplace alone, where signing up is quick: many strangers do so."""

from evalsite.marketplace_alone import *  # noqa: F403 - the same but for one setting

# the real hasher takes a third of a second, by design
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
