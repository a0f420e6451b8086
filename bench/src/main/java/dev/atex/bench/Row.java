package dev.atex.bench;

import java.util.List;

/**
 * One line of the table.
 *
 * @param scenario what was measured
 * @param figure ours, with its unit
 * @param floor what it is compared with, measured in the same run, with its unit
 * @param ratio how many times the floor it takes, {@code "1.31x"}
 * @param goal what it should reach
 */
record Row(String scenario, String figure, String floor, String ratio, String goal) {
    static final Row TITLES = new Row("scenario", "ATEX", "lower bound", "ratio", "goal");
    private static final String MARK = "row\t";

    List<String> cells() {
        return List.of(scenario, figure, floor, ratio, goal);
    }

    /** Prints it for the process that makes the table. */
    void print() {
        System.out.println(MARK + String.join("\t", cells()));
    }

    static boolean isRow(String line) {
        return line.startsWith(MARK);
    }

    static Row parse(String line) {
        String[] cells = line.substring(MARK.length()).split("\t", -1);
        return new Row(cells[0], cells[1], cells[2], cells[3], cells[4]);
    }

    static String ratio(double ours, double floor) {
        return Samples.number(ours / floor) + "x";
    }
}
