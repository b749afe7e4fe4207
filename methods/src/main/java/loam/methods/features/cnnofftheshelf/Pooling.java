package loam.methods.features.cnnofftheshelf;

/** How the SVM's responses to the versions of one image become one response. */
public enum Pooling {
    SUM {
        @Override
        double join(double a, double b) {
            return a + b;
        }
    },
    MAX {
        @Override
        double join(double a, double b) {
            return Math.max(a, b);
        }
    };

    abstract double join(double a, double b);
}
