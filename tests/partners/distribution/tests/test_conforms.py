"""The kit with this partner's own samples; a third party's whole test."""

from pathlib import Path

from sample_helpline import translator

from adapters.partners.conformance import faults, samples


def test_conforms() -> None:
    known = samples(Path(translator.__file__).parent / "samples")
    assert len(known) == 4
    assert faults(translator.Translator(), known, never_says=translator.NEVER_SAYS) == []
