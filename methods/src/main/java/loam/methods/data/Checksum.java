package loam.methods.data;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, in lower-case hexadecimal. */
public final class Checksum {
    private Checksum() {
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The sum of these bytes. */
    public static String of(byte[] content) {
        MessageDigest digest = sha256();
        digest.update(content);
        return hex(digest);
    }

    /** The sum of what is left in {@code in}, of which at most {@code limit} bytes are read. */
    static String of(InputStream in, long limit) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        long left = limit;
        for (int n = in.read(buffer); n >= 0 && left >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
            left -= n;
        }
        return hex(digest);
    }
}
