"""Reductions, cumulative sums, sorting, indexing, joining and moving of elements."""
import numpy as np
import torch
import torch.nn.functional as F

from harness import In, apart, normal, numel, uniform

S2 = {"odd": (3, 5), "view": (5, 6), "large": (3, 67)}
S3 = {"odd": (3, 4, 5), "view": (2, 5, 3), "large": (2, 3, 67)}


def folded(ctx):
    return numel(ctx.x()) / max(1, numel(ctx.y()))


def x_of(shapes, draw=None):
    draw = draw or (lambda g, s: normal(g, *s))
    return lambda v, g: [In("x", draw(g, shapes[v]))]


def spaced(g, s):
    return apart(g, *s, step=0.37 if np.prod(s) < 100 else 0.05)


def positive(g, s):
    return uniform(g, 0.6, 1.5, *s) * np.where(g.rand(*s) < 0.5, -1, 1)


def with_zero(g, s):
    x = positive(g, s)
    x.reshape(-1)[2] = 0
    return x


def dims(a):
    return tuple(a["axes"]) if "axes" in a else None


AXES = [("all", None, False), ("last", (-1,), False), ("first_keep", (0,), True), ("outer_two", (0, 2), True),
        ("last_two", (1, 2), False), ("middle", (1,), False)]


def reductions(r):
    def over(name, fn, draw=None, which=AXES, terms=folded, gterms=1, extra=None, second=True):
        for label, axes, keep in which:
            attrs = {} if axes is None else {"axes": list(axes), "keepDims": keep}
            attrs.update(extra or {})
            tag = name + ("" if not extra else "_" + "_".join(str(v) for v in extra.values())) + "_" + label
            r.case("reduce", name, x_of(S3, draw), fn, label=tag, attrs=attrs, terms=terms, gterms=gterms, second=second)

    def all_or(fn_all, fn):
        return lambda a, x: fn_all(x) if dims(a) is None else fn(x, dims(a), a["keepDims"])

    over("sum", all_or(torch.sum, lambda x, d, k: x.sum(d, k)))
    over("mean", all_or(torch.mean, lambda x, d, k: x.mean(d, k)))
    for unbiased in (True, False):
        for name, fn in (("var", torch.var), ("std", torch.std)):
            over(name, lambda a, x, f=fn: f(x, dims(a) or (0, 1, 2), a["unbiased"], a.get("keepDims", False)),
                 which=[AXES[0], AXES[1], AXES[3]], gterms=folded, extra={"unbiased": unbiased})
    over("amax", all_or(lambda x: torch.amax(x, (0, 1, 2)), lambda x, d, k: torch.amax(x, d, k)), spaced, terms=1)
    over("amin", all_or(lambda x: torch.amin(x, (0, 1, 2)), lambda x, d, k: torch.amin(x, d, k)), spaced, terms=1)
    over("prod", lambda a, x: x.prod() if dims(a) is None else x.prod(dims(a)[0], a["keepDims"]), positive,
         which=[AXES[1], AXES[2], AXES[5]], gterms=folded)
    over("prod", lambda a, x: x.prod(dims(a)[0], a["keepDims"]), with_zero, which=[("last_zero", (-1,), False)], gterms=folded)
    for p in (1.0, 2.0, 3.0):
        over("norm", lambda a, x: torch.linalg.vector_norm(x, a["p"], dims(a), a.get("keepDims", False)), positive,
             which=[AXES[0], AXES[1], AXES[3]], gterms=folded, extra={"p": p})
    over("norm", lambda a, x: torch.linalg.vector_norm(x, np.inf, dims(a), a.get("keepDims", False)), spaced,
         which=[AXES[0], AXES[1]], terms=1, extra={"p": "inf"})
    over("logsumexp", lambda a, x: torch.logsumexp(x, dims(a) or (0, 1, 2), a.get("keepDims", False)), gterms=folded)
    for name, fn in (("max", torch.max), ("min", torch.min)):
        for axis, keep in ((1, False), (-1, True)):
            r.case("reduce", name, x_of(S3, spaced), lambda a, x, f=fn: tuple(f(x, a["axis"], a["keepDims"])),
                   label="%s_axis_%d" % (name, axis), attrs={"axis": axis, "keepDims": keep}, gterms=1)
    for name, fn in (("argmax", torch.argmax), ("argmin", torch.argmin)):
        for axis, keep in ((0, False), (-1, True)):
            r.case("reduce", name, lambda v, g: [In("x", spaced(g, S3[v]), diff=False)],
                   lambda a, x, f=fn: f(x, a["axis"], a["keepDims"]), label="%s_axis_%d" % (name, axis),
                   attrs={"axis": axis, "keepDims": keep})
    for name, fn, share in (("any", torch.any, 0.15), ("all", torch.all, 0.85)):
        r.case("reduce", name, lambda v, g, p=share: [In("x", g.rand(*S3[v]) < p)],
               lambda a, x, f=fn: f(x, a["axis"], a["keepDims"]), attrs={"axis": 1, "keepDims": False})


def special_reductions(r):
    nan, inf = np.nan, np.inf
    rows = np.array([[1, 3, 2, -1], [1, nan, 5, nan], [-inf, -inf, -inf, -inf], [inf, 1, 2, inf], [-inf, 0, 1, 0],
                     [inf, -inf, 0, 0], [2, 2, 2, 2]], np.float32)
    x = lambda v, g: [In("x", rows, diff=False)]
    last = {"axes": [-1], "keepDims": False}
    table = [
        ("sum", last, lambda a, t: t.sum(-1)), ("mean", last, lambda a, t: t.mean(-1)),
        ("amax", last, lambda a, t: t.amax(-1)), ("amin", last, lambda a, t: t.amin(-1)),
        ("prod", last, lambda a, t: t.prod(-1)),
        ("logsumexp", last, lambda a, t: torch.logsumexp(t, -1)),
        ("norm", {"p": 2.0, **last}, lambda a, t: torch.linalg.vector_norm(t, 2, -1)),
        ("argmax", {"axis": -1, "keepDims": False}, lambda a, t: t.argmax(-1)),
        ("argmin", {"axis": -1, "keepDims": False}, lambda a, t: t.argmin(-1)),
        ("softmax", {"axis": -1}, lambda a, t: torch.softmax(t, -1)),
        ("log_softmax", {"axis": -1}, lambda a, t: torch.log_softmax(t, -1)),
        ("cumsum", {"axis": -1}, lambda a, t: t.cumsum(-1)), ("cumprod", {"axis": -1}, lambda a, t: t.cumprod(-1)),
    ]
    for name, attrs, fn in table:
        r.case("special", name, x, fn, label=name + "_rows", attrs=attrs, variants=("special",))
    nan_last = np.array([[3, nan, -1, inf], [nan, -inf, 0, 2]], np.float32)
    r.case("special", "sort", lambda v, g: [In("x", nan_last, diff=False)], lambda a, t: torch.sort(t, -1)[0],
           label="sort_rows", attrs={"axis": -1, "descending": False, "indices": False}, variants=("special",))


def running(r):
    for name, draw in (("cumsum", None), ("cumprod", positive), ("cumprod", with_zero)):
        for axis in (0, 1, -1):
            label = "%s%s_axis_%d" % (name, "_zero" if draw is with_zero else "", axis)
            r.case("order", name, x_of(S3, draw), lambda a, x, n=name: getattr(torch, n)(x, a["axis"]), label=label,
                   attrs={"axis": axis}, terms=lambda c, k=axis: c.x().shape[k],
                   gterms=lambda c, k=axis: c.x().shape[k])
    for descending in (False, True):
        for axis in (0, -1):
            r.case("order", "sort", x_of(S2, spaced), lambda a, x: tuple(torch.sort(x, a["axis"], a["descending"])),
                   label="sort_%s_axis_%d" % (str(descending).lower(), axis),
                   attrs={"axis": axis, "descending": descending, "indices": True}, gterms=1)
        r.case("order", "argsort", lambda v, g: [In("x", spaced(g, S2[v]), diff=False)],
               lambda a, x: torch.argsort(x, a["axis"], a["descending"]), label="argsort_%s" % str(descending).lower(),
               attrs={"axis": -1, "descending": descending})
    for largest in (True, False):
        for axis in (0, -1):
            r.case("order", "topk", x_of(S2, spaced),
                   lambda a, x: tuple(torch.topk(x, a["k"], a["axis"], a["largest"], True)),
                   label="topk_%s_axis_%d" % (str(largest).lower(), axis),
                   attrs={"k": 3, "axis": axis, "largest": largest}, gterms=1)


def index(g, n, *shape):
    return In("i", g.randint(0, n, shape), diff=False)


def indexing(r):
    for axis in (0, 1, -1):
        def gather(v, g, k=axis):
            shape = list(S3[v])
            n = shape[k]
            shape[k] = 65 if v == "large" and k == -1 else 4
            return [In("x", normal(g, *S3[v])), index(g, n, *shape)]
        r.case("index", "gather", gather, lambda a, x, i: torch.gather(x, a["axis"], i), label="gather_axis_%d" % axis,
               attrs={"axis": axis}, gterms=lambda c, k=axis: c.x(1).shape[k])

        def take(v, g, k=axis):
            return [In("x", normal(g, *S3[v])), index(g, S3[v][k], 65 if v == "large" and k == -1 else 7)]
        r.case("index", "index_select", take, lambda a, x, i: torch.index_select(x, a["axis"], i),
               label="index_select_axis_%d" % axis, attrs={"axis": axis}, gterms=lambda c: numel(c.x(1)))

        def scatter(v, g, k=axis):
            shape = list(S3[v])
            n = shape[k]
            shape[k] = 65 if v == "large" and k == -1 else 4
            return [In("x", normal(g, *S3[v])), index(g, n, *shape), In("s", normal(g, *shape))]
        r.case("index", "scatter_add", scatter, lambda a, x, i, s: torch.scatter_add(x, a["axis"], i, s),
               label="scatter_add_axis_%d" % axis, attrs={"axis": axis}, terms=lambda c, k=axis: c.x(1).shape[k] + 1, gterms=1)
    r.case("index", "take_along", lambda v, g: [In("x", normal(g, *S2[v])), index(g, S2[v][1], S2[v][0], 4 if v != "large" else 65)],
           lambda a, x, i: torch.take_along_dim(x, i, a["axis"]), attrs={"axis": 1}, gterms=lambda c: c.x(1).shape[1])
    r.case("index", "masked_select", lambda v, g: [In("x", normal(g, *S2[v])), In("m", g.rand(*S2[v]) < 0.4)],
           lambda a, x, m: torch.masked_select(x, m), gterms=1)
    r.case("index", "embedding", lambda v, g: [In("w", normal(g, 7, {"odd": 5, "view": 6, "large": 67}[v])), index(g, 7, 3, 4)],
           lambda a, w, i: F.embedding(i, w), gterms=12)
    r.case("index", "one_hot", lambda v, g: [index(g, 9, *S2[v])], lambda a, i: F.one_hot(i, 9), attrs={"classes": 9})


def joining(r):
    def three(v, g):
        last = S2[v][1]
        return [In("a", normal(g, 2, last)), In("b", normal(g, 3, last)), In("c", normal(g, 1, last))]
    r.case("move", "cat", three, lambda a, *t: torch.cat(t, a["axis"]), label="cat_axis_0", attrs={"axis": 0}, gterms=1)
    r.case("move", "cat", lambda v, g: [In("a", normal(g, 3, S2[v][1])), In("b", normal(g, 3, 2))],
           lambda a, *t: torch.cat(t, a["axis"]), label="cat_axis_-1", attrs={"axis": -1}, gterms=1)
    for axis in (0, 1, -1):
        r.case("move", "stack", lambda v, g: [In(n, normal(g, *S2[v])) for n in "abc"],
               lambda a, *t: torch.stack(t, a["axis"]), label="stack_axis_%d" % axis, attrs={"axis": axis}, gterms=1)
    r.case("move", "split", x_of({"odd": (3, 7), "view": (2, 8), "large": (2, 67)}),
           lambda a, x: tuple(torch.split(x, a["size"], a["axis"])), attrs={"size": 3, "axis": 1}, gterms=1,
           variants=("odd", "view"))
    r.case("move", "split", x_of({"large": (2, 134)}), lambda a, x: tuple(torch.split(x, a["size"], a["axis"])),
           attrs={"size": 70, "axis": 1}, gterms=1, variants=("large",))
    simple = [
        ("pad", {"before": [1, 0, 2], "after": [0, 2, 1], "value": 1.5}, lambda a, x: F.pad(x, [2, 1, 0, 2, 1, 0], value=1.5), ""),
        ("flip", {"axes": [0, 2]}, lambda a, x: torch.flip(x, a["axes"]), ""),
        ("flip", {"axes": [1]}, lambda a, x: torch.flip(x, a["axes"]), "one"),
        ("roll", {"shift": 2, "axis": -1}, lambda a, x: torch.roll(x, a["shift"], a["axis"]), ""),
        ("roll", {"shift": -1, "axis": 1}, lambda a, x: torch.roll(x, a["shift"], a["axis"]), "back"),
        ("repeat", {"times": [2, 1, 3]}, lambda a, x: x.repeat(*a["times"]), ""),
        ("permute", {"axes": [2, 0, 1]}, lambda a, x: x.permute(*a["axes"]), ""),
        ("permute", {"axes": [0, -1, 1]}, lambda a, x: x.permute(*a["axes"]), "negative"),
        ("transpose", {"a": 0, "b": 2}, lambda a, x: x.transpose(a["a"], a["b"]), ""),
        ("narrow", {"axis": -1, "start": 1, "length": 2}, lambda a, x: x.narrow(a["axis"], a["start"], a["length"]), ""),
        ("narrow", {"axis": 1, "start": 1, "length": 2}, lambda a, x: x.narrow(a["axis"], a["start"], a["length"]), "middle"),
        ("select", {"axis": 1, "index": 1}, lambda a, x: x.select(a["axis"], a["index"]), ""),
        ("select", {"axis": -1, "index": -1}, lambda a, x: x.select(a["axis"], a["index"]), "last"),
        ("flatten", {"start": 1, "end": -1}, lambda a, x: torch.flatten(x, a["start"], a["end"]), ""),
        ("reshape", {"shape": [-1, 2]}, lambda a, x: x.reshape(*a["shape"]), ""),
        ("unsqueeze", {"axis": 1}, lambda a, x: x.unsqueeze(a["axis"]), ""),
        ("unsqueeze", {"axis": -1}, lambda a, x: x.unsqueeze(a["axis"]), "last"),
    ]
    for name, attrs, fn, tag in simple:
        r.case("move", name, x_of(S3), fn, label=name + ("_" + tag if tag else ""), attrs=attrs)
    r.case("move", "expand", x_of({"odd": (3, 1), "view": (5, 1), "large": (1, 67)}),
           lambda a, x: x.expand(*a["shape"]), attrs={"shape": [4, 3, 7]}, variants=("odd",))
    r.case("move", "expand", x_of({"view": (5, 1)}), lambda a, x: x.expand(*a["shape"]), attrs={"shape": [2, 5, 6]},
           variants=("view",))
    r.case("move", "expand", x_of({"large": (1, 67)}), lambda a, x: x.expand(*a["shape"]), attrs={"shape": [3, 67]},
           variants=("large",))
    r.case("move", "squeeze", x_of({"odd": (3, 1, 5), "view": (5, 1, 6), "large": (2, 1, 67)}),
           lambda a, x: x.squeeze(a["axis"]), attrs={"axis": 1})


def record(r):
    reductions(r)
    special_reductions(r)
    running(r)
    indexing(r)
    joining(r)
