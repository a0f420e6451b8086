// Makes every call of the npm package testing-farm at a stand-in: node judge.mjs URL-OF-API URL-OF-CONTROL
// What the package's own schemas do not take is an error, as is a method of it that was not called.
import assert from 'node:assert/strict';
import { register } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';

register('./as-modules.mjs', import.meta.url);
const { default: TestingFarmAPI, isError } = await import('testing-farm');

const [api, control] = process.argv.slice(2);
const base = api + '/v0.1';
const RESERVE = { url: 'https://gitlab.com/testing-farm/tests', ref: 'main', name: '/testing-farm/reserve' };
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const called = new Set();

function client(token) {
  return new Proxy(new TestingFarmAPI(base, token), {
    get(target, name) {
      called.add(name);
      return target[name].bind(target);
    },
  });
}

const anybody = client();
const ours = client('tf-token-1');
const others = client('tf-token-2');
const wrong = client('no-such-token');
const expired = client('tf-token-0');

function body(minutes, more = {}, fmf = {}) {
  const environment = {
    arch: 'x86_64',
    os: { compose: 'Fedora-42' },
    variables: { TF_RESERVATION_DURATION: String(minutes) },
    secrets: { PASSWORD: 'very-secret' },
    settings: { provisioning: { tags: { team: 'x' } } },
    tmt: { context: { trigger: 'commit' } },
    ...more,
  };
  return { test: { fmf: { ...RESERVE, ...fmf } }, environments: [environment], settings: { pipeline: { timeout: 1000 } } };
}

async function until(id, ...states) {
  for (;;) {
    const request = await anybody.requestDetails(id, false);
    if (states.includes(request.state)) {
      return request;
    }
    await pause(20);
  }
}

async function refused(call, expected) {
  await assert.rejects(call, error => {
    assert.deepEqual(JSON.parse(error.message), expected);
    assert.equal(isError(JSON.parse(error.message)), false, 'there is no code');
    return true;
  });
}

const UNAUTHORIZED = { message: 'Not authorized to perform this action' };
const invalid = (where, name) => ({ detail: [{ loc: [where, name], msg: 'value is not a valid uuid', type: 'type_error.uuid' }] });

async function itself() {
  assert.match((await anybody.about()).version, /^2/);
  assert.equal(typeof (await anybody.about(false)).release_notes, 'string');
  const me = await ours.whoami();
  assert.equal(me.token.user_id, me.user.id);
  assert.deepEqual(await ours.whoami(false), me);
  await refused(anybody.whoami(), UNAUTHORIZED);
  await refused(wrong.whoami(false), UNAUTHORIZED);
  await refused(expired.whoami(), { message: 'Token has expired' });
  return me;
}

async function composes() {
  const names = ['Fedora-42', 'Fedora-Rawhide', 'CentOS-Stream-10', 'CentOS-Stream-\\d+-[a-z]+'];
  assert.deepEqual((await anybody.composes()).composes.map(each => each.name), names);
  assert.deepEqual((await ours.ranchComposes('redhat')).composes.map(each => each.name), names);
  const kinds = (await anybody.ranchComposes('public', false)).composes.map(each => each.type);
  assert.deepEqual([...new Set(kinds)], ['compose', 'regex']);
  assert.equal((await anybody.composes(false)).composes.length, names.length);
}

async function whole(me) {
  const made = await ours.newRequest(body(2));
  await until(made.id, 'complete');
  const request = await anybody.requestDetails(made.id);
  assert.equal(request.user_id, me.user.id);
  assert.equal(request.result.overall, 'passed');
  assert.match(request.notes[0].message, /^tf-tmt\/dispatch-/);
  assert.equal(request.notes[0].level, 'info');
  assert.ok(request.run.artifacts.endsWith(made.id));
  const all = await anybody.requestDetails(made.id, false);
  assert.equal(JSON.stringify(all).includes('very-secret'), false);
  assert.equal(all.environments_requested[0].secrets, 'hidden');
  assert.deepEqual(all.environments_requested[0].settings.provisioning.tags, { team: 'x' });
  assert.equal(typeof all.queued_time, 'number');
  assert.equal(typeof all.run_time, 'number');
  assert.equal(all.test.sti, null);
  assert.deepEqual(all.user, { webpage: null });
  assert.match(all.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
  const results = await (await fetch(all.result.xunit_url)).text();
  assert.equal(results, all.result.xunit);
  assert.match(results, /overall-result="passed"/);
  await refused(ours.cancelRequest(made.id, {}), { message: "Request is in the state 'complete' and cannot be canceled" });
  return made.id;
}

async function failed() {
  const ref = await ours.newRequest(body(2, {}, { ref: 'no-such-branch' }), false);
  await until(ref.id, 'complete');
  assert.match((await ours.requestDetails(ref.id)).result.summary, /^Failed to checkout ref 'no-such-branch'/);
  const plan = await ours.unsafeNewRequest(body(2, {}, { name: '/no/such/plan' }));
  await until(plan.id, 'complete');
  assert.equal((await ours.requestDetails(plan.id)).result.overall, 'error');
  const big = { hardware: { hostname: 'guest.example.com', disk: { size: '>= 40 TB' } } };
  for (const more of [{ os: { compose: 'Fedora-1' } }, { arch: 'm68k' }, { pool: 'no-such-pool' }, big]) {
    const { id } = await ours.newRequest(body(2, more));
    await until(id, 'error');
    const request = await ours.requestDetails(id);
    assert.equal(request.result.overall, 'error');
    assert.ok(request.result.summary.length > 10);
  }
  await refused(anybody.newRequest(body(2)), UNAUTHORIZED);
  await refused(expired.newRequest(body(2), false), { message: 'Token has expired' });
  await assert.rejects(ours.unsafeNewRequest({ test: {} }), /^Error: \{"message":"malformed request/);
  await refused(anybody.requestDetails('request_id'), invalid('path', 'request_id'));
  await refused(anybody.requestDetails(UNKNOWN, false), { message: 'No such entity' });
  await refused(ours.requestDetails('x/y'), { detail: 'Not Found' });
}

async function found(me, done) {
  const day = 24 * 3600 * 1000;
  const time = offset => new Date(Date.now() + offset).toISOString();
  const filter = { state: 'complete', user_id: me.user.id, created_before: time(day), created_after: time(-day) };
  const mine = await ours.requests(filter);
  assert.ok(mine.some(request => request.id === done));
  assert.ok((await anybody.requests(filter)).some(request => request.id === done));
  assert.equal(await others.requests(filter, false), null, "with a token one's own only");
  assert.equal(await ours.requests({ ...filter, created_after: time(day) }, false), null, 'nothing found');
  assert.equal(await ours.requests({ ...filter, state: 'new' }, false), null);
  await refused(anybody.requests({ ...filter, user_id: 'me' }), invalid('query', 'user_id'));
  await refused(wrong.requests(filter), UNAUTHORIZED);
}

async function cancelled() {
  const { id } = await ours.newRequest(body(900));
  await until(id, 'running');
  assert.equal((await anybody.requestDetails(id, false)).result, null);
  await refused(anybody.cancelRequest(id, {}), UNAUTHORIZED);
  await assert.rejects(others.cancelRequest(id, {}), /not yours/);
  await refused(ours.cancelRequest('request_id', {}), invalid('path', 'request_id'));
  await refused(anybody.cancelRequest('request_id', { api_key: 'x' }, false), invalid('path', 'request_id'));
  await refused(ours.cancelRequest(UNKNOWN, {}), { message: 'No such entity' });
  const answer = await ours.cancelRequest(id, {});
  assert.equal(answer.state, 'cancel-requested');
  assert.equal(await ours.cancelRequest(id, {}, false), '', '204');
  await until(id, 'canceled');
  assert.equal(await ours.cancelRequest(id, {}, false), '', '204');
  assert.equal((await ours.requestDetails(id)).state, 'canceled');
  // with the token in the body, as it once was
  const old = await anybody.newRequest({ ...body(900), api_key: 'tf-token-1' });
  const shown = JSON.stringify(await anybody.requestDetails(old.id, false));
  assert.equal(shown.includes('tf-token-1'), false);
  assert.equal((await anybody.cancelRequest(old.id, { api_key: 'tf-token-1' })).id, old.id);
}

assert.equal(isError({ code: 500, message: 'x' }), true);
const me = await itself();
await composes();
const done = await whole(me);
await failed();
await found(me, done);
await cancelled();

const methods = Object.getOwnPropertyNames(TestingFarmAPI.prototype).filter(name => !['constructor', 'isStrict'].includes(name));
assert.deepEqual(methods.filter(name => !called.has(name)), [], 'methods that were not called');
const truth = await (await fetch(control + '/settled')).json();
assert.equal(truth.ours, 0, 'something stays rented');
console.log(`${methods.length} methods: ${methods.join(' ')}`);
