package loam.nn;

/** How much zero padding a convolution gets. */
public enum Padding {
    /** None: the output shrinks by the kernel. */
    VALID,
    /** So that the output is as large as the input, at stride 1; an odd element goes to the bottom and right, as in PyTorch. */
    SAME
}
