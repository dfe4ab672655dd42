"""The site as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from evalsite.charsets import in_utf_8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalsite.settings")

application = in_utf_8(get_wsgi_application())
