package loam.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.autograd.Variable;
import loam.tensor.Failure;

/** Layers one after the other, named "0", "1", ... or by the names given. */
public final class Sequential extends Layer {
    private final List<Layer> layers = new ArrayList<>();
    private final boolean numbered;

    public Sequential(Layer... layers) {
        numbered = true;
        for (Layer layer : layers) {
            this.layers.add(child(String.valueOf(this.layers.size()), layer));
        }
    }

    /** Named layers, in the map's order. */
    public Sequential(Map<String, Layer> named) {
        numbered = false;
        named.forEach((n, layer) -> layers.add(child(n, layer)));
    }

    /** Number of layers. */
    public int size() {
        return layers.size();
    }

    /** The layer at a place; negative counts from the end. */
    public Layer get(int i) {
        int at = i < 0 ? i + layers.size() : i;
        if (at < 0 || at >= layers.size()) {
            throw Failure.of("sequential", "no layer at " + i).fact("layers", layers.size()).index();
        }
        return layers.get(at);
    }

    /** A ReLU behind a layer that can apply it in the same pass is fused, unless someone watches either of the two. */
    @Override
    protected Variable compute(Variable input) {
        Variable x = input;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            Layer next = i + 1 < layers.size() ? layers.get(i + 1) : null;
            if (layer instanceof FusesRelu fused && next instanceof Relu && !layer.watched() && !next.watched()) {
                x = forwardRelu(layer, fused, x);
                i++;
            } else {
                x = layer.forward(x);
            }
        }
        return x;
    }

    @Override
    protected Module fresh() {
        Map<String, Layer> fresh = new LinkedHashMap<>();
        children().forEach((n, m) -> fresh.put(n, (Layer) m.fresh()));
        return numbered ? new Sequential(fresh.values().toArray(Layer[]::new)) : new Sequential(fresh);
    }

    @Override
    public Sequential copy() {
        return (Sequential) super.copy();
    }
}
