package loam.tensor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import loam.tensor.internal.Philox;
import loam.tensor.internal.PortableMath;
import loam.tensor.internal.parallel.Parallel;

/**
 * A random number generator that is a pair (key, counter): drawing advances the counter, {@link #split} derives a child from the key
 * and a name alone. {@code Rng.at(key, counter)} goes on exactly where another generator stood, so the pair is all that has to be kept.
 *
 * <p>The counter counts 32-bit words. The bulk methods start at the next multiple of four; element i of their output depends on
 * the key, the counter and i alone. The draws are the same on every machine. One generator serves one thread; give every other thread
 * a child of its own.
 *
 * <p>Source: Philox 4x32-10 of Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
 */
public final class Rng {
    private static final long LOW = 0xFFFFFFFFL;
    private static final double TO_UNIT_24 = 0x1p-24;
    private static final double TO_UNIT_32 = 0x1p-32;
    private static final double TO_UNIT_53 = 0x1p-53;
    private static final double TRUNCATION = 2;
    private static final int CHUNK = 256;                      // blocks drawn at once
    private static final int PART = 16 * CHUNK;                // blocks of one piece of parallel work
    private static final int BY_NAME = 1;
    private static final int BY_NUMBER = 2;

    private final long key;
    private long counter;
    private final int[] block = new int[4];
    private long cached = -1;

    private Rng(long key, long counter) {
        this.key = key;
        this.counter = counter;
    }

    /** The generator of a seed, at its beginning. */
    public static Rng seed(long seed) {
        return new Rng(seed, 0);
    }

    /** The generator that stands at this key and counter. */
    public static Rng at(long key, long counter) {
        if (counter < 0) {
            throw bad("at", "the counter is negative", "counter", counter);
        }
        return new Rng(key, counter);
    }

    /** The key; for {@link #seed} the seed itself. */
    public long key() {
        return key;
    }

    /** How many 32-bit words were drawn or skipped so far. */
    public long counter() {
        return counter;
    }

    /** The child of this name: a function of the key and the name, whatever was drawn before. */
    public Rng split(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        long child = Philox.mix(key, utf8.length, 0, BY_NAME);
        for (int i = 0; i < utf8.length; i += 8) {
            long word = 0;
            for (int j = 0; j < 8 && i + j < utf8.length; j++) {
                word |= (utf8[i + j] & 0xFFL) << 8 * j;
            }
            child = Philox.mix(child, word, 0, BY_NAME);
        }
        return new Rng(child, 0);
    }

    /** The child of this number: a function of the key and the number, whatever was drawn before. */
    public Rng split(long number) {
        return new Rng(Philox.mix(key, number, 0, BY_NUMBER), 0);
    }

    // ---- one number at a time

    /** 32 random bits. */
    public int nextInt() {
        long b = counter >>> 2;
        if (b != cached) {
            Philox.block((int) b, (int) (b >>> 32), 0, 0, (int) key, (int) (key >>> 32), block, 0);
            cached = b;
        }
        return block[(int) (counter++ & 3)];
    }

    /** Uniform on 0 .. bound-1, without bias. Source: Lemire, "Fast random integer generation in an interval" (2019). */
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw bad("nextInt", "the bound is not positive", "bound", bound);
        }
        long product = (nextInt() & LOW) * bound;
        if ((product & LOW) < bound) {
            long threshold = (LOW + 1 - bound) % bound;
            while ((product & LOW) < threshold) {
                product = (nextInt() & LOW) * bound;
            }
        }
        return (int) (product >>> 32);
    }

    /** Uniform on low .. high-1, without bias. */
    public int nextInt(int low, int high) {
        long range = (long) high - low;
        if (range <= 0 || range > Integer.MAX_VALUE) {
            throw bad("nextInt", "low must lie below high, at most 2^31-1 apart", "range", low + " .. " + high);
        }
        return low + nextInt((int) range);
    }

    /** 64 random bits. */
    public long nextLong() {
        long low = nextInt() & LOW;
        return low | (long) nextInt() << 32;
    }

    /** Uniform on [0, 1) in steps of 2^-24. */
    public float nextFloat() {
        return (float) ((nextInt() >>> 8) * TO_UNIT_24);
    }

    /** Uniform on [0, 1) in steps of 2^-53. */
    public double nextDouble() {
        return (nextLong() >>> 11) * TO_UNIT_53;
    }

    /** True or false with equal chance. */
    public boolean nextBoolean() {
        return nextInt() < 0;
    }

    /** Standard normal; takes four words. Source: Box and Muller (1958). */
    public double nextGaussian() {
        long u = nextLong();
        return radius53(u) * PortableMath.cosTurn(nextDouble());
    }

    /** Standard normal conditioned on [-2, 2]: what lies outside is drawn again. */
    public double nextTruncatedNormal() {
        double z = nextGaussian();
        while (Math.abs(z) > TRUNCATION) {
            z = nextGaussian();
        }
        return z;
    }

    /** True with probability p in [0, 1]. */
    public boolean bernoulli(double p) {
        checkProbability(p);
        return nextDouble() < p;
    }

    /** Exponential with rate 1: mean 1. */
    public double exponential() {
        return 0 - PortableMath.log(positive53(nextLong()));
    }

    /** Gamma with this shape and scale 1: mean {@code shape}. Source: Marsaglia and Tsang (2000). */
    public double gamma(double shape) {
        checkShape("gamma", shape);
        return StrictMath.exp(logGamma(shape));
    }

    /** Beta(a, b): mean {@code a / (a + b)}. Works on logarithms, so that small a and b do not end in 0/0. */
    public double beta(double a, double b) {
        checkShape("beta", a);
        checkShape("beta", b);
        double x = logGamma(a);
        double y = logGamma(b);
        return 1 / (1 + StrictMath.exp(y - x));
    }

    /** A point of the simplex, Dirichlet with these concentrations: {@code [k] -> [k]}, the sum is 1. */
    public double[] dirichlet(double... alpha) {
        if (alpha.length == 0) {
            throw bad("dirichlet", "there are no concentrations", "alpha", "[]");
        }
        double[] x = new double[alpha.length];
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < x.length; i++) {
            checkShape("dirichlet", alpha[i]);
            x[i] = logGamma(alpha[i]);
            most = Math.max(most, x[i]);
        }
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            x[i] = StrictMath.exp(x[i] - most);
            sum += x[i];
        }
        for (int i = 0; i < x.length; i++) {
            x[i] /= sum;
        }
        return x;
    }

    /** An index drawn in proportion to the weights, which need not sum to 1. */
    public int categorical(double... weights) {
        double sum = 0;
        int last = -1;
        for (int i = 0; i < weights.length; i++) {
            if (!(weights[i] >= 0) || weights[i] == Double.POSITIVE_INFINITY) {
                throw bad("categorical", "a weight is negative or not finite", "weight " + i, weights[i]);
            }
            sum += weights[i];
            last = weights[i] > 0 ? i : last;
        }
        if (last < 0 || sum == Double.POSITIVE_INFINITY) {
            throw bad("categorical", "the weights have no positive, finite sum", "sum", sum);
        }
        double left = nextDouble() * sum;
        for (int i = 0; i < last; i++) {
            left -= weights[i];
            if (left < 0) {
                return i;
            }
        }
        return last;
    }

    // ---- orders

    /** The numbers 0 .. n-1 in random order. */
    public int[] permutation(int n) {
        if (n < 0) {
            throw bad("permutation", "the count is negative", "n", n);
        }
        int[] p = new int[n];
        for (int i = 0; i < n; i++) {
            p[i] = i;
        }
        shuffle(p);
        return p;
    }

    /** k different numbers of 0 .. n-1 in random order. */
    public int[] sample(int n, int k) {
        if (k < 0 || k > n) {
            throw bad("sample", "cannot take " + k + " of " + n + " without repeating", "k", k);
        }
        int[] p = new int[n];
        for (int i = 0; i < n; i++) {
            p[i] = i;
        }
        for (int i = 0; i < k; i++) {
            swap(p, i, i + nextInt(n - i));
        }
        return Arrays.copyOf(p, k);
    }

    /** Brings the array into random order, in place; all orders are equally likely. */
    public void shuffle(int[] a) {
        for (int i = a.length - 1; i > 0; i--) {
            swap(a, i, nextInt(i + 1));
        }
    }

    // ---- bulk

    /** Fills a[off .. off+n-1] with uniform numbers on [0, 1). */
    public void uniform(float[] a, int off, int n) {
        uniform(a, off, n, 0, 1);
    }

    /** Fills a[off .. off+n-1] with uniform numbers on [low, high), in steps of 2^-24 of the range. */
    public void uniform(float[] a, int off, int n, double low, double high) {
        Objects.checkFromIndexSize(off, n, a.length);
        checkRange(low, high);
        float below = Math.nextDown((float) high);
        boolean unit = low == 0 && high == 1;
        double scale = (high - low) * TO_UNIT_24;
        words(n, 4, (w, at, m) -> {
            for (int i = 0; i < m; i++) {
                float v = (float) (low + (w[i] >>> 8) * scale);
                a[off + at + i] = unit || v < high || low == high ? v : below;
            }
        });
    }

    /** Fills a[off .. off+n-1] with uniform numbers on [0, 1). */
    public void uniform(double[] a, int off, int n) {
        uniform(a, off, n, 0, 1);
    }

    /** Fills a[off .. off+n-1] with uniform numbers on [low, high), in steps of 2^-53 of the range. */
    public void uniform(double[] a, int off, int n, double low, double high) {
        Objects.checkFromIndexSize(off, n, a.length);
        checkRange(low, high);
        double below = Math.nextDown(high);
        words(n, 2, (w, at, m) -> {
            for (int i = 0; i < m; i++) {
                double v = low + (pair(w, 2 * i) >>> 11) * TO_UNIT_53 * (high - low);
                a[off + at + i] = v < high || low == high ? v : below;
            }
        });
    }

    /** Fills a[off .. off+n-1] with standard normal numbers. */
    public void normal(float[] a, int off, int n) {
        normal(a, off, n, 0, 1);
    }

    /** Fills a[off .. off+n-1] with normal numbers; one word each, so none lies beyond 6.8 standard deviations. */
    public void normal(float[] a, int off, int n, double mean, double std) {
        Objects.checkFromIndexSize(off, n, a.length);
        checkStd(std);
        words(n, 4, (w, at, m) -> {
            for (int i = 0; i < m; i += 2) {
                double radius = std * Math.sqrt(-2 * PortableMath.log(((w[i] & LOW) + 0.5) * TO_UNIT_32));
                double turn = (w[i + 1] & LOW) * TO_UNIT_32;
                a[off + at + i] = (float) (mean + radius * PortableMath.cosTurn(turn));
                if (i + 1 < m) {
                    a[off + at + i + 1] = (float) (mean + radius * PortableMath.sinTurn(turn));
                }
            }
        });
    }

    /** Fills a[off .. off+n-1] with standard normal numbers. */
    public void normal(double[] a, int off, int n) {
        normal(a, off, n, 0, 1);
    }

    /** Fills a[off .. off+n-1] with normal numbers; two words each. */
    public void normal(double[] a, int off, int n, double mean, double std) {
        Objects.checkFromIndexSize(off, n, a.length);
        checkStd(std);
        words(n, 2, (w, at, m) -> {
            for (int i = 0; i < m; i += 2) {
                double radius = std * radius53(pair(w, 2 * i));
                double turn = (pair(w, 2 * i + 2) >>> 11) * TO_UNIT_53;
                a[off + at + i] = mean + radius * PortableMath.cosTurn(turn);
                if (i + 1 < m) {
                    a[off + at + i + 1] = mean + radius * PortableMath.sinTurn(turn);
                }
            }
        });
    }

    /** Fills a[off .. off+n-1] with normal numbers, drawn again while they lie more than two standard deviations from the mean. */
    public void truncatedNormal(float[] a, int off, int n, double mean, double std) {
        Objects.checkFromIndexSize(off, n, a.length);
        checkStd(std);
        for (int i = 0; i < n; i++) {
            a[off + i] = (float) (mean + std * nextTruncatedNormal());
        }
    }

    /** Fills a[off .. off+n-1] with normal numbers, drawn again while they lie more than two standard deviations from the mean. */
    public void truncatedNormal(double[] a, int off, int n, double mean, double std) {
        Objects.checkFromIndexSize(off, n, a.length);
        checkStd(std);
        for (int i = 0; i < n; i++) {
            a[off + i] = mean + std * nextTruncatedNormal();
        }
    }

    /** Fills a[off .. off+n-1] with ones (probability p) and zeros. */
    public void bernoulli(float[] a, int off, int n, double p) {
        Objects.checkFromIndexSize(off, n, a.length);
        long limit = limit(p);
        words(n, 4, (w, at, m) -> {
            for (int i = 0; i < m; i++) {
                a[off + at + i] = (w[i] & LOW) - limit >>> 63;          // the sign, without a branch
            }
        });
    }

    /** Fills a[off .. off+n-1] with ones (probability p) and zeros. */
    public void bernoulli(byte[] a, int off, int n, double p) {
        Objects.checkFromIndexSize(off, n, a.length);
        long limit = limit(p);
        words(n, 4, (w, at, m) -> {
            for (int i = 0; i < m; i++) {
                a[off + at + i] = (byte) ((w[i] & LOW) - limit >>> 63);
            }
        });
    }

    /** Fills a[off .. off+n-1] with uniform integers of low .. high-1, without bias. */
    public void integers(int[] a, int off, int n, int low, int high) {
        Objects.checkFromIndexSize(off, n, a.length);
        for (int i = 0; i < n; i++) {
            a[off + i] = nextInt(low, high);
        }
    }

    @Override
    public String toString() {
        return "Rng[key=" + key + ", counter=" + counter + "]";
    }

    // ---- inside

    /** Turns the words of a run of whole blocks into the elements at .. at+m-1. */
    private interface Filler {
        void fill(int[] words, int at, int m);
    }

    /** Draws whole blocks for n elements, {@code perBlock} of which come from one block, and moves the counter past them. */
    private void words(int n, int perBlock, Filler filler) {
        long first = (counter + 3) >>> 2;
        long total = ((long) n + perBlock - 1) / perBlock;
        int parts = (int) ((total + PART - 1) / PART);
        Parallel.forRange(parts, part -> {
            long end = Math.min(total, (part + 1L) * PART);
            int[] w = new int[4 * (int) Math.min(CHUNK, end - (long) part * PART)];
            for (long b = (long) part * PART; b < end; b += CHUNK) {
                int count = (int) Math.min(CHUNK, end - b);
                Philox.blocks(key, first + b, count, w);
                int at = (int) (b * perBlock);
                filler.fill(w, at, Math.min(n - at, count * perBlock));
            }
        });
        if (total > 0) {
            counter = 4 * (first + total);
        }
    }

    private static long pair(int[] w, int i) {
        return w[i] & LOW | (long) w[i + 1] << 32;
    }

    /** Uniform on (0, 1]. */
    private static double positive53(long bits) {
        return ((bits >>> 11) + 0.5) * TO_UNIT_53;
    }

    private static double radius53(long bits) {
        return Math.sqrt(-2 * PortableMath.log(positive53(bits)));
    }

    /** The logarithm of a gamma variate; shapes below 1 go through shape + 1 and a power of a uniform number. */
    private double logGamma(double shape) {
        if (shape < 1) {
            return logGamma(shape + 1) + PortableMath.log(positive53(nextLong())) / shape;
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = nextGaussian();
            double t = 1 + c * x;
            if (t <= 0) {
                continue;
            }
            double v = t * t * t;
            double u = PortableMath.log(positive53(nextLong()));
            if (u < 0.5 * x * x + d * (1 - v + PortableMath.log(v))) {
                return PortableMath.log(d * v);
            }
        }
    }

    private static void swap(int[] a, int i, int j) {
        int t = a[i];
        a[i] = a[j];
        a[j] = t;
    }

    private static long limit(double p) {
        checkProbability(p);
        return Math.round(p * (LOW + 1));
    }

    private static void checkProbability(double p) {
        if (!(p >= 0 && p <= 1)) {
            throw bad("bernoulli", "the probability lies outside [0, 1]", "p", p);
        }
    }

    private static void checkShape(String operation, double shape) {
        if (!(shape > 0 && shape < Double.POSITIVE_INFINITY)) {
            throw bad(operation, "a shape parameter is not positive and finite", "shape", shape);
        }
    }

    private static void checkRange(double low, double high) {
        if (!(low <= high) || Double.isInfinite(high - low)) {
            throw bad("uniform", "low must not lie above high, and both must be finite", "range", low + " .. " + high);
        }
    }

    private static void checkStd(double std) {
        if (!(std >= 0 && std < Double.POSITIVE_INFINITY)) {
            throw bad("normal", "the standard deviation is negative or not finite", "std", std);
        }
    }

    private static LoamException bad(String operation, String reason, String name, Object value) {
        return Failure.of("Rng." + operation, reason).fact(name, value).argument();
    }
}
