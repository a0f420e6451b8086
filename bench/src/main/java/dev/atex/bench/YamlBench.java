package dev.atex.bench;

import dev.atex.fmf.Yaml;
import java.util.List;

/** Whether reading YAML takes time in proportion to its length: texts that slow readers down, beside halves of them. */
final class YamlBench {
    private static final int HALF = 2 << 20;

    private YamlBench() {}

    private record Shape(String name, String before, String repeated, String after) {
        String at(int size) {
            return before + repeated.repeat(size / repeated.length()) + after;
        }
    }

    /** Prints a row for each shape. */
    public static void main(String[] arguments) throws Exception {
        for (Shape shape : List.of(
                new Shape("one plain line", "a: ", "x ", "x"),
                new Shape("one double-quoted line", "a: \"", "x", "\""),
                new Shape("one comment", "# ", "x", "\na: 1"),
                new Shape("one flow sequence", "a: [", "x, ", "]"),
                new Shape("blanks", "a: x", " ", "x"),
                new Shape("short lines of a block", "a: |\n", "  x\n", ""),
                new Shape("aliases", "- &a [x]\n", "- *a\n", ""))) {
            String half = shape.at(HALF);
            String whole = shape.at(2 * HALF);
            Samples.Pair pair = Samples.takePair(3, 9, () -> read(whole), () -> read(half));
            new Row(
                            "YAML of 4 MiB: " + shape.name(),
                            pair.ours().times(1000).text(" ms"),
                            "2 MiB: " + pair.floor().times(1000).text(" ms"),
                            pair.ratio(),
                            "2x")
                    .print();
        }
    }

    private static double read(String text) throws Exception {
        return Samples.seconds(() -> Yaml.read(text));
    }
}
