package loam.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * The one formatter of errors: operation, reason, operands with their shapes and the axis meant, a hint, the module path.
 * Use: {@code throw Failure.of("conv2d", "input has 3 channels, the weight expects 1").operand("input", x.shape(), 1).hint("...").shape();}
 */
public final class Failure {
    private final String operation;
    private final String reason;
    private final List<String[]> rows = new ArrayList<>();
    private String hint;
    private Throwable cause;

    private Failure(String operation, String reason) {
        this.operation = operation;
        this.reason = reason;
    }

    /** Starts the description of an error in {@code operation}. */
    public static Failure of(String operation, String reason) {
        return new Failure(operation, reason);
    }

    /** Adds an operand with its shape. */
    public Failure operand(String name, Shape shape) {
        return fact(name, shape.toString());
    }

    /** Adds an operand with its shape and the axis that does not fit. */
    public Failure operand(String name, Shape shape, int axis) {
        return fact(name, shape + "   axis " + axis);
    }

    /** Adds any other fact: a value, a type, a file. */
    public Failure fact(String name, Object value) {
        rows.add(new String[] {name, String.valueOf(value)});
        return this;
    }

    /** Says what would most likely help. */
    public Failure hint(String text) {
        this.hint = text;
        return this;
    }

    /** Names the exception that led here. */
    public Failure cause(Throwable origin) {
        this.cause = origin;
        return this;
    }

    public ShapeException shape() {
        return new ShapeException(message(), cause);
    }

    public DTypeException dtype() {
        return new DTypeException(message(), cause);
    }

    public IndexException index() {
        return new IndexException(message(), cause);
    }

    public ArgumentException argument() {
        return new ArgumentException(message(), cause);
    }

    public StateException state() {
        return new StateException(message(), cause);
    }

    public FormatException format() {
        return new FormatException(message(), cause);
    }

    public NumericException numeric() {
        return new NumericException(message(), cause);
    }

    public MissingDataException missingData() {
        return new MissingDataException(message(), cause);
    }

    private String message() {
        List<String[]> all = new ArrayList<>(rows);
        if (hint != null) {
            all.add(new String[] {"hint", hint});
        }
        String path = Context.current().modulePath();
        if (!path.isEmpty()) {
            all.add(new String[] {"in", path});
        }
        int width = 0;
        for (String[] row : all) {
            width = Math.max(width, row[0].length());
        }
        StringBuilder text = new StringBuilder(operation).append(": ").append(reason);
        for (String[] row : all) {
            text.append("\n  ").append(row[0]).append(" ".repeat(width - row[0].length() + 2)).append(row[1]);
        }
        return text.toString();
    }
}
