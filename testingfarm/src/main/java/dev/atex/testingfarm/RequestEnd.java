package dev.atex.testingfarm;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Why a request ended before there was a machine, which decides what is done then. */
enum RequestEnd {
    /** The same request would end the same way: nothing is asked for any more. */
    PERMANENT,
    /** This compose, architecture or pool is not to be had: the next of the fallbacks, without one like {@link #PERMANENT}. */
    CHOICE,
    /** There is no room now: the next of the fallbacks, then again from the first. */
    PROVISIONING,
    /** Something else broke: the same again. */
    INFRASTRUCTURE;

    /** A text that says which it is; the first one that fits counts. */
    private record Sign(Pattern text, RequestEnd end) {
        Sign(String text, RequestEnd end) {
            this(Pattern.compile(text), end);
        }
    }

    private static final String NOT_THERE =
            "(not (be )?(found|available|supported|known|exist)|n't (exist|find|available)|does not exist|unknown|unsupported|invalid|no such|disabled)";

    /** In small letters. What the service says is not specified; these are the words of its public parts. */
    private static final List<Sign> SIGNS = List.of(
            // who we are
            new Sign("forbidden|unauthorized|not authorized|permission denied|access denied|not allowed", PERMANENT),
            // what was asked for
            new Sign("\\bno pools?\\b|\\b(compose|image|distro|arch(itecture)?|pool)s?\\b.{0,80}" + NOT_THERE, CHOICE),
            new Sign(NOT_THERE + ".{0,20}\\b(compose|image|distro|arch(itecture)?|pool)\\b", CHOICE),
            new Sign("(hardware|constraint|kickstart).{0,80}(" + NOT_THERE + "|pars|malformed|is not one)", PERMANENT),
            // the reserve test
            new Sign("fail.{0,20}(clone|fetch|checkout).{0,80}\\b(repo(sitory)?|git|ref|branch)\\b", PERMANENT),
            new Sign("\\b(git|repo(sitory)?|branch|ref|revision)\\b.{0,80}(" + NOT_THERE + "|deleted)", PERMANENT),
            new Sign(NOT_THERE + ".{0,40}\\b(git|repository|branch|remote ref|revision)\\b", PERMANENT),
            new Sign("\\b(no|any) ((tmt )?(plan|test)s?|test environments?)\\b", PERMANENT),
            new Sign("\\b(plan|test)s?\\b.{0,60}" + NOT_THERE, PERMANENT),
            new Sign("\\b(fmf (file|root|tree)|no fmf|tmt.{0,20}(lint|metadata).{0,20}(fail|invalid))", PERMANENT),
            // room
            new Sign("no (suitable|matching|eligible|capable) (pool|guest|flavor|machine|image)", PROVISIONING),
            new Sign(
                    "provision|artemis|no machine|capacity|out of resources|quota|waiting for (a |the )?guest|not boot",
                    PROVISIONING));

    /** Which one it is that the service means with these words. */
    static RequestEnd of(String said) {
        String text = said.toLowerCase(Locale.ROOT);
        return SIGNS.stream()
                .filter(sign -> sign.text().matcher(text).find())
                .map(Sign::end)
                .findFirst()
                .orElse(INFRASTRUCTURE);
    }
}
