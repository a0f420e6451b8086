package dev.atex.testingfarm;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The reason why a request ended before it had a machine; it decides about the next attempt. */
enum RequestEnd {
    /** The same request would fail again: nothing more is requested. */
    PERMANENT,
    /** The compose, architecture or pool is not available: the next fallback is used; without one this is {@link #PERMANENT}. */
    CHOICE,
    /** No capacity now: the next fallback is used, then the first again. */
    PROVISIONING,
    /** Another failure: the same request is repeated. */
    INFRASTRUCTURE;

    /** A pattern and its reason; the first match counts. */
    private record Sign(Pattern text, RequestEnd end) {
        Sign(String text, RequestEnd end) {
            this(Pattern.compile(text), end);
        }
    }

    private static final String NOT_THERE =
            "(not (be )?(found|available|supported|known|exist)|n't (exist|find|available)|does not exist|unknown|unsupported|invalid|no such|disabled)";

    /** In lower case. The texts of the service are not specified; these words are from its public sources. */
    private static final List<Sign> SIGNS = List.of(
            // token
            new Sign("forbidden|unauthorized|not authorized|permission denied|access denied|not allowed", PERMANENT),
            // compose and hardware
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
            // capacity
            new Sign("no (suitable|matching|eligible|capable) (pool|guest|flavor|machine|image)", PROVISIONING),
            new Sign(
                    "provision|artemis|no machine|capacity|out of resources|quota|waiting for (a |the )?guest|not boot",
                    PROVISIONING));

    /** Returns the reason for a text of the service. */
    static RequestEnd of(String said) {
        String text = said.toLowerCase(Locale.ROOT);
        return SIGNS.stream()
                .filter(sign -> sign.text().matcher(text).find())
                .map(Sign::end)
                .findFirst()
                .orElse(INFRASTRUCTURE);
    }
}
