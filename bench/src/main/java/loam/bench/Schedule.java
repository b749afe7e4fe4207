package loam.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * The order in which two sides take turns: A B, B A, A B, ... Whatever drifts steadily during a run (clock, heat, load) then weighs
 * on both alike.
 */
public final class Schedule {
    /** Who is measured. */
    public enum Turn { LOAM, PEER }

    private Schedule() { }

    /** {@code 2 * rounds} turns; in each round both sides have one. */
    public static List<Turn> abba(int rounds) {
        List<Turn> turns = new ArrayList<>(2 * rounds);
        for (int i = 0; i < rounds; i++) {
            boolean loamFirst = i % 2 == 0;
            turns.add(loamFirst ? Turn.LOAM : Turn.PEER);
            turns.add(loamFirst ? Turn.PEER : Turn.LOAM);
        }
        return turns;
    }
}
