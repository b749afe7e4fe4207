package loam.tests.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.tensor.ArgumentException;
import loam.tensor.FormatException;
import loam.tensor.io.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: text that RFC 8259 forbids being read, allowed text being refused, and values that do not come back as written. */
@Tag("fast")
class JsonTest {
    @Test
    void allowedText() {
        Map<?, ?> map = (Map<?, ?>) Json.parse(" {\"a\" : [1, -0, 2.5e-3, 1E2, true, false, null, {}, []], \"b\\u00e9\\n\\/\": \"\\ud83d\\ude00\"}\t\r\n", "t");
        assertEquals(Arrays.asList(1L, 0L, 0.0025, 100.0, true, false, null, Map.of(), List.of()), map.get("a"));
        assertEquals("\ud83d\ude00", map.get("b\u00e9\n/"));
        assertEquals(1e19, Json.parse("10000000000000000000", "t"));
    }

    @Test
    void forbiddenText() {
        for (String s : List.of("", " ", "{", "[", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "01", "+1", "1.", ".5", "1e", "-", "NaN", "Infinity",
                "1e999", "tru", "nul", "\"", "\"\\x\"", "\"\\u12g4\"", "\"\t\"", "[1 2]", "1 2", "{\"a\":1,\"a\":2}", "//c\n1", "\u00a01", "0x10")) {
            FormatException e = assertThrows(FormatException.class, () -> Json.parse(s, "the text"), s);
            assertTrue(e.getMessage().contains("the text"), e.getMessage());
        }
        assertThrows(FormatException.class, () -> Json.parse("[".repeat(1_000_000), "deep"));
        assertEquals(List.of(), Json.parse("[]", "t"));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("text", "\"\\\u0001\n\r\t\u00e9\ud83d\ude00\ud83d");
        value.put("numbers", List.of(1L, -5L, 0.1, 1e-300));
        value.put("others", Arrays.asList(null, true, Map.of(), List.of()));
        assertEquals(value, Json.parse(Json.write(value), "t"));
        assertEquals("{\"a\":[null,1.5,2]}", Json.write(Map.of("a", List.of(Double.NaN, 1.5f, 2))));
        assertThrows(ArgumentException.class, () -> Json.write(new Object()));
    }
}
