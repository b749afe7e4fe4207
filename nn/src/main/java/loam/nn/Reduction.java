package loam.nn;

/** What a loss does with the losses of its elements. */
public enum Reduction { MEAN, SUM, NONE }
