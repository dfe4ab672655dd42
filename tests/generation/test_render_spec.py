"""The render spec is declared, stored and checked."""

import json

import pytest

from generation.media import RENDER_VERSION, RenderSpec


def test_a_spec_survives_json() -> None:
    spec = RenderSpec(band_limit="8000", crf=18)
    assert RenderSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


def test_every_choice_is_declared_in_words() -> None:
    told = " ".join(RenderSpec(band_limit="8000").as_declared().values())
    words = [
        *("crf 20, faster", "480 lines", "30/s", "48 kHz", "288 kbit/s"),
        *("-23 LUFS", "-1.5 dBTP", "20 ms", "8000 Hz", "160 kbit/s"),
    ]
    for word in words:
        assert word in told
    assert RenderSpec().as_declared()["bandwidth"] == "not limited"
    assert RenderSpec().as_declared()["version"] == RENDER_VERSION


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_height", 2),
        ("crf", 99),
        ("sample_rate", 8000),
        ("audio_frame_bytes", 769),
        ("band_limit", "wide"),
        ("band_limit", "30000"),
        ("band_limit", "nan"),
        ("loudness_lufs", 3.0),
    ],
)
def test_a_value_that_cannot_be_rendered_is_named(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=field):
        RenderSpec.from_json({field: value})


def test_unknown_settings_are_named() -> None:
    with pytest.raises(ValueError, match="unknown render settings: bitrate"):
        RenderSpec.from_json({"bitrate": 3})
