package loam.methods;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import loam.tensor.Failure;

/** All methods that are on the class path. */
public final class Registry {
    private final List<MethodFamily> families;
    private final List<Method> methods;

    private Registry(List<MethodFamily> families) {
        this.families = families;
        this.methods = families.stream().flatMap(f -> f.methods().stream()).sorted(Comparator.comparing(m -> m.info().slug())).toList();
    }

    /** Asks {@link ServiceLoader} for the families. */
    public static Registry load() {
        List<MethodFamily> found = new ArrayList<>();
        ServiceLoader.load(MethodFamily.class, Registry.class.getClassLoader()).forEach(found::add);
        return of(found);
    }

    /** A registry of the given families. */
    public static Registry of(List<MethodFamily> families) {
        return new Registry(families.stream().sorted(Comparator.comparing(MethodFamily::name)).toList());
    }

    /** The families, sorted by name. */
    public List<MethodFamily> families() {
        return families;
    }

    /** The methods, sorted by slug. */
    public List<Method> methods() {
        return methods;
    }

    /** The method of this slug; an ArgumentException with the nearest names where there is none. */
    public Method find(String slug) {
        List<String> slugs = methods.stream().map(m -> m.info().slug()).toList();
        return methods.stream().filter(m -> m.info().slug().equals(slug)).findFirst()
                .orElseThrow(() -> Failure.of("method", "no method '" + slug + "'")
                        .hint(Names.didYouMean(slug, slugs) + "'loam list' names all " + slugs.size()).argument());
    }

    /** The family of this name; an ArgumentException with the valid names where there is none. */
    public MethodFamily family(String name) {
        List<String> names = families.stream().map(MethodFamily::name).toList();
        return families.stream().filter(f -> f.name().equals(name)).findFirst()
                .orElseThrow(() -> Failure.of("family", "no family '" + name + "'")
                        .hint(Names.didYouMean(name, names) + "families: " + String.join(", ", names)).argument());
    }
}
