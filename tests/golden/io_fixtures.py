"""Writes the small npy and npz files that NpyTest and NpzTest read. Needs NumPy. Run: python3 tests/golden/io_fixtures.py"""
import os
import zipfile

import numpy as np

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "test", "resources", "io")
os.makedirs(HERE, exist_ok=True)


def values(dtype):
    """0, 1, 2, ... of shape [2, 3], halved where the type has fractions, minus 2 where it has signs."""
    a = np.arange(6).reshape(2, 3)
    kind = np.dtype(dtype).kind
    if kind == "f":
        a = a / 2 - 2
    elif kind == "i":
        a = a - 2
    elif kind == "b":
        a = a % 2
    return a.astype(dtype)


def save(name, array, version=None):
    with open(os.path.join(HERE, name), "wb") as f:
        np.lib.format.write_array(f, array, version=version)


for dtype in ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "|i1", "<i4", ">i4", "<i8", ">i8", "|u1", "|b1"]:
    name = dtype.replace("<", "little-").replace(">", "big-").replace("|", "byte-")
    save(name + ".npy", values(dtype))
save("fortran.npy", np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)))
save("version2.npy", values("<f4"), (2, 0))
save("version3.npy", values("<f4"), (3, 0))
save("scalar.npy", np.array(2.5, dtype="<f8"))
save("vector.npy", np.arange(5, dtype="<i8"))
save("empty.npy", np.zeros((2, 0, 3), dtype="<f4"))
save("int16.npy", values("<i2"))
save("complex.npy", values("<f4").astype("<c8"))
save("text.npy", np.array(["ab", "c"]))
save("fields.npy", np.zeros(2, dtype=[("x", "<f4"), ("y", "<i4")]))
with open(os.path.join(HERE, "objects.npy"), "wb") as f:
    np.lib.format.write_array(f, np.array([None, {}], dtype=object), allow_pickle=True)


def archive(name, save_all):
    path = os.path.join(HERE, name)
    save_all(path, images=np.arange(12, dtype="u1").reshape(3, 2, 2), labels=np.array([2, 0, 1], dtype="<i8"))
    fixed = []
    with zipfile.ZipFile(path) as z:                # again with a fixed date, so that the files do not change from run to run
        fixed = [(i.filename, i.compress_type, z.read(i)) for i in z.infolist()]
    with zipfile.ZipFile(path, "w") as z:
        for filename, kind, data in fixed:
            info = zipfile.ZipInfo(filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = kind
            with z.open(info, "w", force_zip64=True) as f:
                f.write(data)


archive("stored.npz", np.savez)
archive("deflated.npz", np.savez_compressed)
