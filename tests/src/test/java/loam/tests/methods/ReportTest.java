package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import loam.methods.Experiment;
import loam.methods.Method;
import loam.methods.Progress;
import loam.methods.RunRequest;
import loam.methods.RunResult;
import loam.methods.Runner;
import loam.methods.Tier;
import loam.methods.report.HtmlReport;
import loam.methods.report.Png;
import loam.methods.report.RunFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Would catch: a page that is not well-formed, that needs the net, that loses a chart, a picture or a seed; a PNG that no reader opens. */
@Tag("fast")
class ReportTest {
    private static RunResult result() {
        Method method = new FakeFamily().methods().get(1);
        Experiment e = method.experiment();
        return Runner.run(method, RunRequest.of(e, Tier.TINY, 0), Progress.NONE);
    }

    @Test
    void pageIsWellFormedAndStandsAlone() throws Exception {
        String page = HtmlReport.page(result());
        Document dom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(page.replace("<!DOCTYPE html>\n", ""))));
        assertEquals(3, dom.getElementsByTagName("svg").getLength(), "one chart a seed");
        assertEquals(6, dom.getElementsByTagName("path").getLength(), "two curves a seed");
        assertEquals(1, dom.getElementsByTagName("img").getLength());
        assertTrue(page.contains("On &lt;sure-thing&gt; &amp; &quot;others&quot;"), "text is escaped");
        for (String outside : List.of("src=\"http", "href=", "url(", "@import", "<link", "<script", "<iframe", "src=\"/")) {
            assertFalse(page.contains(outside), outside);
        }
        for (String seed : List.of("seed 0", "seed 1", "seed 2")) {
            assertTrue(page.contains("<th>" + seed + "</th>"), seed);
        }
    }

    @Test
    void pngHoldsThePixels() throws Exception {
        byte[] pixels = {0, 10, (byte) 200, (byte) 255, 1, 2};
        ByteBuffer png = ByteBuffer.wrap(Png.grey(3, 2, pixels));
        assertEquals(0x89504e470d0a1a0aL, png.getLong());
        byte[] unpacked = null;
        while (png.hasRemaining()) {
            byte[] typeAndData = new byte[png.getInt() + 4];
            png.get(typeAndData);
            CRC32 sum = new CRC32();
            sum.update(typeAndData);
            assertEquals((int) sum.getValue(), png.getInt());
            if (new String(typeAndData, 0, 4, java.nio.charset.StandardCharsets.US_ASCII).equals("IDAT")) {
                unpacked = new InflaterInputStream(new ByteArrayInputStream(Arrays.copyOfRange(typeAndData, 4, typeAndData.length))).readAllBytes();
            }
        }
        assertArrayEquals(new byte[] {0, 0, 10, (byte) 200, 0, (byte) 255, 1, 2}, unpacked);
    }

    @Test
    void runFilesAreReadBack() {
        RunResult r = result();
        assertEquals(r.metrics().keySet(), RunFile.read(RunFile.write(r), "memory").getObject("metrics").keySet());
        assertEquals("{\n  \"a\":null,\n  \"b\":[\n    1,\n    null\n  ]\n}".replaceAll("\\s", ""),
                RunFile.text(RunFile.map("a", Double.NaN, "b", List.of(1, Double.NEGATIVE_INFINITY))).replaceAll("\\s", ""));
        assertEquals(Map.of(), Map.copyOf(RunFile.read("{}", "memory")));
    }
}
