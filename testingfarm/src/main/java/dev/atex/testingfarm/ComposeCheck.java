package dev.atex.testingfarm;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.testingfarm.api.Compose;
import dev.atex.text.Suggestion;
import java.util.List;
import java.util.function.Consumer;

/**
 * Whether there is what is asked for.
 *
 * @param ranch where
 * @param offered what is there
 */
record ComposeCheck(String ranch, List<Compose> offered) {

    /**
     * Looks each of them up. One that is not there is not asked for, as long as another one is.
     *
     * @throws InvalidOptionException none is there
     */
    void check(List<Choice> wanted, Choices choices, Consumer<String> notices) throws InvalidOptionException {
        List<Choice> missing =
                wanted.stream().filter(each -> !isOffered(each.compose())).toList();
        List<String> problems = missing.stream()
                .map(Choice::compose)
                .distinct()
                .map(this::problem)
                .toList();
        if (missing.size() == wanted.size()) {
            throw new InvalidOptionException(TestingFarmProvisionerFactory.KIND + ": " + String.join("; ", problems)
                    + " 'atex tf composes' lists them; the option check=false asks the service all the same");
        }
        missing.forEach(choices::bury);
        problems.forEach(
                problem -> notices.accept(TestingFarmProvisionerFactory.KIND + ": " + problem + " The others will do"));
    }

    private boolean isOffered(String compose) {
        return offered.stream().anyMatch(each -> each.matches(compose));
    }

    private String problem(String compose) {
        List<String> names = offered.stream()
                .filter(each -> !each.isPattern())
                .map(Compose::name)
                .toList();
        return "the ranch '" + ranch + "' has no compose '" + compose + "'"
                + Suggestion.of(compose, names)
                        .map(meant -> ", did you mean '" + meant + "'?")
                        .orElse(".");
    }
}
