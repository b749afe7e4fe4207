package loam.tests.consumer;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import loam.tests.standards.Repo;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** What a user's class path holds who imports one artifact: read off the poms, optional dependencies left out. */
final class Artifacts {
    private static final String GROUP = "loam-";

    private Artifacts() {}

    /** The class path of someone who depends on {@code loam-<module>} alone. */
    static List<Path> classPath(String module) {
        Set<Path> found = new LinkedHashSet<>();
        add(GROUP + module, found);
        return List.copyOf(found);
    }

    private static void add(String artifact, Set<Path> found) {
        Path place = place(artifact);
        if (!found.add(place)) {
            return;
        }
        Path pom = artifact.startsWith(GROUP)
                ? Repo.root().resolve(artifact.substring(GROUP.length())).resolve("pom.xml")
                : place.resolveSibling(place.getFileName().toString().replaceAll("\\.jar$", ".pom"));
        dependencies(pom).forEach(next -> add(next, found));
    }

    /** Where this run's own class path has the artifact. */
    private static Path place(String artifact) {
        String folder = artifact.startsWith(GROUP) ? artifact.substring(GROUP.length()) + File.separator + "target" : null;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            boolean jar = path.getFileName().toString().matches(java.util.regex.Pattern.quote(artifact) + "-\\d.*\\.jar");
            boolean classes = folder != null && path.endsWith(Path.of(folder, "classes"));
            if (jar || classes) {
                return path;
            }
        }
        throw new IllegalStateException(artifact + " is not on the class path of the tests");
    }

    private static List<String> dependencies(Path pom) {
        List<String> names = new ArrayList<>();
        if (!Files.exists(pom)) {
            return names;
        }
        try {
            Element project = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile())
                    .getDocumentElement();
            for (Element list : children(project, "dependencies")) {
                for (Element dependency : children(list, "dependency")) {
                    String scope = text(dependency, "scope", "compile");
                    boolean optional = Boolean.parseBoolean(text(dependency, "optional", "false"));
                    if (!optional && (scope.equals("compile") || scope.equals("runtime"))) {
                        names.add(text(dependency, "artifactId", ""));
                    }
                }
            }
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException(pom.toString(), e);
        }
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    private static String text(Element parent, String name, String otherwise) {
        List<Element> found = children(parent, name);
        return found.isEmpty() ? otherwise : found.get(0).getTextContent().strip();
    }
}
