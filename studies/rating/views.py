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
GET  tones/     -> audio/wav, the sound check's tones of the present attempt
POST sound/        {"count": 5, "volume": 1.0}
                -> {"ok": true|false, "attempts": 1, "state": STATE}
POST step/         {"step": "instructions"}           -> {"state": STATE}
GET  trial/     -> {"trial": TRIAL or null, "state": STATE}; null: all is answered
POST answer/       {"trial": TRIAL.key, "uuid": a UUID drawn by the client,
                    "choices": {question key: choice value},
                    "telemetry": {...}}
                -> {"duplicate": false, "answered": 3, "total": 12,
                    "feedback": null or {"correct": true, "truth": "real"}}
                   sent again with the same uuid it changes nothing
GET  finish/    -> {"action": URL, "method": "POST", "fields": {...}}: the form to
                   post inside the frame, once the server holds every vote

STATE = {"consented", "sound_ok", "instructed", "completed": booleans,
         "answered", "total", "practice_left": whole numbers}
TRIAL = {"key", "index" (from 1), "total", "practice": boolean, "seconds",
         "media": [URL, ...],
         "questions": [{"key", "text", "choices": [{"value", "label", "key"}]}]}

The order is begin, tones + sound until ok, step instructions, then trial and answer
in turn until trial is null, then finish. A refusal is {"error": {"code", "message"}}
with status 400 (the request itself), 401 (the token), 403 or 409.
"""
