"""What the golden-value scripts share: cases, views, gradients and the file format. See generate.py."""
import io
import math
import os
import warnings
import zipfile
import zlib

os.environ.setdefault("ATEN_CPU_CAPABILITY", "default")   # the same code path on every processor
os.environ.setdefault("OPENBLAS_CORETYPE", "Prescott")
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

import numpy as np
import torch

warnings.filterwarnings("ignore", message="Using padding=.same. with even kernel")
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

VARIANTS = ("odd", "view", "large")


class In:
    """One input of a case: logical values (float32-representable, integer or boolean), and whether it gets a gradient."""

    def __init__(self, name, values, diff=None):
        values = np.asarray(values)
        if values.dtype.kind == "f":
            values = values.astype(np.float32)
        elif values.dtype.kind in "iu":
            values = values.astype(np.int64)
        self.name, self.values = name, values
        self.diff = values.dtype.kind == "f" if diff is None else diff
        self.layout = None

    def lay(self, layout):
        self.layout = layout
        return self


def stretch(values, shape, fill):
    base = np.empty(shape, values.dtype)
    base[...] = fill
    return base


def as_view(values, layout):
    """Lays the values into a larger base array; every element outside the view would spoil a result that read it."""
    kind = values.dtype.kind
    fill = np.nan if kind == "f" else (True if kind == "b" else 7777777)
    rank = values.ndim
    if layout == "T" and rank >= 2:        # offset and reversed axes
        order = tuple(range(rank))[::-1]
        turned = values.transpose(order)
        base = stretch(values, (turned.shape[0] + 2,) + turned.shape[1:], fill)
        base[1:-1] = turned
        return base, "narrow:0:1:%d/permute:%s" % (turned.shape[0], ":".join(map(str, order)))
    if layout == "C" and rank >= 3:        # channels last seen as channels first
        order = (rank - 1,) if rank == 3 else (0, rank - 1)
        there = (0,) + tuple(range(2, rank)) + (1,)
        back = tuple(int(i) for i in np.argsort(there))
        turned = values.transpose(there)
        base = stretch(values, turned.shape[:-1] + (turned.shape[-1] + 1,), fill)
        base[..., :-1] = turned
        return base, "narrow:%d:0:%d/permute:%s" % (rank - 1, turned.shape[-1], ":".join(map(str, back)))
    if layout == "N" and rank >= 1:        # part of longer rows
        base = stretch(values, values.shape[:-1] + (values.shape[-1] + 3,), fill)
        base[..., 1:-2] = values
        return base, "narrow:%d:1:%d" % (rank - 1, values.shape[-1])
    base = stretch(values, values.shape + (2,), fill)   # every second element
    base[..., 1] = values
    return base, "select:%d:1" % rank


def rng_of(identity):
    return np.random.RandomState(zlib.crc32(identity.encode()) & 0x7FFFFFFF)


def normal(rng, *shape):
    return rng.standard_normal(shape).astype(np.float32)


def uniform(rng, lo, hi, *shape):
    return rng.uniform(lo, hi, shape).astype(np.float32)


def apart(rng, *shape, step=0.37, axis=None):
    """Distinct values at least a third apart or so, in random order: no ties and no near ties."""
    n = int(np.prod(shape)) if shape else 1
    order = rng.permutation(n).astype(np.float64) - n / 2.0
    return (step * order + rng.uniform(-0.1, 0.1, n)).reshape(shape).astype(np.float32)


def direction(shape):
    """The fixed direction of second-order values: ((7 k) mod 11 - 5) / 4 at row-major index k."""
    n = int(np.prod(shape)) if len(shape) else 1
    return torch.from_numpy((((7 * np.arange(n)) % 11 - 5) / 4.0).reshape(tuple(shape)))


def plain(t):
    """The numbers of a tensor; added to zeros because PyTorch's symbolic zero tensors have no memory to read."""
    return (torch.zeros(t.shape) + t.detach()).numpy()


def text_of(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(text_of(v) for v in value)
    return repr(value) if isinstance(value, float) else str(value)


def numel(t):
    return int(np.prod(t.shape)) if t.ndim else 1


class Context:
    """What the term counts of a case may look at: input arrays and output tensors."""

    def __init__(self, inputs, outputs):
        self.inputs, self.outputs = inputs, outputs

    def x(self, i=0):
        return self.inputs[i].values

    def y(self, i=0):
        return self.outputs[i]


def count(terms, ctx):
    return int(max(1, terms(ctx) if callable(terms) else terms))


class Recorder:
    """Collects the arrays of every case by group, and one line a case for the index."""

    def __init__(self):
        self.arrays, self.lines, self.ids, self.ops = {}, [], set(), set()

    def put(self, group, array):
        """Appends an array to its group's store of that element type; returns "type:shape"."""
        array = np.asarray(array)
        code = {"f4": "f4", "f8": "f8", "i8": "i8", "b1": "b1"}[array.dtype.kind + str(array.dtype.itemsize)]
        self.arrays.setdefault(group, {}).setdefault(code, []).append(array.reshape(-1))
        return code + ":" + ",".join(map(str, array.shape))

    def case(self, group, op, make, fn, label=None, attrs=None, terms=1, gterms=None, second=True,
             variants=VARIANTS, layouts="TSN", tolerance=None):
        """Records one case in each of its variants.

        make(variant, rng) -> list of In, or (list of In, attributes); fn(attributes, *tensors) -> tensor or tuple of tensors.
        terms, gterms: terms summed into one element of the output and of a gradient (number or function of Context);
        gterms defaults to the elements of the output for each of the input.
        """
        for variant in variants:
            identity = "%s/%s/%s" % (group, label or op, variant)
            assert identity not in self.ids, identity
            self.ids.add(identity)
            self.ops.add(op)
            rng = rng_of(identity)
            made = make(variant, rng)
            own = dict(attrs or {})
            if isinstance(made, tuple):
                made, extra = made
                own.update(extra)
            self._record(group, identity, op, variant, own, made, fn, terms, gterms,
                         second and variant in ("odd", "view"), layouts, tolerance, rng)

    def _record(self, group, identity, op, variant, attrs, inputs, fn, terms, gterms, second, layouts, tolerance, rng):
        leaves, described = [], []
        for i, item in enumerate(inputs):
            layout = item.layout or (layouts[i % len(layouts)] if variant == "view" else None)
            base, view = as_view(item.values, layout) if layout and layout != "-" else (item.values, "-")
            described.append((item, view, self.put(group, base)))
            value = item.values.astype(np.float64) if item.values.dtype.kind == "f" else item.values
            leaves.append(torch.from_numpy(np.array(value, order="C")).requires_grad_(item.diff))
        result = fn(attrs, *leaves)
        outputs = list(result) if isinstance(result, tuple) else [result]
        ctx = Context(inputs, outputs)
        shapes = []
        for y in outputs:
            y = y.detach().numpy()
            shapes.append(self.put(group, y.astype(np.int64) if y.dtype.kind in "iu" else y))
        grads = self._gradients(group, inputs, leaves, outputs, second, rng)
        fields = []
        for i, (item, view, base) in enumerate(described):
            back = gterms if gterms is not None else (lambda c, i=i: numel(c.y()) // max(1, numel(c.x(i))))
            back = back[i] if isinstance(back, (list, tuple)) else back
            fields.append("|".join([item.name, base, view, "d" if item.diff else "-", str(count(back, ctx))]))
        self.lines.append("\t".join([
            identity, op, variant,
            ";".join("%s=%s" % (k, text_of(v)) for k, v in attrs.items()) or "-",
            " ".join(fields), " ".join(shapes), grads, str(count(terms, ctx)),
            "-" if tolerance is None else text_of(tolerance)]))

    def _gradients(self, group, inputs, leaves, outputs, second, rng):
        """Stores incoming gradients, gradients and second-order values; says which: "-", "first" or "second"."""
        xs = [leaf for item, leaf in zip(inputs, leaves) if item.diff]
        if not xs:
            return "-"
        used, incoming = [], []
        for y in outputs:
            if y.dtype == torch.float64:
                dy = normal(rng, *y.shape)
                self.put(group, dy)
                if y.requires_grad:
                    used.append(y)
                    incoming.append(torch.from_numpy(np.array(dy, np.float64)).requires_grad_(second))
        if used:
            found = torch.autograd.grad(used, xs, incoming, create_graph=second, allow_unused=True)
        else:                                              # piecewise constant
            found = [None] * len(xs)
        grads = [torch.zeros_like(x) if g is None else g for g, x in zip(found, xs)]
        for g in grads:
            self.put(group, plain(g))
        if not second:
            return "first"
        total = sum((g * direction(g.shape)).sum() for g in grads)
        again = torch.autograd.grad(total, xs, allow_unused=True) if total.requires_grad else [None] * len(xs)
        for g, x in zip(again, xs):
            self.put(group, plain(torch.zeros_like(x) if g is None else g))
        return "second"

    def files(self):
        """Name and bytes of every group and of the index; the same values give the same bytes."""
        written = {}
        for group in sorted(self.arrays):
            stores = {code: np.concatenate(parts) for code, parts in sorted(self.arrays[group].items())}
            written[group + ".npz"] = npz_bytes(stores)
        written["index.tsv"] = (HEADER + "".join(line + "\n" for line in self.lines)).encode("ascii")
        return written


HEADER = """\
# id (group/case/variant), op, variant, attributes, inputs (name|type:base shape|view|d if differentiable|gradient terms),
# outputs (type:shape), stored gradients, terms per output, tolerance in F64 where it is not the common one.
# Arrays of a group lie one after the other in the group's npz, one run per element type, in the order: inputs, outputs,
# incoming gradients (one for each floating output), gradients, second-order values.
"""


def npz_bytes(entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in entries.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, array, version=(1, 0), allow_pickle=False)
            info = zipfile.ZipInfo(name + ".npy", (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data.getvalue(), compresslevel=9)
    return buffer.getvalue()
