"""Matrix products, convolutions, pooling, normalisation, softmax and losses."""
import numpy as np
import torch
import torch.nn.functional as F

from harness import In, apart, normal, numel, uniform

S2 = {"odd": (3, 5), "view": (5, 6), "large": (3, 67)}


def matmul(r):
    table = [
        ("dot", {"odd": ((7,), (7,)), "view": ((9,), (9,)), "large": ((67,), (67,))}),
        ("matrix_vector", {"odd": ((3, 5), (5,)), "view": ((4, 7), (7,)), "large": ((5, 67), (67,))}),
        ("vector_matrix", {"odd": ((3,), (3, 5)), "view": ((4,), (4, 7)), "large": ((5,), (5, 67))}),
        ("matrix", {"odd": ((3, 5), (5, 7)), "view": ((5, 6), (6, 9)), "large": ((9, 17), (17, 67))}),
        ("deep", {"odd": ((3, 65), (65, 2)), "view": ((5, 33), (33, 6)), "large": ((17, 131), (131, 19))}),
        ("batch", {"odd": ((2, 3, 5), (2, 5, 7)), "view": ((3, 4, 3), (3, 3, 5)), "large": ((2, 5, 9), (2, 9, 67))}),
        ("batch_shared_right", {"odd": ((2, 3, 4, 5), (5, 3)), "view": ((2, 2, 4, 3), (3, 5)), "large": ((2, 5, 9), (9, 67))}),
        ("batch_shared_left", {"odd": ((3, 5), (4, 5, 2)), "view": ((4, 3), (3, 3, 5)), "large": ((5, 9), (2, 9, 67))}),
        ("batch_outer", {"odd": ((2, 1, 3, 4), (3, 4, 5)), "view": ((2, 1, 4, 3), (3, 3, 2)), "large": ((2, 1, 3, 5), (2, 5, 67))}),
        ("batch_vector", {"odd": ((2, 3, 5), (5,)), "view": ((3, 4, 3), (3,)), "large": ((2, 5, 67), (67,))}),
    ]
    for label, shapes in table:
        r.case("matmul", "matmul", lambda v, g, s=shapes: [In("a", normal(g, *s[v][0])), In("b", normal(g, *s[v][1]))],
               lambda a, x, y: torch.matmul(x, y), label=label, layouts="TN", terms=lambda c: c.x().shape[-1],
               gterms=[lambda c: terms_left(c), lambda c: terms_right(c)])
    shapes = {"odd": (3, 5, 7), "view": (6, 5, 4), "large": (9, 21, 67)}
    for label, layouts in (("ta", "T-"), ("tb", "-T"), ("tab", "TT"), ("rows", "NN"), ("stepped", "SS")):
        r.case("matmul", "matmul", lambda v, g, w=layouts: [
            In("a", normal(g, shapes[v][0], shapes[v][1])).lay(w[0]),
            In("b", normal(g, shapes[v][1], shapes[v][2])).lay(w[1])], lambda a, x, y: torch.matmul(x, y),
               label="layout_" + label, terms=lambda c: c.x().shape[-1],
               gterms=[lambda c: c.y().shape[-1], lambda c: c.y().shape[0]])
    equations = [
        ("ij,jk->ik", [(3, 5), (5, 4)]), ("bhqd,bhkd->bhqk", [(2, 2, 3, 5), (2, 2, 4, 5)]), ("bij,bj->bi", [(2, 3, 4), (2, 4)]),
        ("ij->ji", [(3, 5)]), ("ijk->j", [(3, 4, 5)]), ("i,j->ij", [(5,), (7,)]), ("ij,ij->i", [(4, 5), (4, 5)]),
        ("ij,ij->", [(4, 5), (4, 5)]), ("bij,jk->bik", [(2, 3, 4), (4, 5)]), ("ik,jk,lk->ijl", [(3, 5), (2, 5), (4, 5)]),
        ("nchw,kc->nkhw", [(2, 3, 2, 3), (4, 3)]), ("ij,kl->ijkl", [(2, 3), (3, 2)]),
    ]
    for number, (equation, operands) in enumerate(equations):
        def make(v, g, shapes=operands):
            grown = [tuple(67 if v == "large" and i == len(s) - 1 and n == 5 else n for i, n in enumerate(s)) for s in shapes]
            return [In("abc"[i], normal(g, *s)) for i, s in enumerate(grown)]
        has_large = any(s[-1] == 5 for s in operands) and equation not in ("ij,jk->ik", "bij,jk->bik")
        r.case("einsum", "einsum", make, lambda a, *t: torch.einsum(a["equation"], *t), label="einsum_%02d" % number,
               attrs={"equation": equation}, terms=lambda c: max(5, numel(c.x()) / max(1, numel(c.y())), c.x().shape[-1]),
               gterms=lambda c: max(numel(c.y()), 1), variants=("odd", "view", "large") if has_large else ("odd", "view"))


def terms_left(c):
    b = c.x(1)
    n = b.shape[-1] if b.ndim > 1 else 1
    return n * max(1, int(np.prod(c.y().shape)) // max(1, n * int(np.prod(c.x().shape[:-1]))))


def terms_right(c):
    a = c.x(0)
    m = a.shape[-2] if a.ndim > 1 else 1
    return m * max(1, numel(c.y()) // max(1, m * (c.x(1).size // a.shape[-1])))


def linear(r):
    sizes = {"odd": (3, 5, 7), "view": (5, 6, 4), "large": (17, 33, 67)}
    for label, bias, batch in (("bias", True, ()), ("plain", False, ()), ("batches", True, (2,))):
        def make(v, g):
            n, i, o = sizes[v]
            return [In("x", normal(g, *(batch + (n, i)))), In("w", normal(g, o, i))] + ([In("b", normal(g, o))] if bias else [])
        r.case("linear", "linear", make, lambda a, x, w, b=None: F.linear(x, w, b), label="linear_" + label,
               terms=lambda c: c.x().shape[-1] + 1,
               gterms=[lambda c: c.x(1).shape[0]] + [lambda c: numel(c.x()) // c.x().shape[-1]] * 2)


def conv(r):
    table = [   # label, attributes, (N, C, H, W), out channels, kernel, per variant override of the input
        ("3x3", {"stride": 1, "padding": "0"}, (2, 3, 6, 7), 4, (3, 3)),
        ("3x3_padded", {"stride": 1, "padding": "1"}, (2, 2, 5, 7), 3, (3, 3)),
        ("3x3_stride", {"stride": 2, "padding": "1"}, (2, 3, 7, 9), 4, (3, 3)),
        ("stride_cut", {"stride": 2, "padding": "0"}, (1, 2, 6, 8), 3, (3, 3)),
        ("same_5x5", {"stride": 1, "padding": "same"}, (2, 2, 5, 6), 3, (5, 5)),
        ("same_even", {"stride": 1, "padding": "same"}, (1, 2, 5, 6), 3, (2, 4)),
        ("same_dilated", {"stride": 1, "padding": "same", "dilation": 2}, (1, 2, 6, 5), 2, (3, 3)),
        ("dilated", {"stride": 1, "padding": "2", "dilation": 2}, (1, 2, 7, 6), 3, (3, 3)),
        ("dilated_stride", {"stride": 2, "padding": "1", "dilation": 2}, (1, 2, 9, 8), 3, (3, 3)),
        ("groups", {"stride": 1, "padding": "1", "groups": 2}, (2, 4, 5, 5), 6, (3, 3)),
        ("depthwise", {"stride": 1, "padding": "1", "groups": 3}, (2, 3, 5, 6), 3, (3, 3)),
        ("depthwise_double", {"stride": 2, "padding": "1", "groups": 3}, (1, 3, 5, 7), 6, (3, 3)),
        ("1x1", {"stride": 1, "padding": "0"}, (2, 5, 3, 4), 7, (1, 1)),
        ("1x1_stride", {"stride": 2, "padding": "0"}, (2, 3, 5, 4), 4, (1, 1)),
        ("5x5", {"stride": 1, "padding": "0"}, (1, 3, 7, 8), 2, (5, 5)),
        ("3x1", {"stride": 1, "padding": "0"}, (1, 2, 6, 5), 3, (3, 1)),
        ("whole", {"stride": 1, "padding": "0"}, (2, 3, 4, 4), 5, (4, 4)),
    ]
    wide = {"3x3", "3x3_padded", "3x3_stride", "same_5x5", "dilated", "groups", "depthwise", "5x5"}
    for label, attrs, shape, out, kernel in table:
        attrs = {"dilation": 1, "groups": 1, **attrs}

        def make(v, g, s=shape, o=out, k=kernel, a=attrs, l=label):
            n, c, h, w = s
            if v == "large" and l in wide:
                n, h, w = 1, max(4, k[0]), 69
            elif v == "large" and l == "1x1":
                n, c, h, w, o = 1, 33, 3, 5, 67
            elif v == "large":
                n, h, w = 1, h, 35
            if v == "large" and l == "whole":
                h, w, c, o = 4, 4, 9, 66
            return [In("x", normal(g, n, c, h, w)), In("w", normal(g, o, c // a["groups"], *k)), In("b", normal(g, o))]

        def run(a, x, w, b):
            padding = "same" if a["padding"] == "same" else int(a["padding"])
            return F.conv2d(x, w, b, a["stride"], padding, a["dilation"], a["groups"])

        r.case("conv", "conv2d", make, run, label=label, attrs=attrs, layouts="CTN",
               terms=lambda c: c.x(1).shape[1] * c.x(1).shape[2] * c.x(1).shape[3] + 1,
               gterms=[lambda c, q=attrs["groups"]: c.x(1).shape[0] // q * c.x(1).shape[2] * c.x(1).shape[3],
                       lambda c: numel(c.y()) // c.y().shape[1], lambda c: numel(c.y()) // c.y().shape[1]])
    r.case("conv", "conv2d", lambda v, g: [In("x", normal(g, 2, 2, 5, 5)), In("w", normal(g, 3, 2, 3, 3))],
           lambda a, x, w: F.conv2d(x, w, None, 1, 1), label="no_bias", layouts="CT", variants=("odd", "view"),
           attrs={"dilation": 1, "groups": 1, "stride": 1, "padding": "1"}, terms=18, gterms=[27, 50])


def pooling(r):
    shapes = {"odd": (2, 3, 5, 7), "view": (2, 3, 6, 6), "large": (1, 2, 4, 134)}

    def pool(label, op, attrs, fn, terms, gterms=1, second=True):
        def make(v, g):
            s = shapes[v]
            return [In("x", apart(g, *s, step=0.011))]
        r.case("pool", op, make, fn, label=label, attrs=attrs, layouts="C", terms=terms, gterms=gterms, second=second)

    pool("max_2", "max_pool2d", {"kernel": 2, "stride": 2, "padding": 0}, lambda a, x: F.max_pool2d(x, 2, 2), 1)
    pool("max_3_2", "max_pool2d", {"kernel": 3, "stride": 2, "padding": 1}, lambda a, x: F.max_pool2d(x, 3, 2, 1), 1, 4)
    pool("max_2_1", "max_pool2d", {"kernel": 2, "stride": 1, "padding": 0}, lambda a, x: F.max_pool2d(x, 2, 1), 1, 4)
    pool("avg_2", "avg_pool2d", {"kernel": 2, "stride": 2, "padding": 0}, lambda a, x: F.avg_pool2d(x, 2, 2), 4)
    pool("avg_3_2", "avg_pool2d", {"kernel": 3, "stride": 2, "padding": 1}, lambda a, x: F.avg_pool2d(x, 3, 2, 1), 9, 4)
    pool("avg_3_1", "avg_pool2d", {"kernel": 3, "stride": 1, "padding": 0}, lambda a, x: F.avg_pool2d(x, 3, 1), 9, 9)
    pool("global_avg", "global_avg_pool2d", {}, lambda a, x: F.adaptive_avg_pool2d(x, 1),
         lambda c: c.x().shape[2] * c.x().shape[3])
    pool("global_max", "global_max_pool2d", {}, lambda a, x: F.adaptive_max_pool2d(x, 1), 1)


def norms(r):
    def statistics(g, c):
        return [In("running_mean", normal(g, c), diff=False), In("running_var", uniform(g, 0.5, 2, c), diff=False)]

    def batch_norm(a, x, w, b, mean, var):
        if not a["training"]:
            return F.batch_norm(x, mean, var, w, b, False, a["momentum"], a["eps"])
        mean, var = mean.clone(), var.clone()
        return F.batch_norm(x, mean, var, w, b, True, a["momentum"], a["eps"]), mean, var

    per_channel = lambda c: numel(c.x()) // c.x().shape[1]
    for label, shapes in (("1d", {"odd": (7, 3), "view": (8, 5), "large": (9, 67)}),
                          ("2d", {"odd": (3, 2, 3, 5), "view": (2, 3, 4, 3), "large": (2, 2, 3, 67)})):
        for training in (True, False):
            r.case("norm", "batch_norm", lambda v, g, s=shapes: [
                In("x", normal(g, *s[v]) * 1.5 + 0.5), In("w", uniform(g, 0.5, 1.5, s[v][1])),
                In("b", normal(g, s[v][1]))] + statistics(g, s[v][1]), batch_norm,
                   label="batch_norm_%s_%s" % (label, "train" if training else "eval"), layouts="CNSNS" if label == "2d" else "TNSNS",
                   attrs={"training": training, "momentum": 0.1, "eps": 1e-5}, terms=per_channel, gterms=per_channel)
    shapes = {"odd": (3, 4, 5), "view": (2, 5, 6), "large": (2, 3, 67)}
    for label, k in (("last", 1), ("last_two", 2)):
        r.case("norm", "layer_norm", lambda v, g, k=k: [
            In("x", normal(g, *shapes[v]) * 1.5 + 0.5), In("w", uniform(g, 0.5, 1.5, *shapes[v][-k:])),
            In("b", normal(g, *shapes[v][-k:]))],
               lambda a, x, w, b: F.layer_norm(x, w.shape, w, b, a["eps"]), label="layer_norm_" + label, attrs={"eps": 1e-5},
               terms=lambda c: numel(c.x(1)), gterms=[lambda c: numel(c.x(1))] + [lambda c: numel(c.x()) // numel(c.x(1))] * 2)
    for name, fn in (("softmax", torch.softmax), ("log_softmax", torch.log_softmax)):
        for axis in (-1, 0, 1):
            sizes = shapes if axis != 0 else {"odd": (5, 3), "view": (6, 5), "large": (67, 3)}
            r.case("norm", name, lambda v, g, s=sizes: [In("x", normal(g, *s[v]) * 2)], lambda a, x, f=fn: f(x, a["axis"]),
                   label="%s_axis_%d" % (name, axis), attrs={"axis": axis}, terms=lambda c, k=axis: c.x().shape[k],
                   gterms=lambda c, k=axis: c.x().shape[k])


def losses(r):
    classes = {"odd": (5, 3), "view": (6, 5), "large": (4, 67)}

    def cross(v, g, weighted, ignore):
        n, k = classes[v]
        t = g.randint(0, k, n)
        if ignore:
            t[1] = -100
        parts = [In("x", normal(g, n, k) * 2), In("t", t, diff=False)]
        return parts + ([In("weight", uniform(g, 0.2, 2, k), diff=False)] if weighted else [])

    for label, weighted, ignore, smoothing in (("plain", False, False, 0.0), ("smooth", False, False, 0.1),
                                               ("weighted", True, False, 0.0), ("ignore", False, True, 0.0),
                                               ("everything", True, True, 0.1)):
        for reduction in ("mean", "sum", "none"):
            if reduction != "mean" and label not in ("plain", "everything"):
                continue
            r.case("loss", "cross_entropy", lambda v, g, w=weighted, i=ignore: cross(v, g, w, i),
                   lambda a, x, t, w=None: F.cross_entropy(x, t, w, ignore_index=-100, reduction=a["reduction"],
                                                           label_smoothing=a["smoothing"]),
                   label="cross_entropy_%s_%s" % (label, reduction), attrs={"smoothing": smoothing, "reduction": reduction},
                   terms=lambda c: numel(c.x()), gterms=lambda c: c.x().shape[1])

    def elementwise(op, fn, attrs=None, label=None, target=None, reductions=("mean", "sum", "none"), extra=None, t_diff=True):
        for reduction in reductions:
            def make(v, g):
                x = normal(g, *S2[v]) * 2
                t = (target or (lambda g, s: normal(g, *s)))(g, S2[v])
                return [In("x", x), In("t", t, diff=t_diff)] + ([] if extra is None else extra(g, S2[v]))
            r.case("loss", op, make, fn, label="%s_%s" % (label or op, reduction), attrs={**(attrs or {}), "reduction": reduction},
                   terms=lambda c: numel(c.x()) // numel(c.y()), gterms=1)

    elementwise("mse", lambda a, x, t: F.mse_loss(x, t, reduction=a["reduction"]))
    elementwise("l1", lambda a, x, t: F.l1_loss(x, t, reduction=a["reduction"]))
    for delta in (1.0, 0.5):
        elementwise("huber", lambda a, x, t: F.huber_loss(x, t, reduction=a["reduction"], delta=a["delta"]), {"delta": delta},
                    "huber_%s" % delta, reductions=("mean", "none") if delta == 1.0 else ("mean",), t_diff=False)
    elementwise("smooth_l1", lambda a, x, t: F.smooth_l1_loss(x, t, reduction=a["reduction"], beta=a["beta"]), {"beta": 0.5},
                reductions=("mean",), t_diff=False)
    labels = lambda g, s: uniform(g, 0, 1, *s)
    elementwise("bce_with_logits", lambda a, x, t: F.binary_cross_entropy_with_logits(x, t, reduction=a["reduction"]),
                target=labels, t_diff=False)
    elementwise("bce_with_logits", lambda a, x, t, p: F.binary_cross_entropy_with_logits(x, t, pos_weight=p, reduction=a["reduction"]),
                label="bce_pos_weight", target=labels, extra=lambda g, s: [In("pos_weight", uniform(g, 0.5, 3, s[1]), diff=False)],
                t_diff=False, reductions=("mean", "none"))

    def squared_hinge(a, x, t):
        sign = 2 * F.one_hot(t, x.shape[1]).to(x.dtype) - 1
        return torch.mean(torch.clamp(1 - sign * x, min=0) ** 2)

    def scores(v, g):
        n, k = classes[v]
        x = normal(g, n, k) * 1.5
        x[np.abs(np.abs(x) - 1) < 0.02] = 0.5
        return [In("x", x), In("t", g.randint(0, k, n), diff=False)]
    r.case("loss", "squared_hinge", scores, squared_hinge, attrs={"reduction": "mean"}, terms=lambda c: numel(c.x()), gterms=1)


def record(r):
    matmul(r)
    linear(r)
    conv(r)
    pooling(r)
    norms(r)
    losses(r)
