package loam.methods;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the names that someone may have meant. */
public final class Names {
    private Names() {
    }

    /** At most three of {@code names} that are close to {@code word}, nearest first. */
    public static List<String> nearest(String word, Collection<String> names) {
        String w = word.toLowerCase(Locale.ROOT);
        int limit = Math.max(2, w.length() / 3);
        record Scored(String name, int distance) {
        }
        return names.stream().map(n -> {
            String lower = n.toLowerCase(Locale.ROOT);
            boolean part = w.length() >= 3 && (lower.contains(w) || w.contains(lower));
            return new Scored(n, part ? Math.min(1, distance(w, lower)) : distance(w, lower));
        }).filter(s -> s.distance() <= limit).sorted(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
                .limit(3).map(Scored::name).toList();
    }

    /** {@code "did you mean a, b? "}, or nothing when no name is near. */
    public static String didYouMean(String word, Collection<String> names) {
        List<String> near = nearest(word, names);
        return near.isEmpty() ? "" : "did you mean " + String.join(", ", near) + "? ";
    }

    /** Edits between two words; swapping two neighbours counts once. */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(d[i - 1][j - 1] + change, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
