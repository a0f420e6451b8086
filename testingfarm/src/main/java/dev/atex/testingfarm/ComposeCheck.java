package dev.atex.testingfarm;

import dev.atex.internal.text.Suggestion;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.testingfarm.api.Compose;
import dev.atex.testingfarm.options.Choice;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Checks that the requested composes exist.
 *
 * @param offers the composes for each token, by the environment variable with the token
 */
record ComposeCheck(Map<String, Offer> offers) {
    /**
     * The composes of a ranch.
     *
     * @param ranch its name
     * @param composes its composes
     */
    record Offer(String ranch, List<Compose> composes) {
        boolean has(String compose) {
            return composes.stream().anyMatch(each -> each.matches(compose));
        }
    }

    /**
     * Checks all alternatives. Those with a missing compose are not requested, if any other is left.
     *
     * @throws InvalidOptionException if no compose exists
     */
    void check(List<Choice> wanted, Choices choices, Consumer<String> notices) throws InvalidOptionException {
        List<Choice> missing =
                wanted.stream().filter(each -> !offer(each).has(each.compose())).toList();
        List<String> problems = missing.stream()
                .map(each -> problem(offer(each), each.compose()))
                .distinct()
                .toList();
        if (missing.size() == wanted.size()) {
            throw new InvalidOptionException(TestingFarmProvisionerFactory.KIND + ": " + String.join("; ", problems)
                    + " 'atex tf composes' lists them; the option check=false skips this check");
        }
        missing.forEach(choices::bury);
        problems.forEach(problem -> notices.accept(
                TestingFarmProvisionerFactory.KIND + ": " + problem + " The other alternatives are used"));
    }

    private Offer offer(Choice choice) {
        return Objects.requireNonNull(offers.get(choice.token()), choice.token());
    }

    private static String problem(Offer offer, String compose) {
        List<String> names = offer.composes().stream()
                .filter(each -> !each.isPattern())
                .map(Compose::name)
                .toList();
        return "the ranch '" + offer.ranch() + "' has no compose '" + compose + "'"
                + Suggestion.of(compose, names)
                        .map(meant -> ", did you mean '" + meant + "'?")
                        .orElse(".");
    }
}
