"""What a treatment costs a trainer: a small model trained on treated data, and on the same data untreated.

Digits: which of ten is said (FSDD; a support vector machine on log-mel frames). Pictures: are there people in it (WIDER
FACE against ImageNet pictures mostly without; the same on gradients; faces covered by their labelled boxes). One half
of each set is for training, the other for the test, which is left untreated, as the world is. Needs the extra
``bench`` (scikit-learn).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench._data import data_dir, half_of, read_jsonl, sound_files
from bench._run import Run
from bench.voice_linkage import WIDE
from privacy_audit.anonymizers import Operator, all_operators
from privacy_audit.measuring.scoring import Wilson
from privacy_audit.sources.audio_file import read_audio_native
from privacy_audit.sources.image_file import read_image
from privacy_audit.types import AudioRecord, BoundingBox, Confidence, Detection, ImageRecord, Segment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COVERS = ("image_solid", "image_silhouette", "image_pixelate", "image_blur", "image_inpaint")
_SIDE_PX, _CELL_PX, _N_TURNS = 128, 16, 9  # histograms of gradients in 8 x 8 cells
_N_FRAMES = 24


def main() -> None:
    """Command line."""
    run = Run("utility", "What a small model loses when it is trained on treated data.")
    installed = all_operators()
    disguises = {
        "none": None,
        "audio_disguise": installed["audio_disguise"](),
        "audio_disguise, wide": installed["audio_disguise"](**WIDE),
        "audio_mute": installed["audio_mute"](),
    }
    sounds = run.limited([_sound(path) for path in sound_files(data_dir("audio", "fsdd"))])
    rows = _rows(disguises, sounds, [sound.uri.partition("_")[0] for sound in sounds], _spoken)
    run.add(f"fsdd: ten digits, {len(sounds)} recordings of 6 speakers", _COLUMNS, rows)
    covers = {"none": None, **{name: installed[name]() for name in _COVERS}}
    pictures = run.limited(_pictures())
    labels = ["people" if boxes else "none" for _, boxes in pictures]
    run.add(f"faces_wider and negatives: {len(pictures)} pictures", _COLUMNS, _rows(covers, pictures, labels, _seen))
    run.finish()


_COLUMNS = ("trained on data treated with", "right, untreated test", "right, test treated alike", "loss, points")


def _rows(operators: dict[str, Operator | None], items: list[Any], labels: list[str], features: Any) -> list[Any]:
    rows: list[Any] = []
    plain = [features(item, None) for item in items]
    for name, operator in operators.items():
        treated = plain if operator is None else [features(item, operator) for item in items]
        right = [_right(treated, labels, test) for test in (plain, treated)]
        before = rows[0][1] if rows else right[0]
        rows.append((name, *right, f"{100 * (before.share - right[0].share):.1f}"))
    return rows


def _right(train: list[NDArray[np.float32]], labels: list[str], test: list[NDArray[np.float32]]) -> Wilson:
    import numpy as np
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    model = make_pipeline(StandardScaler(), SVC(C=10.0))
    model.fit(np.stack(half_of(train, "tune")), half_of(labels, "tune"))
    told = model.predict(np.stack(half_of(test, "report")))
    return Wilson(int(sum(told == np.asarray(half_of(labels, "report")))), len(told))


def _sound(path: Path) -> AudioRecord:
    return read_audio_native(path, path.name)


def _spoken(sound: AudioRecord, operator: Operator | None) -> NDArray[np.float32]:
    """Log-mel energies of as many frames for each recording, whatever its length."""
    import numpy as np
    from librosa.feature import melspectrogram

    if operator is not None:
        voice = Detection("VOICE", Segment(0.0, sound.duration_s), 1.0, Confidence.HIGH)
        treated = operator.apply(sound, [voice])
        assert isinstance(treated, AudioRecord)
        sound = treated
    energies = melspectrogram(
        y=sound.samples[0], sr=sound.sample_rate_hz, n_fft=256, hop_length=80, n_mels=24, fmax=sound.sample_rate_hz / 2
    )
    frames = np.log(energies + 1e-6)
    at = np.linspace(0, frames.shape[1] - 1, _N_FRAMES).round().astype(int)
    return frames[:, at].reshape(-1).astype(np.float32)


def _pictures() -> list[tuple[ImageRecord, list[BoundingBox]]]:
    """Pictures with faces and their boxes, and pictures with none."""
    folder = data_dir("image", "faces_wider")
    with_faces: list[tuple[ImageRecord, list[BoundingBox]]] = []
    for row in read_jsonl(folder / "truth.jsonl"):
        boxes = [_box(face["box"]) for face in row["faces"]]
        with_faces.append((read_image(folder / row["file"], row["file"]), boxes))
    others = sorted(
        path for path in data_dir("image", "negatives").iterdir() if path.suffix.lower() in (".jpg", ".jpeg")
    )
    without: list[tuple[ImageRecord, list[BoundingBox]]] = [(read_image(path, path.name), []) for path in others]
    return [*with_faces, *without]


def _box(box: list[float]) -> BoundingBox:
    x_min, y_min, x_max, y_max = (max(0, round(edge)) for edge in box)
    return BoundingBox(x_min, y_min, max(x_min, x_max), max(y_min, y_max))


def _seen(item: tuple[ImageRecord, list[BoundingBox]], operator: Operator | None) -> NDArray[np.float32]:
    """Histograms of gradients of the small picture."""
    import cv2
    import numpy as np

    record, boxes = item
    if operator is not None:
        treated = operator.apply(record, [Detection("FACE", box, 1.0, Confidence.HIGH) for box in boxes])
        assert isinstance(treated, ImageRecord)
        record = treated
    small = cv2.resize(record.pixels, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA).mean(axis=2)
    down, right = np.gradient(small)
    turn = (np.arctan2(down, right) % np.pi / np.pi * _N_TURNS).astype(int) % _N_TURNS
    rows, columns = np.mgrid[0:_SIDE_PX, 0:_SIDE_PX] // _CELL_PX
    n_cells = _SIDE_PX // _CELL_PX
    place = (rows * n_cells + columns) * _N_TURNS + turn
    energy = np.bincount(place.ravel(), np.hypot(down, right).ravel(), n_cells**2 * _N_TURNS)
    return np.log1p(energy).astype(np.float32)


if __name__ == "__main__":
    main()
