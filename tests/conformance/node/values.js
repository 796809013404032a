// Values of the list as arguments of C, and back.
'use strict';

const UNKNOWN = 2n ** 64n - 1n;
const NAMES = {
  status: ('OK INVALID_ARGUMENT CONFIG CONNECT TLS TIMEOUT CANCELLED REPLY SERVICE AUTHENTICATION NOT_FOUND '
    + 'RATE_LIMITED IO NO_SPACE VERIFY PATCH BUSY DOWNGRADE INTERNAL UNSUPPORTED NETWORK').split(' '),
  stage: ' config sign connect tls send receive decode service download verify patch io'.split(' '),
  kind: ' url file apk configuration win mac lnx'.split(' '),
  upgrade_type: 'unknown prompt silent force'.split(' '),
  patch_algo: 'none hdiffpatch'.split(' '),
  origin: ' downloaded resumed patched present'.split(' '),
  type: ' start download upgrade'.split(' '),
  signature_policy: ' off when_present required'.split(' '),
  log: ' error warn info debug'.split(' '),
};

/** A value of the list as an argument of this C type. */
function toC(field, value, type) {
  if (type === 'const char *') return value === '(null)' ? null : value;
  if (value === 'true' || value === 'false') return Number(value === 'true');
  if (value === '(null)') return UNKNOWN;
  const number = (NAMES[field] ?? []).indexOf(value);
  return number >= 0 ? number : BigInt(value);
}

/** What the library gave as a value of the list. */
function fromC(field, value, type = '') {
  const names = NAMES[type.replace('upgradelink_', '')];
  if (names) return names[value] || String(value);
  if (field.startsWith('is_')) return value ? 'true' : 'false';
  if (value === null || (type === 'uint64_t' && BigInt(value) === UNKNOWN)) return '(null)';
  return String(value);
}

module.exports = { UNKNOWN, toC, fromC };
