// The C ABI for koffi, declared by the prototypes of the header itself.
'use strict';

const fs = require('fs');
const koffi = require('koffi');

// Function pointers, which a declaration of koffi names by their prototype.
const CALLBACKS = {
  upgradelink_log: 'void upgradelink_log_proto(void *user_data, int32_t level, const char *message)',
  upgradelink_completion: 'void upgradelink_completion_proto(void *user_data, upgradelink_operation *operation)',
  upgradelink_progress:
    'int32_t upgradelink_progress_proto(void *user_data, int32_t phase, uint64_t done, uint64_t total)',
  upgradelink_due: 'void upgradelink_due_proto(void *user_data, upgradelink_scheduler *scheduler)',
};

/** Each function of the library by its name without the prefix; beside each stand its C types. */
exports.load = function load(library, header) {
  const text = fs.readFileSync(header, 'utf8').replace(/\/\*[^]*?\*\//g, '').replace(/^\s*#.*$/gm, '');
  for (const [, name] of text.matchAll(/^typedef struct (\w+) \w+;/gm)) koffi.opaque(name);
  for (const [, name] of text.matchAll(/^typedef int32_t (\w+);/gm)) koffi.alias(name, 'int32_t');
  exports.callbacks = {};
  for (const [name, proto] of Object.entries(CALLBACKS))
    exports.callbacks[name] = koffi.pointer(name, koffi.proto(proto));
  // Those that this program has no use for.
  for (const [, name] of text.matchAll(/^typedef [\w ]+\(\*(\w+)\)/gm))
    if (!CALLBACKS[name]) koffi.alias(name, 'void *');

  const opened = koffi.load(library);
  const functions = {};
  for (const [, returns, name, list] of text.matchAll(/UPGRADELINK_API\s+([\w\s]+?[\s*]+)(\w+)\(([^()]*)\);/g)) {
    const parameters = list === 'void' ? [] : list.split(',').map((one) => one.trim().replace(/\s+/g, ' '));
    // A pointer to a handle or to a length is a place for what comes out.
    const places = parameters.map((one) => (/\*\*|^size_t \*/.test(one) ? `_Out_ ${one}` : one));
    const call = opened.func(`${returns} ${name}(${places.join(', ')})`);
    call.returns = returns.trim();
    call.parameters = parameters.map((one) => one.replace(/\w+$/, '').trim());
    functions[name.replace('upgradelink_', '')] = call;
  }
  return functions;
};

/** Keeps a callback alive until `release` is called. */
exports.keep = function keep(type, callback) {
  const kept = koffi.register(callback, exports.callbacks[type]);
  return { pointer: kept, release: () => koffi.unregister(kept) };
};
