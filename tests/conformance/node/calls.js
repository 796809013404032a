// A case of the conformance list: what it remembers, what it calls, and what came.
'use strict';

const abi = require('./abi.js');
const { UNKNOWN, toC, fromC } = require('./values.js');

const FOREVER = 2 ** 32 - 1;
const HANDLES = {
  config: 'config', query: 'query', option: 'fetch_options', patch: 'patch_options', event: 'event',
};
// Fields that no setter of the library knows.
const FIELDS = {
  link: ['url', 'size', 'md5'],
  argument: ['timeout_ms', 'until_unix_ms', 'interval_ms', 'feature'],
};

class Wrong extends Error {}
class Failed extends Error {}

class Calls {
  constructor(library, endpoint, work) {
    Object.assign(this, { library, endpoint, work, lines: {}, came: {}, log: '', kept: [] });
    for (const line of [...Object.keys(HANDLES), 'link', 'argument']) this.lines[line] = [];
    // What is given when a handle is made, and what is set on it whatever the list says.
    this.made = {
      config: { access_key: 'access', secret_key: 'secret' },
      query: { kind: 'url', app_key: '', version_code: '1' },
      option: { folder: work },
      patch: { base: '', patch: '', output: '' },
      event: { type: 'start', app_key: '', version_code: '1' },
    };
    this.always = { config: { endpoint, allow_http: 'true', proxy: '' } };
  }

  remember(line, field, value) {
    if (!this.lines[line]) throw new Wrong(`unknown line: ${line}`);
    if (FIELDS[line] && !FIELDS[line].includes(field)) throw new Wrong(`unknown field: ${field}`);
    this.lines[line].push([field, value]);
  }

  close() {
    for (const kept of this.kept) kept.release();
  }

  // Handles

  fields(line) {
    const made = { ...this.made[line] };
    const rest = Object.entries(this.always[line] ?? {});
    for (const [field, value] of this.lines[line])
      if (field in made) made[field] = value;
      else rest.push([field, value]);
    return { made, rest };
  }

  handle(line) {
    const prefix = HANDLES[line];
    const create = this.library[`${prefix}_new`];
    const { made, rest } = this.fields(line);
    const given = Object.entries(made).slice(0, create.parameters.length);
    const handle = create(...given.map(([field, value], at) => toC(field, value, create.parameters[at])));
    for (const [field, value] of rest) this.set(prefix, handle, field, value);
    return handle;
  }

  set(prefix, handle, field, value) {
    if (field === 'log') {
      const log = abi.keep('upgradelink_log', (_, level, message) => { this.log += `${message}\n`; });
      this.kept.push(log);
      this.library.config_set_log(handle, toC('log', value, ''), log.pointer, null);
    } else if (field === 'ca_pem') {
      const text = toC(field, value, 'const char *');
      this.library.config_set_ca_pem(handle, text, Buffer.byteLength(text ?? ''));
    } else {
      const name = field === 'public_key' ? `${prefix}_add_${field}` : `${prefix}_set_${field}`;
      if (!this.library[name]) throw new Wrong(`unknown field: ${field}`);
      this.library[name](handle, toC(field, value, this.library[name].parameters[1]));
    }
  }

  /** Lends a handle that is freed in any case. */
  async lend(handle, free, use) {
    try {
      return await use(handle);
    } finally {
      this.library[`${free}_free`](handle);
    }
  }

  argument(name) {
    const found = this.lines.argument.findLast(([field]) => field === name);
    if (!found) throw new Wrong(`the argument ${name} is missing`);
    return found[1];
  }

  // Calls

  async call(how, verb) {
    this.came = { status: 'OK' };
    if (!VERBS.includes(verb)) throw new Wrong(`unknown verb: ${verb}`);
    this.how = how;
    try {
      await this[verb]();
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
    }
  }

  /** Calls a function whose last parameter is a place for the error, and whose last but one may be one for a result. */
  result(name, ...given) {
    const call = this.library[name];
    const places = call.parameters.slice(given.length).map(() => [null]);
    const status = call(...given, ...places);
    this.came.status = fromC('', status, 'upgradelink_status');
    if (status !== 0) {
      const [error] = places.at(-1);
      this.read('error', error, 'error');
      this.library.error_free(error);
      throw new Failed();
    }
    return places[0][0];
  }

  /** Calls, or starts, waits and takes. */
  async either(name, take, given, how = this.how) {
    if (how === 'call' || how === 'stop') {
      const progress = this.library[name].parameters.includes('upgradelink_progress');
      return this.result(name, ...given, ...(progress ? [this.progress(), null] : []));
    }
    const start = this.library[`${name}_start`];
    if (!start) throw new Wrong(`${name} has no ${how}`);
    const progress = start.parameters.includes('upgradelink_progress') ? [this.progress()] : [];
    const operation = this.result(`${name}_start`, ...given, ...progress, null, null);
    if (how === 'cancel') this.library.operation_cancel(operation);
    // Callbacks run in the event loop of Node, so it must not stand still.
    await new Promise((done) => this.library.operation_wait.async(operation, FOREVER, done));
    return this.lend(operation, 'operation', () => this.result(`operation_take_${take}`, operation));
  }

  progress() {
    Object.assign(this.came, { 'progress.seen': 'false', 'progress.done': '0', 'progress.total': '(null)' });
    const kept = abi.keep('upgradelink_progress', (_, phase, done, total) => {
      this.came['progress.seen'] = 'true';
      this.came['progress.done'] = String(Math.max(Number(done), Number(this.came['progress.done'])));
      if (BigInt(total) !== UNKNOWN) {
        const known = Number(this.came['progress.total']) || 0;
        this.came['progress.total'] = String(Math.max(Number(total), known));
      }
      return Number(!(this.how === 'stop' && done > 0));
    });
    this.kept.push(kept);
    return kept.pointer;
  }

  /** Reads every getter of a handle. */
  read(as, handle, prefix) {
    for (const [name, call] of Object.entries(this.library)) {
      const field = name.slice(prefix.length + 1);
      if (!name.startsWith(`${prefix}_`) || call.parameters[0] !== `const upgradelink_${prefix} *`) continue;
      if (field === 'json') {
        const length = [0];
        const json = call(handle, length);
        if (Buffer.byteLength(json) !== Number(length[0])) throw new Wrong(`the length of the JSON is not ${length}`);
        this.came[`${as}.json`] = json;
      } else if (call.parameters.length === 1) {
        this.came[`${as}.${field.replace(/^is_/, '')}`] = fromC(field, call(handle), call.returns);
      }
    }
  }

  async withClient(use) {
    const client = await this.lend(this.handle('config'), 'config', (config) => this.result('client_new', config));
    return this.lend(client, 'client', use);
  }

  async withQuery(use) {
    return this.lend(this.handle('query'), 'query', use);
  }

  /** The strategy that a function gives, read. */
  async strategyOf(call, use = () => {}) {
    return this.lend(await call(), 'strategy', (strategy) => {
      this.read('strategy', strategy, 'strategy');
      return use(strategy);
    });
  }

  /** Checks, and calls with the client and the strategy. */
  async withStrategy(use, how = 'call') {
    return this.withClient((client) => this.strategyOf(
      () => this.withQuery((query) => this.either('check', 'strategy', [client, query], how)),
      (strategy) => use(client, strategy),
    ));
  }

  async artifactOf(call) {
    const artifact = await this.lend(this.handle('option'), 'fetch_options', call);
    return this.lend(artifact, 'artifact', () => this.read('artifact', artifact, 'artifact'));
  }

  // Verbs

  check() {
    return this.withStrategy(() => {}, this.how);
  }

  describe() {
    return this.withClient(async (client) => {
      const details = await this.withQuery((query) => this.either('describe', 'details', [client, query]));
      return this.lend(details, 'version_details', () => this.read('details', details, 'version_details'));
    });
  }

  measure() {
    return this.withClient(async (client) => {
      const given = await this.either('measure', 'statistics', [client, this.fields('query').made.app_key]);
      return this.lend(given, 'statistics', () => {
        this.read('statistics', given, 'statistics');
        for (let day = 0; day < Number(this.came['statistics.day_count']); day++) {
          this.came[`statistics.day_name.${day}`] = fromC('', this.library.statistics_day_name(given, day));
          for (const [at, name] of ['downloads', 'strategies', 'upgrades', 'starts'].entries())
            this.came[`statistics.${name}.${day}`] = String(this.library.statistics_day_value(given, at + 1, day));
        }
      });
    });
  }

  fetch() {
    return this.withStrategy((client, strategy) => this.artifactOf(
      (options) => this.either('fetch', 'artifact', [client, strategy, options]),
    ));
  }

  fetch_link() {
    const link = { url: '', size: '(null)', md5: '(null)', ...Object.fromEntries(this.lines.link) };
    const types = this.library.fetch_link.parameters.slice(1, 4);
    const given = Object.entries(link).map(([field, value], at) => toC(field, value, types[at]));
    return this.withClient((client) => this.artifactOf(
      (options) => this.either('fetch_link', 'artifact', [client, ...given, options]),
    ));
  }

  patch_apply() {
    const { base, patch, output } = this.fields('patch').made;
    return this.lend(this.handle('patch'), 'patch_options',
      (options) => this.either('patch_apply', 'nothing', [base, patch, output, options]));
  }

  patch_inspect() {
    const info = this.result('patch_inspect', this.fields('patch').made.patch);
    return this.lend(info, 'patch_info', () => this.read('patch', info, 'patch_info'));
  }

  report() {
    return this.withClient((client) => this.lend(this.handle('event'), 'event',
      (event) => this.either('report', 'nothing', [client, event])));
  }

  flush() {
    return this.withClient((client) => this.result('flush', client, Number(this.argument('timeout_ms'))));
  }

  report_started() {
    const { app_key: key, version_code: code } = this.fields('query').made;
    return this.withClient((client) => this.result('report_started', client, key, BigInt(code)));
  }

  remember_upgrade() {
    return this.withStrategy((client, strategy) => this.result('remember_upgrade', client, strategy));
  }

  last_strategy() {
    return this.withClient((client) => this.strategyOf(
      () => this.withQuery((query) => this.result('last_strategy', client, query)),
    ));
  }

  skip() {
    return this.withStrategy((client, strategy) => this.result('skip', client, strategy));
  }

  snooze() {
    const until = BigInt(this.argument('until_unix_ms'));
    return this.withStrategy((client, strategy) => this.result('snooze', client, strategy, until));
  }

  is_wanted() {
    return this.withStrategy((client, strategy) => {
      this.came.wanted = fromC('is_wanted', this.library.is_wanted(client, strategy));
    });
  }

  schedule() {
    const interval = Number(this.argument('interval_ms'));
    return this.withClient(async (client) => {
      const scheduler = await this.withQuery((query) => this.result('scheduler_new', client, query, interval));
      return this.lend(scheduler, 'scheduler', () => this.strategyOf(() => this.result('scheduler_check', scheduler)));
    });
  }

  client() {
    return this.withClient(() => {});
  }

  has() {
    this.came.has = fromC('is_', this.library.has(this.argument('feature')));
  }

  version() {
    this.came.version = this.library.version();
    this.came.version_number = String(this.library.version_number());
  }
}

const VERBS = ('check describe measure fetch fetch_link patch_apply patch_inspect report flush report_started '
  + 'remember_upgrade last_strategy skip snooze is_wanted schedule client has version').split(' ');

module.exports = { Calls, Wrong };
