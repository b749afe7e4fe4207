package loam.bench.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript module made on the spot, for what DJL's own API lacks: libtorch's fused Adam and AdamW, its own derivative
 * functions, its attention, and a loop of products that runs inside libtorch. An archive is a zip of the source text and a pickle that names the class; no Python is needed.
 */
final class Script {
    private static final String SOURCE = """
            class Peer(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def forward(self: __torch__.Peer, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
                return torch.scaled_dot_product_attention(q, k, v)
              def products(self: __torch__.Peer, a: Tensor, b: Tensor, c: Tensor, n: int) -> Tensor:
                for i in range(n):
                  _0 = torch.mm(a, b, out=c)
                return c
              def convolution_all(self: __torch__.Peer, x: Tensor, w: Tensor, dy: Tensor) -> List[Tensor]:
                dx, dw, db = torch.convolution_backward(dy, x, w, [torch.size(w, 0)], [1, 1], [1, 1], [1, 1], False, [0, 0], 1, [True, True, True])
                return [dw, db, dx]
              def convolution_first(self: __torch__.Peer, x: Tensor, w: Tensor, dy: Tensor) -> List[Tensor]:
                dx, dw, db = torch.convolution_backward(dy, x, w, [torch.size(w, 0)], [1, 1], [1, 1], [1, 1], False, [0, 0], 1, [False, True, True])
                return [dw, db]
              def layer_norm(self: __torch__.Peer, x: Tensor, w: Tensor, b: Tensor, dy: Tensor, eps: float) -> List[Tensor]:
                y, mean, rstd = torch.native_layer_norm(x, [torch.size(x, 1)], w, b, eps)
                dx, dw, db = torch.native_layer_norm_backward(dy, x, [torch.size(x, 1)], mean, rstd, w, b, [True, True, True])
                return [y, dw, db, dx]
              def adamw(self: __torch__.Peer, w: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor], \
            lr: float, decay: float) -> Tensor:
                for i in range(torch.len(t)):
                  _0 = torch.add_(t[i], 1)
                none = annotate(List[Tensor], [])
                _1 = torch._fused_adamw_(w, g, m, v, none, t, lr=lr, beta1=0.9, beta2=0.999, weight_decay=decay, eps=1.0e-8, \
            amsgrad=False, maximize=False)
                return t[0]
              def adam(self: __torch__.Peer, w: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor], \
            lr: float) -> Tensor:
                for i in range(torch.len(t)):
                  _0 = torch.add_(t[i], 1)
                none = annotate(List[Tensor], [])
                _1 = torch._fused_adam_(w, g, m, v, none, t, lr=lr, beta1=0.9, beta2=0.999, weight_decay=0., eps=1.0e-8, \
            amsgrad=False, maximize=False)
                return t[0]
            """;
    /** Protocol 2: {@code Peer.__new__()} with the state {@code {"training": True}}. */
    private static final String PICKLE = "\u0080\u0002c__torch__\nPeer\n)\u0081}(X\b\0\0\0training\u0088ub.";
    private static final String EMPTY_TUPLE = "\u0080\u0002).";

    private final PtNDManager manager;
    private final PtSymbolBlock block;

    Script(PtNDManager manager) throws IOException {
        this.manager = manager;
        this.block = JniUtils.loadModule(manager, new ByteArrayInputStream(archive()), false, false);
    }

    /** {@code c = a b}, {@code n} times. */
    void products(NDArray a, NDArray b, NDArray c, int n) {
        run("products", IValue.from((PtNDArray) a), IValue.from((PtNDArray) b), IValue.from((PtNDArray) c), IValue.from((long) n));
    }

    /** One fused Adam step over all parameters; the step counts are advanced too. */
    void adam(NDArray[] weights, NDArray[] gradients, NDArray[] means, NDArray[] squares, NDArray[] steps, double rate) {
        run("adam", list(weights), list(gradients), list(means), list(squares), list(steps), IValue.from(rate));
    }

    /** The same with decoupled weight decay. */
    void adamw(NDArray[] weights, NDArray[] gradients, NDArray[] means, NDArray[] squares, NDArray[] steps, double rate, double decay) {
        run("adamw", list(weights), list(gradients), list(means), list(squares), list(steps), IValue.from(rate), IValue.from(decay));
    }

    /** {@code softmax(q kT / sqrt(width)) v} in libtorch's own kernel, with history when there is a gradient collector. */
    NDArray attention(NDArray q, NDArray k, NDArray v) {
        return IValueUtils.forward(block, new NDList(q, k, v), true).head();
    }

    /** The arrays that a method returns, in this scope; gradients are off within. {@code last} is one more argument, unless null. */
    NDList call(PtNDManager scope, String method, Double last, NDArray... arrays) {
        IValue[] arguments = new IValue[arrays.length + (last == null ? 0 : 1)];
        for (int i = 0; i < arrays.length; i++) {
            arguments[i] = IValue.from((PtNDArray) arrays[i]);
        }
        if (last != null) {
            arguments[arrays.length] = IValue.from(last);
        }
        try (IValue result = IValueUtils.runMethod(block, method, arguments)) {
            return result.toNDList(scope);
        } finally {
            for (IValue a : arguments) {
                a.close();
            }
        }
    }

    /** Gradients are off within; every handle made here is closed. */
    private void run(String method, IValue... arguments) {
        try (IValue result = IValueUtils.runMethod(block, method, arguments)) {
            result.toTensor(manager).close();
        } finally {
            for (IValue a : arguments) {
                a.close();
            }
        }
    }

    private static IValue list(NDArray[] arrays) {
        PtNDArray[] p = new PtNDArray[arrays.length];
        System.arraycopy(arrays, 0, p, 0, p.length);
        return IValue.listFrom(p);
    }

    private static byte[] archive() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "peer/data.pkl", PICKLE.getBytes(StandardCharsets.ISO_8859_1));
            put(zip, "peer/code/__torch__.py", SOURCE.getBytes(StandardCharsets.US_ASCII));
            put(zip, "peer/constants.pkl", EMPTY_TUPLE.getBytes(StandardCharsets.ISO_8859_1));
            put(zip, "peer/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
