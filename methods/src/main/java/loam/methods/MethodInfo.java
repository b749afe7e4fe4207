package loam.methods;

import loam.tensor.Failure;

/**
 * What a method is and where it comes from.
 *
 * @param slug    the name on the command line: lower-case words joined by hyphens
 * @param title   one line on what it does, in plain words
 * @param paper   the title of the paper
 * @param year    the year of its first version
 * @param authors its authors, as they sign
 * @param source  the address of the paper
 * @param family  the name of the family of methods
 */
public record MethodInfo(String slug, String title, String paper, int year, String authors, String source, String family) {
    public MethodInfo {
        if (!slug.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw Failure.of("method", "a slug is lower-case words joined by hyphens").fact("slug", slug).argument();
        }
    }
}
