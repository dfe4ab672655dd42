"""The researcher's site, from the upload of a manifest to the report."""

from django.contrib import admin

from studies.admin import accounts, records, study

admin.site.index_title = "Overview"
admin.site.index_template = "admin/studies/index.html"

__all__ = ["accounts", "records", "study"]
