"""Elementwise functions of one and two arguments, comparisons and where, with their special values."""
import numpy as np
import torch
import torch.nn.functional as F

from harness import In, normal, uniform

SHAPES = {"odd": (3, 5), "view": (5, 6), "large": (2, 67)}
SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 3.0, -7.0, 20.0, -20.0,
           1e-40, 1e-30, -1e-30, 1e4, -1e4]
# Where PyTorch's answer is an accident of its formula, and the limit, the IEEE function or the NaN that came in is meant instead.
LEFT_OUT = {"sign": np.isnan, "gelu": np.isneginf, "gelu_tanh": np.isneginf, "silu": np.isneginf, "pow_scalar_half": np.isneginf}
PAIRS = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -2.5]
FINITE_PAIRS = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -2.5, 7.25, -7.25]


def away(rng, shape, reach=3.0, gap=0.05):
    """Uniform in [-reach, reach] without the interval (-gap, gap), where a kink would be."""
    x = uniform(rng, gap, reach, *shape)
    return x * np.where(rng.rand(*shape) < 0.5, -1, 1).astype(np.float32)


def between_integers(rng, shape):
    return (rng.randint(-4, 4, shape) + rng.uniform(0.1, 0.4, shape) + 0.5 * rng.randint(0, 2, shape)).astype(np.float32)


def span(lo, hi):
    return lambda rng, shape: uniform(rng, lo, hi, *shape)


UNARY = [
    ("neg", torch.neg, span(-3, 3)), ("abs", torch.abs, away), ("sign", torch.sign, away),
    ("square", torch.square, span(-3, 3)), ("sqrt", torch.sqrt, span(0.1, 4)), ("rsqrt", torch.rsqrt, span(0.1, 4)),
    ("reciprocal", torch.reciprocal, lambda r, s: away(r, s, 3, 0.3)),
    ("exp", torch.exp, span(-3, 3)), ("expm1", torch.expm1, span(-2, 2)), ("log", torch.log, span(0.1, 5)),
    ("log1p", torch.log1p, span(-0.8, 4)), ("log2", torch.log2, span(0.1, 5)), ("log10", torch.log10, span(0.1, 5)),
    ("sin", torch.sin, span(-6, 6)), ("cos", torch.cos, span(-6, 6)), ("tan", torch.tan, span(-1.2, 1.2)),
    ("asin", torch.asin, span(-0.9, 0.9)), ("acos", torch.acos, span(-0.9, 0.9)), ("atan", torch.atan, span(-4, 4)),
    ("sinh", torch.sinh, span(-3, 3)), ("cosh", torch.cosh, span(-3, 3)), ("tanh", torch.tanh, span(-3, 3)),
    ("erf", torch.erf, span(-2.5, 2.5)), ("lgamma", torch.lgamma, span(0.3, 9)), ("digamma", torch.digamma, span(0.3, 9)),
    ("floor", torch.floor, between_integers), ("ceil", torch.ceil, between_integers),
    ("round", torch.round, between_integers), ("trunc", torch.trunc, between_integers),
    ("relu", torch.relu, away), ("sigmoid", torch.sigmoid, span(-5, 5)), ("log_sigmoid", F.logsigmoid, span(-5, 5)),
    ("softplus", F.softplus, span(-5, 5)), ("gelu", F.gelu, span(-4, 4)),
    ("gelu_tanh", lambda x: 0.5 * x * (1 + torch.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3))), span(-4, 4)),
    ("silu", F.silu, span(-5, 5)),
]

WITH_PARAMETERS = [
    ("leaky_relu", {"p": 0.25}, lambda a, x: F.leaky_relu(x, a["p"]), away, "leaky_relu"),
    ("elu", {"p": 1.25}, lambda a, x: F.elu(x, a["p"]), away, "elu"),
    ("clamp", {"p": -1.0, "q": 1.5}, lambda a, x: torch.clamp(x, a["p"], a["q"]), span(-3, 3), "clamp"),
    ("pow_scalar", {"p": 3.0}, lambda a, x: x ** a["p"], span(-3, 3), "pow_scalar_3"),
    ("pow_scalar", {"p": 2.0}, lambda a, x: x ** a["p"], span(-3, 3), "pow_scalar_2"),
    ("pow_scalar", {"p": -1.0}, lambda a, x: x ** a["p"], lambda r, s: away(r, s, 3, 0.3), "pow_scalar_m1"),
    ("pow_scalar", {"p": 0.5}, lambda a, x: x ** a["p"], span(0.1, 4), "pow_scalar_half"),
    ("pow_scalar", {"p": 2.5}, lambda a, x: x ** a["p"], span(0.1, 4), "pow_scalar_25"),
    ("add_scalar", {"p": 1.75}, lambda a, x: x + a["p"], span(-3, 3), "add_scalar"),
    ("sub_scalar", {"p": 1.75}, lambda a, x: x - a["p"], span(-3, 3), "sub_scalar"),
    ("mul_scalar", {"p": -2.5}, lambda a, x: x * a["p"], span(-3, 3), "mul_scalar"),
    ("div_scalar", {"p": -2.5}, lambda a, x: x / a["p"], span(-3, 3), "div_scalar"),
]

BINARY = [
    ("add", torch.add, span(-3, 3), span(-3, 3)), ("sub", torch.sub, span(-3, 3), span(-3, 3)),
    ("mul", torch.mul, span(-3, 3), span(-3, 3)), ("div", torch.div, span(-3, 3), lambda r, s: away(r, s, 3, 0.4)),
    ("pow", torch.pow, span(0.2, 2.5), span(-2, 3)),
    ("atan2", torch.atan2, lambda r, s: away(r, s, 3, 0.3), lambda r, s: away(r, s, 3, 0.3)),
    ("maximum", torch.maximum, span(-3, 3), span(-3, 3)), ("minimum", torch.minimum, span(-3, 3), span(-3, 3)),
    ("remainder", torch.remainder, None, None),
    ("floor_div", lambda a, b: torch.div(a, b, rounding_mode="floor"), None, None),
]

BROADCASTS = {
    "row": {"odd": ((3, 5), (5,)), "view": ((4, 3, 6), (6,)), "large": ((3, 67), (67,))},
    "outer": {"odd": ((4, 1, 3), (5, 1)), "view": ((5, 1), (2, 1, 7)), "large": ((3, 1), (1, 67))},
    "column": {"odd": ((3, 5), (3, 1)), "view": ((6, 1), (6, 7)), "large": ((2, 67), (2, 1))},
    "scalar": {"odd": ((3, 5), ()), "view": ((), (5, 6)), "large": ((2, 67), ())},
}
COMPARE = [("eq", torch.eq), ("ne", torch.ne), ("lt", torch.lt), ("le", torch.le), ("gt", torch.gt), ("ge", torch.ge)]


def quotient(rng, shape_a, shape_b):
    """Divisors and dividends whose quotient keeps away from every integer: where the functions jump."""
    while True:
        b = away(rng, shape_b, 3, 0.5)
        a = uniform(rng, -6, 6, *shape_a)
        q = a.astype(np.float64) / b
        bad = np.abs(q - np.round(q)) < 0.02
        if not bad.any():
            return a, b


def special(name):
    x = np.array(SPECIAL)
    return x[~LEFT_OUT[name](x)] if name in LEFT_OUT else x


def record(r):
    for name, fn, domain in UNARY:
        r.case("unary", name, lambda v, g, d=domain: [In("x", d(g, SHAPES[v]))], lambda a, x, f=fn: f(x))
        r.case("special", name, lambda v, g, n=name: [In("x", special(n), diff=False)], lambda a, x, f=fn: f(x),
               variants=("special",))
    for name, attrs, fn, domain, label in WITH_PARAMETERS:
        r.case("unary", name, lambda v, g, d=domain: [In("x", d(g, SHAPES[v]))], fn, label=label, attrs=attrs)
        r.case("special", name, lambda v, g, n=label: [In("x", special(n), diff=False)], fn, label=label, attrs=attrs,
               variants=("special",))
    r.case("unary", "tanh", lambda v, g: [In("x", g.uniform(-3, 3))], lambda a, x: torch.tanh(x), label="tanh_scalar",
           variants=("odd", "view"))
    for name, fn, da, db in BINARY:
        make_binary(r, name, fn, da, db)
    for name, fn in COMPARE:
        r.case("binary", name, lambda v, g: [
            In("a", g.randint(-2, 3, BROADCASTS["row"][v][0]) / 2.0, diff=False),
            In("b", g.randint(-2, 3, BROADCASTS["row"][v][1]) / 2.0, diff=False)], lambda a, x, y, f=fn: f(x, y))
        r.case("special", name, lambda v, g: special_pairs(PAIRS), lambda a, x, y, f=fn: f(x, y), variants=("special",))
    for how in ("row", "outer", "scalar"):
        r.case("binary", "where", lambda v, g, h=how: [
            In("c", g.rand(*(SHAPES[v] if h == "scalar" else BROADCASTS[h][v][0])) < 0.5),
            In("a", normal(g, *BROADCASTS[h][v][0])), In("b", normal(g, *BROADCASTS[h][v][1]))],
               lambda a, c, x, y: torch.where(c, x, y), label="where_" + how)


def make_binary(r, name, fn, da, db):
    def same(v, g):
        if da is None:
            a, b = quotient(g, SHAPES[v], SHAPES[v])
            return [In("a", a), In("b", b)]
        return [In("a", da(g, SHAPES[v])), In("b", db(g, SHAPES[v]))]

    r.case("binary", name, same, lambda a, x, y: fn(x, y), label=name + "_same")
    if da is not None:
        for how, shapes in BROADCASTS.items():
            r.case("binary", name, lambda v, g, s=shapes: [In("a", da(g, s[v][0])), In("b", db(g, s[v][1]))],
                   lambda a, x, y: fn(x, y), label=name + "_" + how)
    pairs = FINITE_PAIRS if da is None else PAIRS
    r.case("special", name, lambda v, g: special_pairs(pairs), lambda a, x, y: fn(x, y), variants=("special",))


def special_pairs(values):
    a, b = np.meshgrid(values, values, indexing="ij")
    return [In("a", a, diff=False), In("b", b, diff=False)]
