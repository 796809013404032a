// Checks for an upgrade, fetches it, and shows how far it is. Ctrl-C cancels; the next run goes on from there.
//
//     npm install koffi
//     UPGRADELINK_ACCESS_KEY=... UPGRADELINK_SECRET_KEY=... node update.js APK_KEY VERSION_CODE FOLDER
//
// UPGRADELINK_LIBRARY names the library where the system does not find it, UPGRADELINK_ENDPOINT a server of your own.
'use strict';

const koffi = require('koffi');

const KIND_APK = 3;
const STATUS_CANCELLED = 6;
const WAIT_FOREVER = 2 ** 32 - 1;

for (const handle of ['config', 'client', 'query', 'strategy', 'fetch_options', 'operation', 'artifact', 'error'])
  koffi.opaque(`upgradelink_${handle}`);
const Progress = koffi.pointer('Progress', koffi.proto(
  'int32_t progress(void *user_data, int32_t phase, uint64_t done, uint64_t total)',
));

const library = koffi.load(process.env.UPGRADELINK_LIBRARY ?? 'libupgradelink.so.0');

// The prototypes of the header; _Out_ stands before a place for what comes out.
const c = Object.fromEntries([
  'upgradelink_config *upgradelink_config_new(const char *access_key, const char *secret_key)',
  'void upgradelink_config_set_endpoint(upgradelink_config *config, const char *endpoint)',
  'void upgradelink_config_set_allow_http(upgradelink_config *config, int32_t allow)',
  'void upgradelink_config_free(upgradelink_config *config)',
  'int32_t upgradelink_client_new(const upgradelink_config *config, _Out_ upgradelink_client **client, '
    + '_Out_ upgradelink_error **error)',
  'void upgradelink_client_free(upgradelink_client *client)',
  'upgradelink_query *upgradelink_query_new(int32_t kind, const char *app_key, int64_t version_code)',
  'void upgradelink_query_free(upgradelink_query *query)',
  'int32_t upgradelink_check_start(const upgradelink_client *client, const upgradelink_query *query, '
    + 'void *completion, void *user_data, _Out_ upgradelink_operation **operation, _Out_ upgradelink_error **error)',
  'int32_t upgradelink_strategy_is_available(const upgradelink_strategy *strategy)',
  'const char *upgradelink_strategy_version_name(const upgradelink_strategy *strategy)',
  'void upgradelink_strategy_free(upgradelink_strategy *strategy)',
  'upgradelink_fetch_options *upgradelink_fetch_options_new(const char *folder)',
  'void upgradelink_fetch_options_free(upgradelink_fetch_options *options)',
  'int32_t upgradelink_fetch_start(const upgradelink_client *client, const upgradelink_strategy *strategy, '
    + 'const upgradelink_fetch_options *options, Progress progress, void *completion, void *user_data, '
    + '_Out_ upgradelink_operation **operation, _Out_ upgradelink_error **error)',
  'int32_t upgradelink_operation_wait(const upgradelink_operation *operation, uint32_t timeout_ms)',
  'void upgradelink_operation_cancel(upgradelink_operation *operation)',
  'int32_t upgradelink_operation_take_strategy(upgradelink_operation *operation, '
    + '_Out_ upgradelink_strategy **strategy, _Out_ upgradelink_error **error)',
  'int32_t upgradelink_operation_take_artifact(upgradelink_operation *operation, '
    + '_Out_ upgradelink_artifact **artifact, _Out_ upgradelink_error **error)',
  'void upgradelink_operation_free(upgradelink_operation *operation)',
  'const char *upgradelink_artifact_path(const upgradelink_artifact *artifact)',
  'void upgradelink_artifact_free(upgradelink_artifact *artifact)',
  'int32_t upgradelink_error_status(const upgradelink_error *error)',
  'const char *upgradelink_error_message(const upgradelink_error *error)',
  'void upgradelink_error_free(upgradelink_error *error)',
].map((prototype) => [prototype.match(/upgradelink_(\w+)\(/)[1], library.func(prototype)]));

/** Calls a function that ends with a place for its result and one for its error. */
function call(name, ...given) {
  const result = [null];
  const failure = [null];
  const status = c[name](...given, result, failure);
  if (status === 0) return result[0];
  const error = Object.assign(new Error(c.error_message(failure[0])), { status });
  c.error_free(failure[0]);
  throw error;
}

/** Waits for an operation without standing in the way of the event loop, where callbacks run, and takes its result. */
async function taken(operation, what) {
  const cancel = () => c.operation_cancel(operation);
  process.once('SIGINT', cancel);
  await new Promise((done) => c.operation_wait.async(operation, WAIT_FOREVER, done));
  process.off('SIGINT', cancel);
  try {
    return call(`operation_take_${what}`, operation);
  } finally {
    c.operation_free(operation);
  }
}

function newClient() {
  const endpoint = process.env.UPGRADELINK_ENDPOINT;
  const config = c.config_new(process.env.UPGRADELINK_ACCESS_KEY, process.env.UPGRADELINK_SECRET_KEY);
  if (endpoint) {
    c.config_set_endpoint(config, endpoint);
    c.config_set_allow_http(config, Number(endpoint.startsWith('http:')));
  }
  try {
    return call('client_new', config);
  } finally {
    c.config_free(config);
  }
}

async function check(client, appKey, versionCode) {
  const query = c.query_new(KIND_APK, appKey, versionCode);
  const operation = call('check_start', client, query, null, null);
  c.query_free(query);
  return taken(operation, 'strategy');
}

/** The path of the file. */
async function fetchFile(client, strategy, folder) {
  // Called from a thread of the library, so it is registered and not just passed.
  const progress = koffi.register((_, phase, done, total) => {
    console.log(`${done} of ${total} bytes`);
    return 1;
  }, Progress);
  const options = c.fetch_options_new(folder);
  const operation = call('fetch_start', client, strategy, options, progress, null, null);
  c.fetch_options_free(options);
  try {
    const artifact = await taken(operation, 'artifact');
    const path = c.artifact_path(artifact);
    c.artifact_free(artifact);
    return path;
  } finally {
    koffi.unregister(progress);
  }
}

async function main(appKey, versionCode, folder) {
  const client = newClient();
  try {
    const strategy = await check(client, appKey, Number(versionCode));
    if (!c.strategy_is_available(strategy)) {
      console.log('already the newest');
    } else {
      console.log(`version ${c.strategy_version_name(strategy)} is out`);
      console.log(`fetched ${await fetchFile(client, strategy, folder)}`);
    }
    c.strategy_free(strategy);
  } catch (error) {
    console.log(error.status === STATUS_CANCELLED ? 'cancelled' : error.message);
    process.exitCode = 1;
  } finally {
    c.client_free(client);
  }
}

main(...process.argv.slice(2));
