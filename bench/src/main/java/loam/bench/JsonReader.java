package loam.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON into maps, lists, strings, doubles, booleans and null. */
final class JsonReader {
    private static final int UNICODE_DIGITS = 4;
    private static final int HEX = 16;
    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** The one value of a text. */
    static Object value(String text) {
        JsonReader r = new JsonReader(text);
        Object value = r.next();
        r.space();
        if (r.at < text.length()) {
            throw r.wrong("more text behind the value");
        }
        return value;
    }

    private Object next() {
        space();
        if (at == text.length()) {
            throw wrong("the text ends");
        }
        switch (text.charAt(at)) {
            case '{':
                return map();
            case '[':
                return list();
            case '"':
                return string();
            case 't':
                return word("true", true);
            case 'f':
                return word("false", false);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> map() {
        Map<String, Object> m = new LinkedHashMap<>();
        at++;
        if (skip('}')) {
            return m;
        }
        do {
            space();
            String key = string();
            if (!skip(':')) {
                throw wrong("a colon is missing");
            }
            m.put(key, next());
        } while (skip(','));
        if (!skip('}')) {
            throw wrong("an object does not end");
        }
        return m;
    }

    private List<Object> list() {
        List<Object> l = new ArrayList<>();
        at++;
        if (skip(']')) {
            return l;
        }
        do {
            l.add(next());
        } while (skip(','));
        if (!skip(']')) {
            throw wrong("a list does not end");
        }
        return l;
    }

    private String string() {
        if (at == text.length() || text.charAt(at) != '"') {
            throw wrong("a string is expected");
        }
        StringBuilder s = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return s.toString();
            }
            s.append(c == '\\' ? escaped() : c);
        }
        throw wrong("a string does not end");
    }

    private char escaped() {
        at++;
        char c = at < text.length() ? text.charAt(at) : ' ';
        if (c == 'u' && at + UNICODE_DIGITS < text.length()) {
            at += UNICODE_DIGITS;
            return (char) Integer.parseInt(text.substring(at - UNICODE_DIGITS + 1, at + 1), HEX);
        }
        int i = "\"\\/bfnrt".indexOf(c);
        if (i < 0) {
            throw wrong("an unknown escape");
        }
        return "\"\\/\b\f\n\r\t".charAt(i);
    }

    private Double number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        try {
            return Double.valueOf(text.substring(start, at));
        } catch (NumberFormatException e) {
            at = start;
            throw wrong("no value");
        }
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("an unknown word");
        }
        at += word.length();
        return value;
    }

    private boolean skip(char c) {
        space();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("no JSON: " + what + " at character " + at);
    }
}
