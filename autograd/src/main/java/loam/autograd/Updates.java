package loam.autograd;

import java.util.function.Consumer;
import loam.tensor.Context;
import loam.tensor.Tensor;
import loam.tensor.Workspace;

/** Changes of mutable state: in place while nobody holds a snapshot, else in a fresh storage. */
final class Updates {
    private Updates() {
    }

    static void replace(Variable target, Tensor next) {
        Tensor own = next.dtype() == target.dtype() ? next : next.to(target.dtype());
        inPlace(target, t -> Context.current().kernels().copy(own, t));
    }

    static void inPlace(Variable target, Consumer<Tensor> change) {
        Tensor t = target.peek();
        if (t.storage().exposed()) {
            Tensor before = t;
            t = Workspace.outside(before::copy);
            target.replace(t);
            before.storage().bumpVersion();
        }
        t.storage().bumpVersion();
        change.accept(t);
    }
}
