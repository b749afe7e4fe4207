package loam.methods.features.cnnofftheshelf;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import loam.methods.common.FeatureExtractor;
import loam.tensor.Failure;
import loam.tensor.Tensor;

/**
 * Finds the images most like a query. Reference images and query are cut into patches; each patch of the query looks for the nearest patch of
 * a reference image, and the mean of these distances ranks the reference images (spatial search, Razavian and others 2014, section 4).
 */
public final class SpatialRetrieval {
    private static final String NAME = "spatial retrieval";

    private final FeatureExtractor extractor;
    private final FeaturePipeline pipeline;
    private final PatchPyramid reference;
    private final PatchPyramid query;
    private double[] rows;
    private int images;
    private int dim;

    /**
     * The reference images in the order of their distance.
     *
     * @param order     numbers of the reference images, nearest first
     * @param distances by number of the reference image
     */
    public record Ranking(int[] order, double[] distances) {
    }

    /**
     * @param pipeline  fitted on other images than the queries; when nothing is fitted yet, {@link #index} fits it on the reference patches
     * @param reference how reference images are cut
     * @param query     how queries are cut; one level is the whole image
     */
    public SpatialRetrieval(FeatureExtractor extractor, FeaturePipeline pipeline, PatchPyramid reference, PatchPyramid query) {
        this.extractor = extractor;
        this.pipeline = pipeline;
        this.reference = reference;
        this.query = query;
    }

    /** Takes over the reference images [N, C, H, W] in place of those before. Returns this. */
    public SpatialRetrieval index(Tensor referenceImages) {
        Tensor features = extractor.features(reference.patches(referenceImages));
        Tensor f = pipeline.isFitted() ? pipeline.transform(features) : pipeline.fitTransform(features);
        rows = f.toDoubles();
        dim = f.dim(1);
        images = referenceImages.dim(0);
        return this;
    }

    /** The reference images ranked for one image [1, C, H, W]; of equal distances the first image comes first. */
    public Ranking query(Tensor image) {
        if (image.rank() == 0 || image.dim(0) != 1) {
            throw Failure.of(NAME, "a query is one image").operand("image", image.shape()).hint("distances takes several").shape();
        }
        double[] d = distances(image)[0];
        int[] order = IntStream.range(0, images).boxed().sorted(Comparator.comparingDouble(r -> d[r])).mapToInt(Integer::intValue).toArray();
        return new Ranking(order, d);
    }

    /** The distance of every image of [Q, C, H, W] to every reference image, Q rows of N. */
    public double[][] distances(Tensor queries) {
        if (rows == null) {
            throw Failure.of(NAME, "there are no reference images").hint("call index first").state();
        }
        double[] q = pipeline.transform(extractor.features(query.patches(queries))).toDoubles();
        int count = queries.dim(0);
        double[][] out = new double[count][images];
        for (int i = 0; i < count; i++) {
            for (int patch = 0; patch < query.count(); patch++) {
                double[] nearest = nearest(q, patch * count + i);
                for (int r = 0; r < images; r++) {
                    out[i][r] += nearest[r] / query.count();
                }
            }
        }
        return out;
    }

    /** Of one row of q, the least distance to a patch of each reference image. */
    private double[] nearest(double[] q, int row) {
        double[] least = new double[images];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        for (int p = 0; p < rows.length / dim; p++) {
            double sum = 0;
            for (int j = 0; j < dim; j++) {
                double difference = q[row * dim + j] - rows[p * dim + j];
                sum += difference * difference;
            }
            least[p % images] = Math.min(least[p % images], sum);
        }
        for (int r = 0; r < images; r++) {
            least[r] = Math.sqrt(least[r]);
        }
        return least;
    }
}
