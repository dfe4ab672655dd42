"""Send MTurk clients that name Amazon's endpoint to the marketplace under test.

Python imports this by itself where the folder is on its path: the tool's own source
stays as it is.
"""

import os

import botocore.session

_create = botocore.session.Session.create_client


def _redirected(self, service_name, *args, **kwargs):  # type: ignore[no-untyped-def]
    if service_name == "mturk":
        kwargs["endpoint_url"] = os.environ["MARKETPLACE_UNDER_TEST"]
    return _create(self, service_name, *args, **kwargs)


botocore.session.Session.create_client = _redirected  # type: ignore[method-assign]
