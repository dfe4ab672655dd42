"""How often somebody may try a password."""

import hashlib
from collections.abc import Mapping

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView


class TokenThrottle(SimpleRateThrottle):
    """Ten tries a minute for one account, from wherever they come.

    The caller's address is no key: behind a proxy it is whatever the caller claims.
    """

    rate = "10/min"
    scope = "token"

    def get_cache_key(self, request: Request, view: APIView) -> str:  # noqa: ARG002 - the base class's signature
        sent = request.data
        given = sent.get("username", "") if isinstance(sent, Mapping) else ""
        name = str(given)[:150].casefold()
        ident = hashlib.sha256(name.encode(errors="replace")).hexdigest()
        return self.cache_format % {"scope": self.scope, "ident": ident}
