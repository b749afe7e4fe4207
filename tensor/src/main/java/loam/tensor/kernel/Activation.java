package loam.tensor.kernel;

/** The function fused into the write-out of a matrix product or convolution. */
public enum Activation { NONE, RELU }
