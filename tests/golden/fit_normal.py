"""Fits the polynomials of loam.tensor.internal.simd.NormalLoops and prints their constants and largest relative errors.

With Phi the distribution function of the standard normal distribution and Phi(-t) = 2^-E(t) / 2:
  near  E(t) = t^2 + t P(t - CENTRE)                  for t in [0, 4]
  far   H E(t) = t^2 + V(t - FAR_CENTRE)              for t in [4, 14.7]
  power 2^-r / 2                                      for r in [-1/2, 1/2]
Each is a weighted minimax fit (least squares with Lawson's weights) to values of 30 digits. Coefficients are rounded to float32 one
after the other from the constant on, and those left are fitted again each time. The upper half of P is in the form of Knuth, The Art
of Computer Programming, volume 2, section 4.6.4: a polynomial of degree 6 in four multiplications.

Needs numpy and mpmath: python3 tests/golden/fit_normal.py
"""
import mpmath as mp
import numpy as np

NEAR = 4.0
CENTRE = 2.0
FAR = 14.7
FAR_CENTRE = 9.25
H = 1.34375

mp.mp.dps = 30


def exponent(t):
    """E(t) = -log2(2 Phi(-t))."""
    return -mp.log(mp.erfc(mp.mpf(t) / mp.sqrt(2)), 2)


def points(a, b, n):
    """Chebyshev points of [a, b]."""
    return (a + b) / 2 - (b - a) / 2 * np.cos((np.arange(n) + 0.5) * np.pi / n)


def minimax(z, y, w, powers, rounds=80):
    """Coefficients of the given powers of z for the least largest |w (sum - y)|."""
    a = np.stack([z ** k for k in powers], 1)
    scale = np.abs(a).max(0)
    weights = np.full(len(z), 1 / len(z))
    best, least = None, np.inf
    for _ in range(rounds):
        s = np.sqrt(weights) * w
        c = np.linalg.lstsq(a / scale * s[:, None], y * s, rcond=None)[0] / scale
        e = np.abs(w * (a @ c - y))
        if e.max() < least:
            best, least = c, e.max()
        weights = weights * e
        weights /= weights.sum()
    return best


def rounded(x):
    return float(np.float32(x))


def fit(z, y, w, powers):
    """Float32 coefficients and what they leave of y."""
    out = []
    for i in range(len(powers)):
        out.append(rounded(minimax(z, y, w, powers[i:])[0]))
        y = y - out[i] * z ** powers[i]
    return out, y


def upper(h, z):
    """h6 ((w + q + h4) w + h5) with q = (z + h0) z + h1 and w = (z + h2) q + h3: degree 6; z is numbers or a polynomial."""
    q = (z + h[0]) * z + h[1]
    w = (z + h[2]) * q + h[3]
    return h[6] * ((w + q + h[4]) * w + h[5])


def knuth(u):
    """h for which upper is u0 + .. + u6 z^6: Newton's method from near the better of the two solutions there are for P."""
    z = np.polynomial.Polynomial([0, 1])
    h = np.array([-12.5, 113, 8.15, -1620, 1340, 4.55e5])
    want = u[:6] / u[6]

    def miss(h):
        return upper([*h, 1], z).coef[:6] - want

    for _ in range(20):
        steps = np.diag(1e-6 * np.abs(h))
        slope = np.stack([(miss(h + s) - miss(h - s)) / (2 * s.sum()) for s in steps], 1)
        h = h - np.linalg.solve(slope, miss(h))
    assert np.all(np.abs(miss(h)) < 1e-6 * np.abs(want)), "no solution was found"
    return [rounded(x) for x in (*h, u[6])]


def show(name, c):
    for i, x in enumerate(c):
        print(f"    private static final float {name}{i} = {str(np.float32(x))}f;")


def main():
    t = points(0, NEAR, 500)
    z = t - CENTRE
    w = t * np.log(2)
    y = np.array([float(exponent(s) - mp.mpf(s) ** 2) / s for s in t])
    h = knuth(minimax(z, y, w, range(10))[3:])
    p, rest = fit(z, y - z ** 3 * upper(h, z), w, range(3))
    print(f"near: {np.abs(w * rest).max():.1e}")
    show("P", p)
    show("Q", h)

    t = points(NEAR, FAR, 500)
    w = np.full(len(t), np.log(2) / H)
    y = np.array([float(H * exponent(s) - mp.mpf(s) ** 2) for s in t])
    v, rest = fit(t - FAR_CENTRE, y, w, range(12))
    print(f"far: {np.abs(w * rest).max():.1e}")
    show("V", v)

    r = points(-0.5, 0.5, 300)
    y = np.array([float(mp.mpf(2) ** (-mp.mpf(s) - 1)) for s in r])
    e, rest = fit(r, y, 1 / y, range(7))
    print(f"power: {np.abs(rest / y).max():.1e}")
    show("E", [-x for x in e])


main()
