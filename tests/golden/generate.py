#!/usr/bin/python3
"""Computes the golden values of the tests with PyTorch in float64.

    /usr/bin/python3 tests/golden/generate.py            writes tests/src/test/resources/golden
    /usr/bin/python3 tests/golden/generate.py --check    compares with what stands there, byte by byte, and exits 1 on a difference

Needs Debian's python3-torch (1.13) and python3-numpy; the build itself needs no Python. The files are the same, bit for bit, on
every run: each case draws its inputs from a generator seeded by its own name, PyTorch runs on one thread and without
processor-specific code, and archives carry no times.

A case is one op with its attributes on one set of inputs: values rounded to float32 (so that F64 and F32 kernels get the same
numbers), outputs, one incoming gradient for each floating output, the gradients of all differentiable inputs, and mostly their
second-order values: the gradient of sum <g_i, v_i> over the first gradients g_i, v_i[k] = ((7 k) mod 11 - 5) / 4. Each op comes in
three variants: `odd` sizes, `view` (every input is a view: transposed, cut out of longer rows, or every second element; what lies
outside the view is NaN) and `large` (more than 64 elements along the axis kernels vectorise). `special` cases hold values only:
NaN, infinities, signed zeros, denormals. `index.tsv` lists the cases, its head explains the columns; the arrays lie in one npz a
group. `optim.npz` and `optim.tsv` hold optimizer steps, schedules, clipping and initialiser scales.
"""
import argparse
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import harness                     # first: it sets the environment that torch reads
import cases_elementwise
import cases_linalg
import cases_nn
import cases_shape
import optimizers
import transformers

TARGET = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "test", "resources", "golden")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--target", default=TARGET)
    options = parser.parse_args()
    recorder = harness.Recorder()
    for part in (cases_elementwise, cases_shape, cases_nn, cases_linalg):
        part.record(recorder)
    files = {**recorder.files(), **optimizers.files(), **transformers.files()}
    if options.check:
        wrong = [name for name, data in files.items() if read(os.path.join(options.target, name)) != data]
        print("differs: " + ", ".join(wrong) if wrong else "all %d files are the same" % len(files))
        return 1 if wrong else 0
    os.makedirs(options.target, exist_ok=True)
    for name, data in files.items():
        with open(os.path.join(options.target, name), "wb") as out:
            out.write(data)
    cases = {line.split("\t")[0].rsplit("/", 1)[0] for line in recorder.lines}
    print("%d cases (%d with their variants) of %d ops, %d KB" % (
        len(cases), len(recorder.lines), len(recorder.ops), sum(map(len, files.values())) // 1024))
    return 0


def read(path):
    if not os.path.exists(path):
        return b""
    with open(path, "rb") as source:
        return source.read()


if __name__ == "__main__":
    sys.exit(main())
