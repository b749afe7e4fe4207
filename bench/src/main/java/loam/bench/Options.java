package loam.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param list   only show the rows
 * @param only   names or patterns of rows; empty for all
 * @param threads thread counts, each a run of its own
 * @param rounds rounds of a row; both sides have one turn in each
 * @param json   where to write the results, or null
 */
public record Options(boolean list, List<String> only, List<Integer> threads, int rounds, Path json) {
    /** Both sides go first equally often. */
    static final int DEFAULT_ROUNDS = 16;
    /** Fewer tell too little. */
    static final int MIN_ROUNDS = 2;

    /** What stands on the command line after the program's name. */
    public static final String USAGE = "usage: compare [--list] [--only NAME,...] [--threads N,...] [--rounds N] [--json FILE]";

    /** Reads the arguments; an {@link IllegalArgumentException} says what is wrong with them. */
    public static Options parse(String... args) {
        boolean list = false;
        List<String> only = List.of();
        List<Integer> threads = List.of(1);
        int rounds = DEFAULT_ROUNDS;
        Path json = null;
        for (int i = 0; i < args.length; i++) {
            String option = args[i];
            if (option.equals("--list")) {
                list = true;
                continue;
            }
            int equals = option.startsWith("--") ? option.indexOf('=') : -1;
            String name = equals < 0 ? option : option.substring(0, equals);
            if (!List.of("--only", "--threads", "--rounds", "--json").contains(name)) {
                throw new IllegalArgumentException("unknown option " + option);
            }
            if (equals < 0 && i + 1 == args.length) {
                throw new IllegalArgumentException(option + " needs a value");
            }
            String value = equals < 0 ? args[++i] : option.substring(equals + 1);
            switch (name) {
                case "--only" -> only = words(value);
                case "--threads" -> {
                    threads = new ArrayList<>();
                    for (String word : words(value)) {
                        threads.add(number(name, word, 1));
                    }
                }
                case "--rounds" -> rounds = number(name, value, MIN_ROUNDS);
                default -> json = Path.of(value);
            }
        }
        return new Options(list, only, threads, rounds, json);
    }

    private static List<String> words(String value) {
        List<String> words = new ArrayList<>();
        for (String word : value.split(",")) {
            if (!word.isBlank()) {
                words.add(word.trim());
            }
        }
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a list is empty");
        }
        return words;
    }

    private static int number(String option, String value, int least) {
        int n;
        try {
            n = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " needs a whole number, not " + value, e);
        }
        if (n < least) {
            throw new IllegalArgumentException(option + " must be at least " + least);
        }
        return n;
    }
}
