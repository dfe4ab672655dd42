"""The JSON that the rater's page speaks; any client may speak it as well.

No cookie is read or set. A session is named by the token that `begin` gives out,
sent as the header `X-Session-Token` with every other call. Bodies are JSON objects
with `Content-Type: application/json`. Everything is under /rate/api/.

POST begin/        {"study": slug, "query": {every parameter of the page's own URL},
                    "consent": true|false, "client": {anything about the browser}}
                -> {"token": "...", "state": STATE}
                   without consent: the session that this rater holds already, or
                   {"token": null, "state": null} when there is none yet
GET  state/     -> {"state": STATE}
GET  tones/     -> audio/wav, the sound check's tones of the present attempt: 3 to 7
                   of them, 0.25 s each, at least 0.3 s of silence between two
POST sound/        {"count": 5}
                -> {"ok": true|false, "attempts": 1, "state": STATE}
POST step/         {"step": "instructions"}           -> {"state": STATE}
GET  trial/     -> {"trial": TRIAL or null, "state": STATE}; null: all is answered
POST answer/       {"trial": TRIAL.key, "uuid": a UUID drawn by the client,
                    "choices": {question key: choice value},
                    "telemetry": {...}}
                -> {"duplicate": false, "answered": 3, "total": 12,
                    "feedback": null or {"correct": true, "truth": "real"}}
                   sent again with the same uuid it changes nothing
GET  finish/    -> {"action": URL, "method": "POST" or "GET", "fields": {...},
                    "code": "..."}: the form to send inside the frame, once the server
                   holds every vote; the code, if there is one, is for the rater to
                   give where that address cannot be opened

STATE = {"consented", "sound_ok", "instructed", "completed": booleans,
         "answered", "total", "practice_left": whole numbers}
TRIAL = {"key", "index" (from 1), "total", "practice": boolean, "seconds",
         "media": [URL, ...],
         "questions": [{"key", "text", "choices": [{"value", "label", "key"}]}]}

The order is begin, tones + sound until ok, step instructions, then trial and answer
in turn until trial is null, then finish. A refusal is {"error": {"code", "message"}}
with status 400 (the request itself), 401 (the token), 403 or 409.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from studies.errors import RefusedError
from studies.models import Study
from studies.rating import wire
from studies.services import doorway, sessions, sound_check, votes


@wire.call("POST")
def begin(request: HttpRequest) -> dict[str, Any]:
    sent = wire.body(request)
    study = Study.objects.filter(slug=wire.text(sent, "study")).first()
    if study is None:
        raise RefusedError("unknown_posting", "This link belongs to no study.")
    query = wire.words(sent, "query")
    now = timezone.now()
    posting, entry = sessions.read_entry(study, query.get("p", ""), query)
    if sent.get("consent") is not True:
        held = doorway.look_in(study, posting, entry, now)
        if held is None:
            return {"token": None, "state": None}
        assignment = held
    else:
        client = wire.facts(sent, "client")
        assignment = sessions.begin(study, posting, entry, now=now, client=client)
        sessions.record_step(assignment, "consent", {}, now)
    return {
        "token": sessions.session_token(assignment),
        "state": wire.state_json(assignment),
    }


@wire.call("GET")
def state(request: HttpRequest) -> dict[str, Any]:
    return {"state": wire.state_json(wire.session(request))}


@wire.call("GET")
def tones(request: HttpRequest) -> HttpResponse:
    assignment = wire.session(request)
    attempt = sound_check.attempts(assignment)
    wav = sound_check.tones_wav(str(assignment.key), attempt)
    return HttpResponse(wav, content_type="audio/wav")


@wire.call("POST")
def sound(request: HttpRequest) -> dict[str, Any]:
    assignment = wire.session(request)
    sent = wire.body(request)
    count = sent.get("count")
    if not isinstance(count, int) or isinstance(count, bool):
        raise RefusedError("bad_request", "the whole number 'count' is missing")
    heard = sound_check.judge(assignment, count)
    sessions.record_step(assignment, "sound", heard, timezone.now())
    return {
        "ok": heard["passed"],
        "attempts": heard["attempts"],
        "state": wire.state_json(assignment),
    }


@wire.call("POST")
def step(request: HttpRequest) -> dict[str, Any]:
    assignment = wire.session(request)
    name = wire.text(wire.body(request), "step")
    if name != "instructions":
        raise RefusedError("bad_request", f"there is no step {name!r} to report")
    sessions.record_step(assignment, name, {}, timezone.now())
    return {"state": wire.state_json(assignment)}


@wire.call("GET")
def trial(request: HttpRequest) -> dict[str, Any]:
    assignment = wire.session(request)
    view = votes.next_trial(assignment, timezone.now())
    return {
        "trial": wire.trial_json(view) if view else None,
        "state": wire.state_json(assignment),
    }


@wire.call("POST")
def answer(request: HttpRequest) -> dict[str, Any]:
    assignment = wire.session(request)
    sent = wire.body(request)
    given = votes.Answer(
        trial=wire.text(sent, "trial"),
        client_uuid=wire.text(sent, "uuid"),
        choices=wire.words(sent, "choices"),
        telemetry=wire.facts(sent, "telemetry"),
    )
    ack = votes.record_answer(assignment, given, timezone.now())
    feedback = ack.feedback
    return {
        "duplicate": ack.duplicate,
        "answered": ack.answered,
        "total": ack.total,
        "feedback": {"correct": feedback.correct, "truth": feedback.truth}
        if feedback
        else None,
    }


@wire.call("GET")
def finish(request: HttpRequest) -> dict[str, Any]:
    form = votes.finish(wire.session(request), timezone.now())
    return {
        "action": form.action,
        "method": form.method,
        "fields": dict(form.fields),
        "code": form.code,
    }
