package loam.tensor.io;

import java.util.HashSet;
import java.util.Set;
import loam.tensor.LoamException;

/** Names of arrays inside a file: none may be empty, come twice, or read as a path out of a folder. */
final class EntryNames {
    private static final int MAX_LENGTH = 4096;
    private final Source in;
    private final Set<String> seen = new HashSet<>();

    EntryNames(Source in) {
        this.in = in;
    }

    /** The reason against a name, or null. */
    static String fault(String name) {
        if (name.isEmpty()) {
            return "is empty";
        }
        if (name.length() > MAX_LENGTH) {
            return "is longer than " + MAX_LENGTH + " characters";
        }
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                return "holds a control character";
            }
        }
        if (name.startsWith("/") || name.indexOf('\\') >= 0 || name.length() > 1 && name.charAt(1) == ':') {
            return "is an absolute path or holds a backslash";
        }
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return "has an empty, '.' or '..' part";
            }
        }
        return null;
    }

    /** Takes the name of the next entry, or says what is wrong with it. */
    void add(String name) {
        String fault = fault(name);
        if (fault != null) {
            throw bad(name, fault);
        }
        if (!seen.add(name)) {
            throw bad(name, "comes twice");
        }
    }

    private LoamException bad(String name, String fault) {
        return in.bad("the name '" + printable(name) + "' " + fault);
    }

    static String printable(String name) {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < Math.min(80, name.length()); i++) {
            char c = name.charAt(i);
            s.append(Character.isISOControl(c) ? '?' : c);
        }
        return s.append(name.length() > 80 ? "..." : "").toString();
    }
}
