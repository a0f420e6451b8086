package dev.atex.testingfarm;

import dev.atex.testingfarm.api.Identity;
import dev.atex.testingfarm.api.TestingFarm;
import dev.atex.testingfarm.options.IpRange;
import java.util.List;

/**
 * A part of the service, selected by a token.
 *
 * @param variable the environment variable with the token
 * @param farm the client with that token
 * @param identity token and user, as the service reports them
 * @param addresses our addresses, if its machines need a rule to admit them
 */
record Ranch(String variable, TestingFarm farm, Identity identity, List<IpRange> addresses) {}
