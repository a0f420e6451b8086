package dev.atex.testingfarm;

import dev.atex.testingfarm.api.Identity;
import dev.atex.testingfarm.api.TestingFarm;
import dev.atex.testingfarm.options.IpRange;
import java.util.List;

/**
 * A part of the service that one token is for.
 *
 * @param variable the environment variable that has the token
 * @param farm asks with that token
 * @param identity whom the service takes us for there
 * @param addresses ours, if its machines must be told to let them in
 */
record Ranch(String variable, TestingFarm farm, Identity identity, List<IpRange> addresses) {}
