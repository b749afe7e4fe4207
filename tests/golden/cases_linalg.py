"""Decompositions: well-conditioned matrices, results that do not depend on the signs of vectors."""
import numpy as np
import torch

from harness import In, normal

N = {"odd": 5, "view": 6, "large": 23}


def positive_definite(g, n):
    a = normal(g, n, n).astype(np.float64)
    s = a @ a.T / n + np.eye(n)
    s = np.tril(s).astype(np.float32)
    return s + np.tril(s, -1).T


def regular(g, n):
    return normal(g, n, n) / np.float32(2 * np.sqrt(n)) + np.eye(n, dtype=np.float32) * 1.5


def symmetric(g, n):
    """Eigenvalues 1, 2, 3, ... / n up to rounding: clearly distinct."""
    q, _ = np.linalg.qr(normal(g, n, n).astype(np.float64))
    s = np.tril((q * np.arange(1, n + 1) / n * 3) @ q.T).astype(np.float32)
    return s + np.tril(s, -1).T


def eigen_function(a, x):
    values, vectors = torch.linalg.eigh(x)
    return (vectors * torch.exp(values)) @ vectors.T


def factors(a, x):
    q, upper = torch.linalg.qr(x)
    return q.abs(), upper.abs()


def singular(a, x):
    u, s, vh = torch.linalg.svd(x, full_matrices=False)
    return u.abs(), s, vh.abs()


def record(r):
    n_terms = lambda c: c.x().shape[-1]
    one = lambda draw, diff=True: (lambda v, g: [In("x", draw(g, N[v]), diff=diff)])
    r.case("linalg", "cholesky", one(positive_definite), lambda a, x: torch.linalg.cholesky(x), terms=n_terms, gterms=n_terms)
    r.case("linalg", "inverse", one(regular), lambda a, x: torch.linalg.inv(x), terms=n_terms, gterms=n_terms)
    r.case("linalg", "logdet", one(positive_definite), lambda a, x: torch.logdet(x), terms=n_terms, gterms=n_terms)
    r.case("linalg", "eigh_values", one(symmetric), lambda a, x: torch.linalg.eigvalsh(x), terms=n_terms, gterms=n_terms)
    r.case("linalg", "eigh_exp", one(symmetric), eigen_function, terms=n_terms, gterms=n_terms)
    for label, columns in (("matrix", 3), ("wide", 67), ("vector", None)):
        def make(v, g, k=columns):
            b = normal(g, N[v]) if k is None else normal(g, N[v], k if v != "large" or k < 60 else 67)
            return [In("a", regular(g, N[v])), In("b", b)]
        r.case("linalg", "solve", make, lambda a, x, b: torch.linalg.solve(x, b), label="solve_" + label, terms=n_terms,
               gterms=[lambda c: max(c.x().shape[-1], numel_columns(c)), n_terms], variants=("large",) if label == "wide" else
               ("odd", "view", "large"))
    tall = {"odd": (7, 3), "view": (6, 4), "large": (67, 5)}
    wide = {"odd": (3, 7), "view": (4, 6), "large": (5, 67)}
    for label, shapes in (("tall", tall), ("wide", wide)):
        matrix = lambda v, g, s=shapes: [In("x", normal(g, *s[v]), diff=False)]
        longest = lambda c: max(c.x().shape)
        if label == "tall":
            r.case("linalg", "qr", matrix, factors, label="qr_tall", terms=longest)
        r.case("linalg", "svd", matrix, singular, label="svd_" + label, terms=longest)
        r.case("linalg", "pinv", matrix, lambda a, x: torch.linalg.pinv(x), label="pinv_" + label, terms=longest)
    r.case("linalg", "lstsq", lambda v, g: [In("a", normal(g, *tall[v]), diff=False), In("b", normal(g, tall[v][0], 2), diff=False)],
           lambda a, x, b: torch.linalg.lstsq(x, b, driver="gels").solution, terms=lambda c: c.x().shape[0])


def numel_columns(c):
    return c.x(1).shape[1] if c.x(1).ndim > 1 else 1
