package loam.tensor.io;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.LoamException;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** The header of an npy array: type, byte order, memory order, shape. Source: NumPy's format description, versions 1.0 to 3.0. */
record NpyHeader(DType dtype, ByteOrder order, boolean fortran, Shape shape) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_LENGTH = 1 << 20;
    private static final Set<String> KEYS = Set.of("descr", "fortran_order", "shape");

    /** Bytes of the elements. */
    long dataBytes() {
        return (long) shape.numel() * dtype.bytes();
    }

    // ---- writing

    /** The header of a dense, row-major, little-endian tensor; a multiple of 64 bytes, as NumPy writes it. */
    static byte[] encode(Tensor t, String what) {
        StringBuilder text = new StringBuilder("{'descr': '").append(descr(t.dtype(), what)).append("', 'fortran_order': False, 'shape': (");
        int[] dims = t.shape().toArray();
        for (int i = 0; i < dims.length; i++) {
            text.append(i == 0 ? "" : " ").append(dims[i]).append(i < dims.length - 1 || dims.length == 1 ? "," : "");
        }
        text.append("), }");
        int length = (10 + text.length() + 1 + 63) / 64 * 64 - 10;
        text.append(" ".repeat(length - text.length() - 1)).append('\n');
        byte[] out = new byte[10 + length];
        System.arraycopy(MAGIC, 0, out, 0, 6);
        out[6] = 1;
        out[8] = (byte) length;
        out[9] = (byte) (length >>> 8);
        System.arraycopy(text.toString().getBytes(StandardCharsets.US_ASCII), 0, out, 10, length);
        return out;
    }

    private static String descr(DType dtype, String what) {
        return switch (dtype) {
            case F16 -> "<f2";
            case F32 -> "<f4";
            case F64 -> "<f8";
            case I8 -> "|i1";
            case I32 -> "<i4";
            case I64 -> "<i8";
            case U8 -> "|u1";
            case BOOL -> "|b1";
            case BF16 -> throw Failure.of("npy", "NumPy has no bfloat16").fact("array", what)
                    .hint("convert first: tensor.to(DType.F32), or write safetensors").dtype();
        };
    }

    // ---- reading

    static NpyHeader read(Source in) throws IOException {
        byte[] start = in.bytes(8, "the npy magic");
        for (int i = 0; i < MAGIC.length; i++) {
            if (start[i] != MAGIC[i]) {
                throw in.bad("this is no npy file: it does not begin with the bytes 93 'NUMPY'");
            }
        }
        int major = start[6] & 0xFF;
        if (major < 1 || major > 3 || start[7] != 0) {
            throw in.bad("npy format version " + major + "." + (start[7] & 0xFF) + " is unknown; 1.0, 2.0 and 3.0 are");
        }
        byte[] size = in.bytes(major == 1 ? 2 : 4, "the header length");
        long length = 0;
        for (int i = size.length - 1; i >= 0; i--) {
            length = length << 8 | size[i] & 0xFF;
        }
        if (length > MAX_LENGTH) {
            throw in.bad("the header claims " + length + " bytes; at most " + MAX_LENGTH + " are allowed");
        }
        byte[] text = in.bytes((int) length, "the header");
        String header = new String(text, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        return new Parser(in, header).header();
    }

    /** Reads the Python dictionary of a header: just these keys, strings, booleans and tuples of integers, nothing else. */
    private static final class Parser {
        private final Source in;
        private final String text;
        private int at;

        Parser(Source in, String text) {
            this.in = in;
            this.text = text;
        }

        NpyHeader header() {
            Map<String, Object> entries = new HashMap<>();
            take('{');
            while (peek() != '}') {
                String key = string();
                if (!KEYS.contains(key)) {
                    throw bad("has the unknown key '" + key + "'");
                }
                take(':');
                if (entries.put(key, value(key)) != null) {
                    throw bad("names '" + key + "' twice");
                }
                if (peek() != '}') {
                    take(',');
                }
            }
            take('}');
            if (peek() != 0) {
                throw bad("goes on after its dictionary");
            }
            for (String key : KEYS) {
                if (!entries.containsKey(key)) {
                    throw bad("lacks the key '" + key + "'");
                }
            }
            String descr = (String) entries.get("descr");
            return new NpyHeader(dtype(descr), descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                    (Boolean) entries.get("fortran_order"), Codec.shape(in, (long[]) entries.get("shape")));
        }

        private Object value(String key) {
            return switch (key) {
                case "descr" -> {
                    if (peek() == '[') {
                        throw in.failure("structured types are not supported").hint("save each field as an array of its own").format();
                    }
                    yield string();
                }
                case "fortran_order" -> bool();
                default -> tuple();
            };
        }

        private DType dtype(String descr) {
            DType found = switch (descr) {
                case "<f2", ">f2" -> DType.F16;
                case "<f4", ">f4" -> DType.F32;
                case "<f8", ">f8" -> DType.F64;
                case "|i1", "<i1", ">i1" -> DType.I8;
                case "<i4", ">i4" -> DType.I32;
                case "<i8", ">i8" -> DType.I64;
                case "|u1", "<u1", ">u1" -> DType.U8;
                case "|b1", "<b1", ">b1" -> DType.BOOL;
                default -> null;
            };
            if (found == null) {
                throw in.failure("the element type '" + descr + "' is not supported; f2 f4 f8 i1 i4 i8 u1 b1 are")
                        .hint("convert it in Python first: array.astype('float32') or 'int64'").format();
            }
            return found;
        }

        private String string() {
            char quote = peek();
            if (quote != '\'' && quote != '"') {
                throw bad("should have a string at character " + at);
            }
            int end = text.indexOf(quote, at + 1);
            if (end < 0) {
                throw bad("has a string without end");
            }
            String s = text.substring(at + 1, end);
            at = end + 1;
            if (s.indexOf('\\') >= 0) {
                throw bad("has an escape in a string");
            }
            return s;
        }

        private Boolean bool() {
            peek();
            for (String word : new String[] {"True", "False"}) {
                if (text.startsWith(word, at)) {
                    at += word.length();
                    return word.equals("True");
                }
            }
            throw bad("should have True or False at character " + at);
        }

        private long[] tuple() {
            List<Long> extents = new ArrayList<>();
            take('(');
            boolean comma = true;
            while (peek() != ')') {
                if (!comma) {
                    throw bad("has a shape that is no tuple of integers");
                }
                extents.add(integer());
                comma = peek() == ',';
                if (comma) {
                    at++;
                }
            }
            take(')');
            if (extents.size() == 1 && !comma) {
                throw bad("has a shape that is no tuple");
            }
            return extents.stream().mapToLong(Long::longValue).toArray();
        }

        private long integer() {
            peek();
            int begin = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            if (begin == at || at - begin > 18) {
                throw bad("should have an extent of 1 to 18 digits at character " + begin);
            }
            long v = Long.parseLong(text.substring(begin, at));
            if (at < text.length() && text.charAt(at) == 'L') {
                at++;                                           // Python 2 wrote 3L
            }
            return v;
        }

        /** The next character that is no space, 0 at the end. */
        private char peek() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : 0;
        }

        private void take(char c) {
            if (peek() != c) {
                throw bad("should have '" + c + "' at character " + at);
            }
            at++;
        }

        private LoamException bad(String what) {
            return in.bad("the npy header " + what);
        }
    }
}
