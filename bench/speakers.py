"""Speakers: diarization error rate and number of voices, on composed conversations and on real ones.

``--half tune``: conversations composed from librispeech_train_clean_100, plain and over a simulated telephone line, and
the even AMI excerpts; every constant was chosen on these. ``--half report``: from librispeech_test_other, whose
speakers are others, the odd AMI excerpts and the telephone call. AMI's training part (trn*) was seen by the
segmentation model.
How the conversations are composed: ``bench/_conversations.py``; how the constants were chosen: ``speakers_choice``.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench._conversations import Recording, composed, over_a_line, real
from bench._data import data_dir, half_of
from bench._run import Run
from privacy_audit.measuring.audio import measure_audio, our_engine

_PER_COUNT = {"tune": 15, "report": 20}
"""Conversations of one, two, three and four speakers each; of the four of test-other more would say little."""
_COLUMNS = (
    *("DER", "DER +-.25 s", "missed", "false alarm", "confused", "count exact", "true count in range", "mean width"),
    "pairs EER",
)


def main() -> None:
    """Command line."""
    run = Run("speakers", "Diarization error rate and number of voices of audio_speakers.")
    name = "librispeech_train_clean_100" if run.half == "tune" else "librispeech_test_other"
    talks = run.limited(composed(data_dir("audio", name), _PER_COUNT[run.half]))
    _add(run, f"{name}: {len(talks)} composed conversations of 1 to 4 speakers", talks)
    if run.half == "tune":
        _add(run, "the same over a simulated telephone line", over_a_line(talks))
    else:
        _add(run, "pyannote_sample: a telephone call of 30 s", real(data_dir("audio", "pyannote_sample")))
    meetings = half_of(real(data_dir("audio", "pyannote_ami")), run.half)
    _add(run, f"pyannote_ami, {run.half} half: {len(meetings)} excerpts of 30 s", meetings)
    unseen = [item for item in meetings if not item[0].uri.startswith("tr")]
    _add(run, f"of these {len(unseen)} from parts that the segmentation model was not trained on", unseen)
    run.finish()


def _add(run: Run, title: str, recordings: Sequence[Recording]) -> None:
    found = measure_audio(our_engine(), recordings)
    rates = (found.der[0.0], found.der[0.25], found.missed, found.false_alarm, found.confused)
    run.add(title, _COLUMNS, [(*rates, found.exact, found.in_range, found.width, found.pairs_eer)])


if __name__ == "__main__":
    main()
