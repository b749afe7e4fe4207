package loam.autograd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import loam.tensor.Context;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Random draws of layers: each use takes the next child of the layer's generator, and a checkpoint can replay the same ones. */
public final class Draws {
    private Draws() {
    }

    /** A generator's state as a buffer: I64 [key, number of uses]. */
    public static Buffer state(Rng rng) {
        return new Buffer(Tensor.ofLongs(Shape.of(2), rng.key(), 0));
    }

    /** The generator for this use: from the buffer, which moves on, or from the draws being replayed. */
    public static Rng next(Buffer state) {
        Tape tape = Context.current().attached(Tape.class);
        if (tape != null && tape.replay != null) {
            long[] s = tape.replay.removeFirst();
            tape.drawn.add(s);
            return Rng.at(s[0], 0).split(s[1]);
        }
        long[] s = state.value().toLongs();
        state.update(Tensor.ofLongs(Shape.of(2), s[0], s[1] + 1));
        if (tape != null) {
            tape.drawn.add(s);
        }
        return Rng.at(s[0], 0).split(s[1]);
    }

    /** The draws of one stretch of forward pass. */
    static final class Tape {
        private final List<long[]> drawn = new ArrayList<>();
        private ArrayDeque<long[]> replay;
    }

    static <T> T recording(Tape tape, Supplier<T> body) {
        Tape outer = Context.current().attached(Tape.class);
        tape.replay = outer == null ? null : outer.replay;
        return with(tape, body);
    }

    static <T> T replaying(Tape tape, Supplier<T> body) {
        Tape again = new Tape();
        again.replay = new ArrayDeque<>(tape.drawn);
        return with(again, body);
    }

    private static <T> T with(Tape tape, Supplier<T> body) {
        Context c = Context.current();
        Tape before = c.attach(Tape.class, tape);
        try {
            return body.get();
        } finally {
            c.attach(Tape.class, before);
        }
    }
}
