package loam.bench;

/**
 * A line of the comparison.
 *
 * @param must what closes the row
 * @param goal where it is going
 */
public record Row(String name, Problem problem, Target must, Target goal) { }
