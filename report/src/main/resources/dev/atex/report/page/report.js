'use strict';
// docs/reports.md describes the data. Everything from tests is shown with textContent, never as markup.
const $ = id => document.getElementById(id);
const run = JSON.parse($('data').textContent);
// The data says which statuses are failures.
const BAD = new Set(run.bad);
const ORDER = [...run.bad, 'cancelled', 'not run', 'flaky', 'warn', 'skip', 'info', 'running', 'queued', 'pass'];
const PASSED = new Set(['flaky', 'warn', 'skip', 'info', 'pass']);
const rank = s => { const i = ORDER.indexOf(s); return i < 0 ? ORDER.indexOf('info') : i; };
const ROW = 28;
const served = location.protocol.startsWith('http');

function el(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes || {})) {
    if (k === 'class') e.className = v; else if (k.startsWith('on')) e[k] = v; else if (v !== null && v !== undefined) e.setAttribute(k, v);
  }
  e.append(...children.filter(c => c !== null && c !== undefined));
  return e;
}
// Tests may report unpaired surrogates.
const whole = text => text.toWellFormed ? text.toWellFormed() : text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
// Makes control characters, and those that change the direction of text, visible.
const visible = text => whole(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
  c => c < ' ' ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : '\ufffd');
const plain = text => visible(text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/\r+\n/g, '\n'));
// Cuts a text, never between the halves of a character.
const cut = (text, n) => /[\ud800-\udbff]/.test(text[n - 1] || '') && /[\udc00-\udfff]/.test(text[n] || '') ? text.slice(0, n - 1) : text.slice(0, n);
const short = (text, n) => text.length > n ? cut(text, n) + '…' : text;
// An object for keys from tests: a normal one has some keys already.
const dictionary = entries => Object.assign(Object.create(null), entries);
const statusClass = s => 's-' + (/^[a-z]+$/.test(s) ? s : 'none');
function duration(s) {
  if (s < 0.9995) return (s * 1000).toFixed(0) + ' ms';
  if (s < 60) return s.toFixed(1) + ' s';
  if (s < 3600) return Math.floor(s / 60) + ' m ' + String(Math.floor(s % 60)).padStart(2, '0') + ' s';
  return Math.floor(s / 3600) + ' h ' + String(Math.floor(s % 3600 / 60)).padStart(2, '0') + ' m';
}
const number = n => n.toLocaleString('en');

// ---- tests
const T = { name: 0, status: 1, note: 2, attempts: 3, results: 4, dir: 5, log: 6, tail: 7, omitted: 8 };
let tests = run.tests, haystacks = [], lower = [];
function index(i) {
  const t = tests[i];
  lower[i] = t[T.name].toLowerCase();
  haystacks[i] = (t[T.note] || '').toLowerCase() + '\n' + t[T.status];
}
const subText = r => ((r[1] || '') + '\n' + (r[2] || '') + '\n' + r[0]).toLowerCase();
const subs = t => t[T.results].filter(r => r[1] !== 0);
// Why a test did not pass: its own note, unless a subtest says more than an exit code.
function why(t) {
  const bad = PASSED.has(t[T.status]) ? [] : subs(t).filter(r => BAD.has(r[0]));
  if (!bad.length || (t[T.note] && !/^(exit code \d+|\d+ subtests? failed)$/.test(t[T.note]))) return t[T.note] || '';
  return bad[0][1] + (bad[0][2] ? ': ' + bad[0][2] : '') + (bad.length > 1 ? ' (and ' + number(bad.length - 1) + ' more)' : '');
}
const last = t => t[T.attempts][t[T.attempts].length - 1];
const seconds = t => { const a = last(t); return a ? a[2] - a[1] : 0; };

const state = { q: '', status: new Set(), sort: 'bad', open: null, unfolded: new Set(), current: -1 };
function readUrl() {
  const p = new URLSearchParams(location.hash.slice(1));
  state.q = p.get('q') || '';
  state.status = new Set((p.get('status') || '').split(',').filter(s => s));
  state.sort = ['given', 'name', 'time'].includes(p.get('sort')) ? p.get('sort') : 'bad';
  const name = p.get('test');
  const i = name === null ? -1 : tests.findIndex(t => whole(t[T.name]) === name);
  state.open = i < 0 ? null : i;
  $('q').value = state.q;
  $('sort').value = state.sort;
}
function writeUrl() {
  const p = new URLSearchParams();
  if (state.q) p.set('q', state.q);
  if (state.status.size) p.set('status', [...state.status].join(','));
  if (state.sort !== 'bad') p.set('sort', state.sort);
  if (state.open !== null) p.set('test', tests[state.open][T.name]);
  const text = p.toString();
  history.replaceState(null, '', text ? '#' + text : location.pathname + location.search);
}

let rows = [];   // [index of the test, -1 or the index of the subtest]
let words = [];
function select() {
  words = state.q.toLowerCase().split(/\s+/).filter(w => w);
  const found = [];
  let results = 0;
  for (let i = 0; i < tests.length; i++) {
    const t = tests[i];
    if (state.status.size && !state.status.has(t[T.status])) continue;
    const rest = words.filter(w => !lower[i].includes(w) && !haystacks[i].includes(w));
    let matching = null;
    if (rest.length) {
      matching = [];
      t[T.results].forEach((r, k) => { if (r[1] !== 0 && rest.every(w => subText(r).includes(w))) matching.push(k); });
      if (!matching.length) continue;
    }
    found.push([i, matching]);
    results += matching ? matching.length : t[T.results].length;
  }
  const by = { bad: (a, b) => rank(tests[a[0]][T.status]) - rank(tests[b[0]][T.status]),
    name: (a, b) => lower[a[0]] < lower[b[0]] ? -1 : 1, time: (a, b) => seconds(tests[b[0]]) - seconds(tests[a[0]]) }[state.sort];
  if (by) found.sort(by);
  rows = [];
  for (const [i, matching] of found) {
    rows.push([i, -1]);
    if (matching) matching.forEach(k => rows.push([i, k]));
    else if (state.unfolded.has(i)) tests[i][T.results].forEach((r, k) => { if (r[1] !== 0) rows.push([i, k]); });
  }
  $('shown').textContent = number(found.length) + ' of ' + number(tests.length) + ' tests, ' + number(results) + ' of ' + number(run.results) + ' results';
  $('rows').style.height = rows.length * ROW + 'px';
  state.current = Math.min(state.current, rows.length - 1);
  draw();
}
function marked(text, limit) {
  const shown = visible(short(text, limit));
  const span = el('span');
  const at = words.map(w => [shown.toLowerCase().indexOf(w), w.length]).filter(m => m[0] >= 0).sort((a, b) => a[0] - b[0])[0];
  if (!at || shown.length !== shown.toLowerCase().length) span.textContent = shown;
  else span.append(shown.slice(0, at[0]), el('mark', {}, shown.slice(at[0], at[0] + at[1])), shown.slice(at[0] + at[1]));
  return span;
}
function rowElement(n) {
  const [i, k] = rows[n], t = tests[i];
  const row = el('div', { class: 'row' + (k < 0 ? '' : ' sub') + (n === state.current ? ' current' : ''), role: 'listitem',
    'aria-setsize': rows.length, 'aria-posinset': n + 1, style: 'top:' + n * ROW + 'px', onclick: () => { state.current = n; open(i); } });
  if (k < 0) {
    const count = subs(t).length;
    row.append(count ? el('button', { class: 'fold', type: 'button', 'aria-expanded': state.unfolded.has(i), 'aria-label': 'Subtests of ' + visible(short(t[T.name], 100)),
      onclick: e => { e.stopPropagation(); unfold(i); } }, state.unfolded.has(i) ? '▾' : '▸') : el('span', { class: 'fold' }));
    row.append(el('span', { class: 'st ' + statusClass(t[T.status]) }, visible(short(t[T.status], 12))));
    const name = marked(t[T.name], 500); name.className = 'name'; row.append(name);
    if (count) row.append(el('span', { class: 'dim' }, number(count)));
    if (t[T.attempts].length > 1) row.append(el('span', { class: 's-flaky' }, t[T.attempts].length + ' attempts'));
    const note = marked(why(t), 300); note.className = 'note'; row.append(note);
    row.append(el('span', { class: 'time' }, t[T.attempts].length ? duration(seconds(t)) : ''));
  } else {
    const r = t[T.results][k];
    row.append(el('span', { class: 'st ' + statusClass(r[0]) }, visible(short(r[0], 12))));
    const name = marked(r[1], 500); name.className = 'name'; row.append(name);
    const note = marked(r[2] || '', 300); note.className = 'note'; row.append(note);
  }
  return row;
}
// Only visible rows have elements.
function draw() {
  const list = $('list'), from = Math.max(0, Math.floor(list.scrollTop / ROW) - 8), to = Math.min(rows.length, from + Math.ceil(list.clientHeight / ROW) + 16);
  const fresh = [];
  for (let n = from; n < to; n++) fresh.push(rowElement(n));
  $('rows').replaceChildren(...fresh);
}
function unfold(i) {
  if (!state.unfolded.delete(i)) state.unfolded.add(i);
  select();
}
function show(n) {
  const list = $('list'), top = n * ROW;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
}

// ---- one test
const href = path => path.split('/').map(part => part === '..' || part === '.' ? part : encodeURIComponent(part)).join('/');
const fileLink = path => { const target = href(run.base + whole(path)); return (/^[a-z]+:/i.test(target) ? './' : '') + target + (run.live && served ? location.search : ''); };
function open(i) { state.open = i; writeUrl(); detail(true); }
function close() { state.open = null; writeUrl(); detail(false); $('list').focus(); }
function detail(focus) {
  const box = $('detail');
  $('split').classList.toggle('open', state.open !== null);
  box.hidden = state.open === null;
  if (state.open === null) { draw(); return; }
  const t = tests[state.open];
  box.replaceChildren(el('header', {}, el('h2', { id: 'detail-title' }, visible(short(t[T.name], 2000))), el('button', { type: 'button', onclick: close }, 'Close')),
    el('p', {}, el('strong', { class: statusClass(t[T.status]) }, visible(t[T.status])), ' on ' + visible(run.platform)));
  if (t[T.note]) box.append(el('p', {}, visible(short(t[T.note], 5000))));
  if (t[T.attempts].length) {
    const table = el('table', { class: 'attempts' }, el('thead', {}, el('tr', {}, ...['Attempt', 'Machine', 'Start', 'Duration', 'Result', 'Reason'].map(h => el('th', { scope: 'col' }, h)))));
    const body = el('tbody');
    t[T.attempts].forEach((a, k) => {
      body.append(el('tr', {}, el('td', {}, String(a[6])), el('td', {}, visible(run.remotes[a[0]])), el('td', {}, duration(a[1])), el('td', {}, duration(a[2] - a[1])),
        el('td', { class: statusClass(a[3]) }, visible(a[3]) + (a[4] ? ', rerun' : '')), el('td', {}, visible(short(a[5] || '', 1000)),
          a[7] ? ' ' : null, a[7] ? el('a', { href: fileLink(a[7]) }, 'output') : null)));
    });
    table.append(body);
    box.append(el('h3', {}, 'Attempts'), table);
  }
  if (t[T.results].length) {
    const body = el('tbody'), limit = 2000;
    t[T.results].slice(0, limit).forEach(r => {
      const files = (r[3] || []).map(f => [el('a', { href: fileLink(f[1]) }, visible(short(f[0], 200))), ' ']).flat();
      body.append(el('tr', {}, el('td', { class: statusClass(r[0]) }, visible(short(r[0] || '', 40))), el('td', {}, r[1] === 0 ? el('em', {}, 'the test itself') : visible(short(r[1], 1000))),
        el('td', {}, visible(short(r[2] || '', 1000))), el('td', {}, ...files)));
    });
    box.append(el('h3', {}, number(t[T.results].length) + (t[T.results].length === 1 ? ' result' : ' results')), el('table', {}, el('thead', {}, el('tr', {}, ...['Status', 'Subtest', 'Note', 'Files'].map(h => el('th', { scope: 'col' }, h)))), body));
    if (t[T.results].length > limit) box.append(el('p', {}, 'Only the first ' + number(limit) + ' are shown here; the list on the left shows all.'));
  }
  if (t[T.omitted]) box.append(el('p', {}, number(t[T.omitted]) + ' more results of this test are omitted to limit the size of this page; see results.jsonl.'));
  if (t[T.log]) output(box, t);
  if (focus) { box.scrollTop = 0; box.focus(); }
  draw();
}
const TAIL = 1 << 20;
function output(box, t) {
  const status = el('span', { class: 'dim', role: 'status' }), pre = el('pre', { tabindex: 0, 'aria-label': 'Output' });
  const field = el('input', { type: 'search', 'aria-label': 'Search the output', placeholder: 'search the output' });
  box.append(el('h3', {}, 'Output'), el('p', {}, field, ' ', status, ' ', el('a', { href: fileLink(t[T.log]) }, 'full file')), pre);
  let text = null, about = '';
  const show = () => {
    if (text === null) return;
    const wanted = field.value.toLowerCase();
    if (!wanted) { pre.textContent = text; status.textContent = about; return; }
    const lines = text.split('\n').filter(line => line.toLowerCase().includes(wanted));
    pre.replaceChildren(...lines.slice(0, 2000).map(line => {
      const at = line.toLowerCase().indexOf(wanted), line2 = el('div');
      if (line.length !== line.toLowerCase().length) line2.textContent = line; // offsets in the two differ
      else line2.append(line.slice(0, at), el('mark', {}, line.slice(at, at + wanted.length)), line.slice(at + wanted.length));
      return line2;
    }));
    status.textContent = number(lines.length) + ' lines' + about.replace(/^./, ' of $&');
  };
  field.oninput = show;
  const use = (content, what) => { text = plain(content); about = what; show(); if (!field.value) pre.scrollTop = pre.scrollHeight; };
  if (served) {
    fetch(fileLink(t[T.log]), { headers: { Range: 'bytes=-' + TAIL } }).then(async r => {
      if (!r.ok) throw new Error(r.status);
      use(await r.text(), r.status === 206 ? 'last MiB' : '');
    }).catch(e => { if (t[T.tail]) use(t[T.tail], 'end of the file'); else status.textContent = 'cannot read the file: ' + e.message; });
  } else if (t[T.tail]) use(t[T.tail], t[T.tail].length >= run.tailLimit ? 'end of the file' : '');
  else { status.textContent = 'not included in this page:'; pre.hidden = true; field.hidden = true; }
}

// ---- machines
const ACTIVITIES = ['provision', 'setup', 'test', 'idle', 'release'];
const WORDS = { provision: 'provisioning', setup: 'setup', test: 'test', bad: 'failed test', rerun: 'failed test, rerun', idle: 'idle', release: 'release', wait: 'no machine' };
let regions = [];
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
function kindOf(span) {
  if (span[0] !== 2) return ACTIVITIES[span[0]];
  const a = tests[span[3]] && tests[span[3]][T.attempts].find(x => x[6] === span[4]);
  if (!a) return 'test';
  return a[4] ? 'rerun' : BAD.has(a[3]) ? 'bad' : 'test';
}
function timeline() {
  const canvas = $('timeline'), width = $('pool').clientWidth, narrow = width < 600, labels = narrow ? 70 : 150;
  const h = run.machines.length > 40 ? 12 : 18, top = 22, lanes = run.machines.length + (run.waits.length ? 1 : 0), height = top + Math.max(1, lanes) * h + 6;
  const ratio = Math.min(window.devicePixelRatio || 1, 30000 / height);
  canvas.width = width * ratio; canvas.height = height * ratio; canvas.style.height = height + 'px';
  const c = canvas.getContext('2d');
  c.scale(ratio, ratio);
  c.clearRect(0, 0, width, height);
  c.font = '11px system-ui, sans-serif'; c.textBaseline = 'middle';
  const end = Math.max(run.elapsed, 0.001), x = s => labels + s / end * (width - labels - 8);
  regions = [];
  const step = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 21600, 86400].find(s => end / s <= (narrow ? 4 : 10)) || 864000;
  for (let s = 0; s <= end; s += step) { c.fillStyle = css('--line'); c.fillRect(x(s), top - 5, 1, height - top); c.fillStyle = css('--dim'); if (x(s) < width - 40) c.fillText(s ? duration(s) : '0', x(s) + 3, 10); }
  const colours = {};
  for (const k of Object.keys(WORDS)) colours[k] = css('--b-' + k);
  const lane = (n, name, spans) => {
    const y = top + n * h;
    c.fillStyle = css('--fg');
    if (h > 12 || n % 2 === 0) c.fillText(short(visible(name), narrow ? 10 : 24), 4, y + h / 2, labels - 8);
    let drawn = -1;
    for (const [kind, from, to, text, i] of spans) {
      const a = x(from), w = Math.max(0.6, x(to) - a);
      if (a + w < drawn + 0.4 && kind !== 'bad') continue;
      c.fillStyle = colours[kind]; c.fillRect(a, y + 1, w, h - 2);
      if (w > 3) { c.fillStyle = css('--bg'); c.fillRect(a + w - 0.5, y + 1, 0.5, h - 2); }
      drawn = a + w;
      regions.push([a, y, a + w, y + h, kind, name, from, to, text, i]);
    }
  };
  run.machines.forEach((m, n) => lane(n, m[0], m[2].map(s => s[0] === 2
    ? [kindOf(s), s[1], s[2], (tests[s[3]] ? tests[s[3]][T.name] : '') + (s[4] > 1 ? ', attempt ' + s[4] : ''), s[3]]
    : [kindOf(s), s[1], s[2], s[3], -1])));
  if (run.waits.length) lane(run.machines.length, 'no machine', run.waits.map(w => ['wait', w[0], w[1], w[2], -1]));
  canvas.setAttribute('aria-label', 'Timeline of ' + run.machines.length + ' machines over ' + duration(run.elapsed) + '; see the tables below');
}
function at(e) {
  const box = $('timeline').getBoundingClientRect(), px = e.clientX - box.left, py = e.clientY - box.top;
  return regions.filter(r => px >= r[0] - 1 && px <= r[2] + 1 && py >= r[1] && py <= r[3]).pop();
}
$('timeline').onmousemove = e => {
  const r = at(e), tip = $('tip');
  tip.hidden = !r;
  if (!r) return;
  tip.textContent = visible(r[5]) + ': ' + WORDS[r[4]] + (r[8] ? ', ' + visible(short(r[8], 300)) : '') + ' (' + duration(r[6]) + ' + ' + duration(r[7] - r[6]) + ')';
  tip.style.left = Math.min(e.clientX + 12, innerWidth - tip.offsetWidth - 8) + 'px'; tip.style.top = e.clientY + 14 + 'px';
};
$('timeline').onmouseleave = () => { $('tip').hidden = true; };
$('timeline').onclick = e => { const r = at(e); if (r && r[9] >= 0) open(r[9]); };
function pool() {
  let present = 0, busy = 0;
  const table = el('tbody');
  for (const m of run.machines.slice(0, 1000)) {
    const sum = [0, 0, 0, 0, 0], idle = dictionary();
    let count = 0;
    for (const s of m[2]) { sum[s[0]] += s[2] - s[1]; if (s[0] === 2) count++; if (s[0] === 3) idle[s[3]] = (idle[s[3]] || 0) + s[2] - s[1]; }
    const there = sum[1] + sum[2] + sum[3] + sum[4];
    const why = Object.entries(idle).filter(w => w[1] >= 0.05).sort((a, b) => b[1] - a[1]).map(w => w[0] + ' ' + duration(w[1])).join(', ');
    table.append(el('tr', {}, ...[visible(m[0]), visible(m[1]), number(count), duration(sum[0]), duration(sum[1]), duration(sum[2]), duration(sum[3]), visible(why), duration(sum[4]),
      there ? (100 * sum[2] / there).toFixed(0) + ' %' : ''].map(x => el('td', {}, x))));
  }
  for (const m of run.machines) for (const s of m[2]) { if (s[0] > 0) present += s[2] - s[1]; if (s[0] === 2) busy += s[2] - s[1]; }
  const idle = run.waits.reduce((sum, w) => sum + w[1] - w[0], 0);
  $('utilisation').textContent = number(run.machines.length) + (run.machines.length === 1 ? ' machine' : ' machines') + ' for ' + number(Math.round(present / 6) / 10) + ' machine-minutes, ' + (present ? (100 * busy / present).toFixed(0) : '0')
    + ' % of them running tests' + (idle >= 0.05 ? '; ' + duration(idle) + ' without a machine while tests were waiting' : '');
  const head = names => el('thead', {}, el('tr', {}, ...names.map(h => el('th', { scope: 'col' }, h))));
  const box = $('machines').querySelector('div');
  box.replaceChildren(el('table', {}, head(['Machine', 'Provisioner', 'Tests', 'Provisioning', 'Setup', 'Testing', 'Idle', 'Reasons for idling', 'Release', 'Utilization']), table));
  if (run.waits.length) box.append(el('h3', {}, 'Waits for machines'), el('table', {}, head(['Start', 'Duration', 'Reason']),
    el('tbody', {}, ...run.waits.slice(0, 500).map(w => el('tr', {}, ...[duration(w[0]), duration(w[1] - w[0]), visible(short(w[2], 500))].map(x => el('td', {}, x)))))));
  timeline();
}
$('legend').append(...Object.keys(WORDS).map(k => el('span', {}, el('i', { style: 'background:var(--b-' + k + ')' }), WORDS[k])));

// ---- summary
function summary() {
  const omitted = tests.reduce((sum, t) => sum + (t[T.omitted] || 0), 0);
  const counts = dictionary();
  for (const t of tests) counts[t[T.status]] = (counts[t[T.status]] || 0) + 1;
  const order = Object.keys(counts).sort((a, b) => rank(a) - rank(b));
  document.title = ([...BAD].some(s => counts[s]) ? '✗ ' : '') + run.id;
  $('title').textContent = 'Run ' + visible(run.id);
  $('when').textContent = visible(run.platform) + ', ' + new Date(run.started).toLocaleString() + ', ' + duration(run.elapsed);
  const words = { UNFINISHED: run.live ? 'Running' : 'Not finished', INTERRUPTED: 'Interrupted', FINISHED: 'Finished' };
  $('state').replaceChildren(el('strong', {}, words[run.state]), run.interrupted ? ' (' + visible(run.interrupted) + ')' : '', ': ' + number(tests.length) + ' tests, ' + number(run.results) + ' results. ',
    omitted ? number(omitted) + ' of them are omitted to limit the size of this page; see results.jsonl. ' : '',
    ...order.flatMap((s, i) => [i ? ', ' : '', el('span', { class: statusClass(s) }, number(counts[s]) + ' ' + visible(short(s, 30)))]));
  $('shares').replaceChildren(...order.map(s => el('span', { style: 'flex:' + counts[s] + ';background:' + (dictionary({ ...Object.fromEntries(run.bad.map(w => [w, 'var(--b-bad)'])), pass: 'var(--b-test)', infra: 'var(--infra)',
    flaky: 'var(--b-rerun)', warn: 'var(--b-rerun)', running: 'var(--b-setup)' })[s] || 'var(--b-idle)') })));
  $('chips').replaceChildren(...order.slice(0, 20).map(s => el('button', { type: 'button', 'aria-pressed': state.status.has(s), onclick: () => {
    if (!state.status.delete(s)) state.status.add(s);
    writeUrl(); summary(); select();
  } }, el('span', { class: statusClass(s) }, visible(short(s, 30))), ' ' + number(counts[s]))).flatMap(b => [b, ' ']));
  for (const list of ['problems', 'notes']) {
    $(list).hidden = !run[list].length;
    $(list).querySelector('ul').replaceChildren(...run[list].slice(0, 100).map(p => el('li', {}, visible(short(p, 2000)))));
  }
}

// ---- user input
let pending = 0;
$('q').oninput = () => { clearTimeout(pending); pending = setTimeout(() => { state.q = $('q').value; state.current = -1; $('list').scrollTop = 0; writeUrl(); select(); }, 60); };
$('sort').onchange = () => { state.sort = $('sort').value; writeUrl(); select(); };
$('list').onscroll = () => requestAnimationFrame(draw);
addEventListener('resize', () => { draw(); timeline(); });
addEventListener('hashchange', () => { readUrl(); summary(); select(); detail(false); });
$('theme').onclick = () => {
  const root = document.documentElement, dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  timeline();
};
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', timeline);
addEventListener('keydown', e => {
  if (e.key === 'Escape') { if (state.open !== null) close(); else e.target.blur && e.target.blur(); return; }
  if (e.ctrlKey || e.metaKey || e.altKey || ['INPUT', 'SELECT', 'TEXTAREA'].includes(e.target.tagName)) return;
  const move = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (e.key === '/') { e.preventDefault(); $('q').focus(); $('q').select(); }
  else if (move && (e.key.length === 1 || $('list').contains(e.target))) {
    e.preventDefault();
    state.current = Math.max(0, Math.min(rows.length - 1, state.current + move));
    show(state.current); draw();
    if (state.open !== null && rows[state.current]) { state.open = rows[state.current][0]; writeUrl(); detail(false); }
  } else if (e.key === 'Enter' && e.target.tagName !== 'BUTTON' && e.target.tagName !== 'A' && e.target.tagName !== 'SUMMARY' && rows[state.current]) open(rows[state.current][0]);
  else if (e.key === 'o' && rows[state.current]) unfold(rows[state.current][0]);
});

// ---- live
function live() {
  const source = new EventSource('events' + location.search + '&since=' + run.version);
  source.onmessage = e => {
    const news = JSON.parse(e.data);
    for (const [i, t] of Object.entries(news.tests)) { tests[i] = t; index(i); }
    const shown = state.open !== null && news.tests[state.open];
    delete news.tests;
    Object.assign(run, news);
    summary(); select(); pool();
    if (shown && !$('detail').contains(document.activeElement)) detail(false);
    if (run.state !== 'UNFINISHED') source.close();
  };
  source.onopen = () => { if ($('lost')) $('lost').remove(); };
  source.onerror = () => {
    if ($('lost')) $('lost').remove();
    $('state').append(el('span', { id: 'lost' }, source.readyState === 2 ? ' The run is no longer served.' : ' Lost the connection to the run; retrying.'));
  };
}

for (let i = 0; i < tests.length; i++) index(i);
readUrl(); summary(); select(); pool(); detail(false);
if (run.live && served && run.state === 'UNFINISHED') live();
document.documentElement.dataset.ready = 'yes';
