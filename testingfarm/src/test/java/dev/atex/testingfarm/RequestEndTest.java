package dev.atex.testingfarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reasons from texts of the service. */
class RequestEndTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Failed to checkout ref 'x' of https://e.org/t. The git branch was probably deleted before.| PERMANENT",
                "Failed to clone repository https://e.org/none| PERMANENT",
                "fatal: Remote branch nope not found in upstream origin| PERMANENT",
                "Did not find any plans matching '/x'.| PERMANENT",
                "Did not find any tests matching '/x'.| PERMANENT",
                "No plans found.| PERMANENT",
                "No test environments| PERMANENT",
                "Unsupported format of the fmf file.| PERMANENT",
                "Hardware requirement 'memroy' is not one| PERMANENT",
                "hardware: cannot parse '>= 8 XB'| PERMANENT",
                "Not authorized to perform this action| PERMANENT",
                "403 Forbidden| PERMANENT",
                "No such revision: 0123abc| PERMANENT",
                "The plan '/x' does not exist| PERMANENT",
                "Unsupported architecture 'vax'| CHOICE",
                "There is no suitable guest right now| PROVISIONING",
                "compose 'Fedora-1' is not available| CHOICE",
                "Compose Fedora-1 not found| CHOICE",
                "No pool has machines of the architecture 's390x'| CHOICE",
                "There is no pool 'x'| CHOICE",
                "No pool has a machine with the hardware memory: >= 900 GB| CHOICE",
                "no machine could be provisioned| PROVISIONING",
                "Failed to provision guest| PROVISIONING",
                "Artemis resource ended in 'error' state| PROVISIONING",
                "Timed out waiting for guest| PROVISIONING",
                "quota exceeded| PROVISIONING",
                "the guest did not come back: the reboot timeout was exceeded| INFRASTRUCTURE",
                "something odd| INFRASTRUCTURE",
                "preparing the merge of two things| INFRASTRUCTURE",
                "''| INFRASTRUCTURE",
            })
    void summaryDecidesAboutRetry(String said, RequestEnd end) {
        assertThat(RequestEnd.of(said)).isEqualTo(end);
    }
}
