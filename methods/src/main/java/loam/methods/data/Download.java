package loam.methods.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.function.Consumer;
import loam.tensor.Failure;

/** Brings one file from the net: bounded in size, checked before it gets its name. */
public final class Download {
    /** Hears how a download goes on. */
    public interface Listener {
        /** {@code bytes} of {@code total} have arrived; total is -1 when the server does not say. */
        void arrived(URI address, long bytes, long total);
    }

    private Download() {
    }

    /**
     * Downloads {@code address} to {@code target}.
     *
     * @param maxBytes more than this is refused
     * @param check    throws when the content is not what it should be; then nothing is kept
     */
    static void fetch(URI address, Path target, long maxBytes, Listener listener, Consumer<Path> check) {
        HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).followRedirects(HttpClient.Redirect.NORMAL).build();
        Path partial = null;
        try {
            HttpRequest request = HttpRequest.newBuilder(address).timeout(Duration.ofMinutes(10)).build();
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                if (response.statusCode() != 200) {
                    throw failure(address, "the server answers " + response.statusCode()).missingData();
                }
                Files.createDirectories(target.getParent());
                partial = Files.createTempFile(target.getParent(), target.getFileName().toString(), ".part");
                copy(in, partial, address, maxBytes, response.headers().firstValueAsLong("content-length").orElse(-1), listener);
            }
            check.accept(partial);
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
            partial = null;
        } catch (IOException e) {
            throw failure(address, "it cannot be downloaded: " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()))
                    .hint("check the connection, or bring the files yourself and name their folder with --data").cause(e).missingData();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(address, "the download was interrupted").cause(e).missingData();
        } finally {
            remove(partial);
        }
    }

    private static void copy(InputStream in, Path to, URI address, long maxBytes, long total, Listener listener) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        try (OutputStream out = Files.newOutputStream(to)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes += n;
                if (bytes > maxBytes) {
                    throw failure(address, "it is larger than the published file").fact("limit", maxBytes + " bytes").format();
                }
                out.write(buffer, 0, n);
                listener.arrived(address, bytes, total);
            }
        }
    }

    private static void remove(Path partial) {
        if (partial == null) {
            return;
        }
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            partial.toFile().deleteOnExit();
        }
    }

    private static Failure failure(URI address, String reason) {
        return Failure.of("download", reason).fact("address", address);
    }
}
