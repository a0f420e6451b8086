package dev.atex.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The text below the options in a help: paragraphs are wrapped, examples keep their indentation. */
final class HelpFooter {
    /** A command with its description. */
    private static final Pattern DESCRIBED = Pattern.compile("( +\\S.*?) {2,}(\\S.*)");

    private static final String DESCRIPTION = "      ";

    private HelpFooter() {}

    static String of(Help help, int width) {
        UsageMessageSpec usage = help.commandSpec().usageMessage();
        String[] lines = usage.footer();
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            if (line.startsWith(" ")) {
                text.append(example(line.replace("%%", "%"), width)).append(System.lineSeparator());
            } else {
                usage.footer(line);
                text.append(help.footer());
            }
        }
        usage.footer(lines);
        return text.toString();
    }

    /** Moves the description to a line of its own if there is no place for it; commands are never cut. */
    private static String example(String line, int width) {
        Matcher described = DESCRIBED.matcher(line);
        return line.length() > width && described.matches()
                ? described.group(1) + System.lineSeparator() + DESCRIPTION + described.group(2)
                : line;
    }
}
