package loam.bench.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes an ONNX model: the few protocol buffer messages that it takes, by their field numbers in onnx.proto. */
final class OnnxModel {
    /** Of the format and of the set of operators. */
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;
    private static final int FLOAT = 1;
    private static final int ATTRIBUTE_INT = 2;
    private static final int ATTRIBUTE_INTS = 7;
    private final Message graph = new Message().text(2, "peer");

    /** A constant array of float32. */
    OnnxModel constant(String name, float[] values, int... shape) {
        Message t = new Message();
        for (int d : shape) {
            t.number(1, d);
        }
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        graph.message(5, t.number(2, FLOAT).text(8, name).bytes(9, raw.array()));
        return this;
    }

    /** A node without attributes. */
    OnnxModel node(String operator, List<String> inputs, String output) {
        return node(operator, inputs, output, new Message[0]);
    }

    /** A node. */
    OnnxModel node(String operator, List<String> inputs, String output, Message... attributes) {
        Message n = new Message();
        inputs.forEach(i -> n.text(1, i));
        n.text(2, output).text(4, operator);
        for (Message a : attributes) {
            n.message(5, a);
        }
        graph.message(1, n);
        return this;
    }

    static Message attribute(String name, int value) {
        return new Message().text(1, name).number(3, value).number(20, ATTRIBUTE_INT);
    }

    static Message attribute(String name, int... values) {
        Message m = new Message().text(1, name);
        for (int v : values) {
            m.number(8, v);
        }
        return m.number(20, ATTRIBUTE_INTS);
    }

    OnnxModel input(String name, int... shape) {
        graph.message(11, value(name, shape));
        return this;
    }

    OnnxModel output(String name, int... shape) {
        graph.message(12, value(name, shape));
        return this;
    }

    private static Message value(String name, int... shape) {
        Message dims = new Message();
        for (int d : shape) {
            dims.message(1, new Message().number(1, d));
        }
        Message tensor = new Message().number(1, FLOAT).message(2, dims);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** The whole file. */
    byte[] bytes() {
        Message opset = new Message().text(1, "").number(2, OPSET);
        return new Message().number(1, IR_VERSION).text(2, "loam bench").message(7, graph).message(8, opset).out.toByteArray();
    }

    /** A protocol buffer message, field by field. */
    static final class Message {
        private static final int VARINT = 0;
        private static final int LENGTH = 2;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint((long) field << 3 | VARINT);
            varint(value);
            return this;
        }

        Message bytes(int field, byte[] value) {
            varint((long) field << 3 | LENGTH);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.out.toByteArray());
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
