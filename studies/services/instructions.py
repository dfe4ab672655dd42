"""The words that raters read, as one hash: what was asked can be proved later."""

import hashlib
import json
from pathlib import Path

from django.apps import apps

from studies.models import Study
from studies.services.designs import get_design


def instructions_sha256(study: Study) -> str:
    """Return SHA-256 over consent text, questions with their choices, and the pages.

    The pages are the templates of the rating page by name; JSON, UTF-8, in that order.
    """
    folder = Path(apps.get_app_config("studies").path) / "templates" / "rating"
    pages = sorted(folder.glob("*.html"))
    design = get_design(study.design)
    words = {
        "consent": study.consent_text,
        "questions": [
            [each.text, [choice.label for choice in each.choices]]
            for each in design.questions
        ],
        "pages": {page.name: page.read_text(encoding="utf-8") for page in pages},
    }
    text = json.dumps(words, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
