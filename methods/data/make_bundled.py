#!/usr/bin/env python3
"""Makes the data sets that ship inside the jar: digits.npz and letter-recognition.npz.

Needs (Debian names): python3-numpy, python3-sklearn (the digits), python3-rdata, and the file
LetterRecognition.rda from r-cran-mlbench. The result is the same bytes on every run with the same zlib.

    apt-get install python3-numpy python3-sklearn python3-rdata r-cran-mlbench
    python3 methods/data/make_bundled.py [LetterRecognition.rda]
"""
import gzip
import importlib.util
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

TARGET = Path(__file__).resolve().parent.parent / "src/main/resources/loam/methods/data"
LETTERS = "/usr/lib/R/site-library/mlbench/data/LetterRecognition.rda"


def write_npz(path, **arrays):
    """Writes a compressed npz with fixed time stamps."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), version=(1, 0))
            entry = zipfile.ZipInfo(name + ".npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, buffer.getvalue())
    print(path.name, {name: (array.shape, str(array.dtype)) for name, array in arrays.items()}, path.stat().st_size, "bytes")


def digits():
    """1,797 images [8, 8] with values 0..16, and their labels."""
    package = Path(importlib.util.find_spec("sklearn").origin).parent
    with gzip.open(package / "datasets/data/digits.csv.gz", "rt") as source:
        rows = np.loadtxt(source, delimiter=",")
    images, labels = rows[:, :64], rows[:, 64]
    assert rows.shape == (1797, 65) and images.min() == 0 and images.max() == 16
    assert sorted(set(labels)) == list(range(10)) and (rows == rows.astype(np.uint8)).all()
    write_npz(TARGET / "digits.npz", images=images.reshape(-1, 8, 8).astype(np.uint8), labels=labels.astype(np.uint8))


def letters(path):
    """20,000 rows of 16 integer features 0..15, and the letter 0 (A) .. 25 (Z); in the order of the source."""
    import rdata

    frame = rdata.conversion.convert(rdata.parser.parse_file(path))["LetterRecognition"]
    labels = np.array([ord(letter) - ord("A") for letter in frame.iloc[:, 0]])
    features = frame.iloc[:, 1:].to_numpy()
    assert features.shape == (20000, 16) and features.min() == 0 and features.max() == 15
    assert sorted(set(labels)) == list(range(26))
    print("columns:", ", ".join(frame.columns))
    write_npz(TARGET / "letter-recognition.npz", features=features.astype(np.uint8), labels=labels.astype(np.uint8))


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    digits()
    letters(sys.argv[1] if len(sys.argv) > 1 else LETTERS)
