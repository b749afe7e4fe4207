package loam.methods.data;

import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/** Images and labels out of a set of four IDX files. */
final class ImageFiles {
    private ImageFiles() {
    }

    /** The parts in the order: training images, training labels, test images, test labels. */
    static NamedSplit split(IdxSet set, DataPlaces places, int classes) {
        IdxSet.Loaded loaded = set.load(places);
        return new NamedSplit(set.slug(), part(set, loaded, 0, classes), part(set, loaded, 2, classes), loaded.folder().toString(), loaded.sha256());
    }

    private static LabelledDataset part(IdxSet set, IdxSet.Loaded loaded, int first, int classes) {
        Idx.Array images = loaded.arrays().get(set.parts().get(first).file());
        Idx.Array labels = loaded.arrays().get(set.parts().get(first + 1).file());
        if (images.dims().length != 3 || labels.dims().length != 1 || images.dims()[0] != labels.dims()[0]) {
            throw Failure.of(set.slug(), "images and labels do not belong together").fact("folder", loaded.folder()).format();
        }
        int[] y = new int[labels.bytes().length];
        for (int i = 0; i < y.length; i++) {
            y[i] = labels.bytes()[i] & 0xff;
        }
        Shape shape = Shape.of(images.dims()[0], 1, images.dims()[1], images.dims()[2]);
        return LabelledDataset.of(Tensor.of(shape, unit(images.bytes())), y, classes);
    }

    private static float[] unit(byte[] grey) {
        float[] scale = new float[256];
        for (int v = 0; v < 256; v++) {
            scale[v] = v / 255f;
        }
        float[] x = new float[grey.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = scale[grey[i] & 0xff];
        }
        return x;
    }
}
