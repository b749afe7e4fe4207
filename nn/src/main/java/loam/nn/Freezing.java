package loam.nn;

import java.util.regex.Pattern;
import loam.tensor.Failure;

/** Freezing of parameters and statistics by name pattern. */
final class Freezing {
    private Freezing() {
    }

    static void apply(Module root, String glob, boolean frozen) {
        Pattern pattern = compile(glob);
        int[] hits = {0};
        root.walk("", (path, m) -> {
            boolean own = false;
            for (var e : m.ownParameters().entrySet()) {
                if (pattern.matcher(Module.join(path, e.getKey())).matches()) {
                    e.getValue().requiresGrad(!frozen);
                    own = true;
                }
            }
            for (String n : m.ownBuffers().keySet()) {
                own |= pattern.matcher(Module.join(path, n)).matches();
            }
            if (own) {
                m.freezeStatistics(frozen);
                hits[0]++;
            }
        });
        if (hits[0] == 0) {
            throw Failure.of(frozen ? "freeze" : "unfreeze", "no parameter matches").fact("pattern", glob)
                    .hint("there are " + root.namedParameters().keySet()).argument();
        }
    }

    private static Pattern compile(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString());
    }
}
