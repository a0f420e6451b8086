package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.provisioner.Provisioners;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages about machines list the options that provisioners have. */
class MachinePagesTest {
    /** The page about the machines of a kind. */
    private static final Map<String, String> PAGES = new TreeMap<>(Map.of(
            "local", "commands.md",
            "podman", "podman.md",
            "docker", "podman.md",
            "ssh", "ssh.md",
            "testingfarm", "testing-farm.md",
            "virt", "virt.md",
            "shvirt", "shvirt.md"));

    /** Pages whose tables of options have nothing but options of a provisioner. */
    private static final List<String> EXACT = List.of("virt", "shvirt");

    private static final Pattern OPTION = Pattern.compile("`([a-z-]+)(?:=[^`]*)?`");

    private static List<String> lines(String kind) throws IOException {
        return Files.readAllLines(Atex.SOURCES.resolve("docs").resolve(PAGES.get(kind)));
    }

    /** Returns the options in the first column of tables whose first column is called "option". */
    private static List<String> listed(String kind) throws IOException {
        List<String> listed = new ArrayList<>();
        boolean inTable = false;
        for (String line : lines(kind)) {
            if (!line.startsWith("|")) {
                inTable = false;
            } else if (line.startsWith("| option")) {
                inTable = true;
            } else if (inTable) {
                Matcher option = OPTION.matcher(line.replace("\\|", "").split("\\|")[1]);
                while (option.find()) {
                    listed.add(option.group(1));
                }
            }
        }
        return listed;
    }

    private static List<ProvisionerFactory> factories() throws Exception {
        return Provisioners.load().factories().stream()
                .filter(factory -> !factory.getClass().getPackageName().startsWith("dev.atex.system")) // of tests
                .toList();
    }

    private static List<String> options(ProvisionerFactory factory) {
        return factory.options().stream().map(ProvisionerFactory.Option::name).toList();
    }

    @Test
    void everyKindHasAPageWithItsOptions() throws Exception {
        for (ProvisionerFactory factory : factories()) {
            assertThat(PAGES).containsKey(factory.kind());
            String page = String.join("\n", lines(factory.kind()));
            assertThat(options(factory))
                    .as(PAGES.get(factory.kind()))
                    .allSatisfy(option -> assertThat(page).containsPattern("`" + option + "[=`]"));
        }
    }

    @Test
    void tablesOfVirtualMachinesListTheirOptionsOnce() throws Exception {
        for (ProvisionerFactory factory : factories()) {
            if (EXACT.contains(factory.kind())) {
                assertThat(listed(factory.kind()))
                        .as(PAGES.get(factory.kind()))
                        .containsExactlyInAnyOrderElementsOf(options(factory));
            }
        }
    }
}
