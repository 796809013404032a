//! Configuration: what a client is made of. It belongs to one thread at a time and can be freed as
//! soon as the client is made; a wrong value is reported by `upgradelink_client_new`.

use std::{
    ffi::{c_char, c_void},
    slice,
    time::Duration,
};

use super::{
    guard::{Draft, free, guard_or, guard_set},
    text::{Text, optional, required},
    version::before_callback,
};
use crate::{
    config::{self, Proxy},
    error::{Error, Result},
    log::{Level, Log},
    signature::Policy,
};

/// In a limit: no limit at all.
pub const UPGRADELINK_WAIT_FOREVER: u32 = 4294967295;

/// How much a log line matters: one of the `UPGRADELINK_LOG_` constants.
pub type LogLevel = i32;

/// A call failed in a way that the library cannot mend.
pub const UPGRADELINK_LOG_ERROR: LogLevel = 1;
/// Something failed and is tried again or done otherwise.
pub const UPGRADELINK_LOG_WARN: LogLevel = 2;
/// Something the host may want to know.
pub const UPGRADELINK_LOG_INFO: LogLevel = 3;
/// Each request.
pub const UPGRADELINK_LOG_DEBUG: LogLevel = 4;

/// Whether files need a signature: one of the `UPGRADELINK_SIGNATURE_` constants.
pub type SignaturePolicy = i32;

/// Signatures are not looked for.
pub const UPGRADELINK_SIGNATURE_OFF: SignaturePolicy = 1;
/// One that is there must be right. Whoever can change the file can also take its signature away.
pub const UPGRADELINK_SIGNATURE_WHEN_PRESENT: SignaturePolicy = 2;
/// A file without a right one is refused.
pub const UPGRADELINK_SIGNATURE_REQUIRED: SignaturePolicy = 3;

/// Takes a line of the log, on whichever thread has something to say; `message` lives until it
/// returns. The library may be called from within.
pub type LogCallback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, level: LogLevel, message: *const c_char)>;

/// What a client is made of.
pub struct Config {
    value: config::Config,
    fault: Option<Error>,
}

impl Config {
    pub fn draft(&mut self) -> &mut config::Config {
        &mut self.value
    }

    /// The configuration, or what a setter refused.
    pub fn value(&self) -> Result<config::Config> {
        self.fault.clone().map_or_else(|| Ok(self.value.clone()), Err)
    }
}

impl Draft for Config {
    fn fault(&mut self) -> &mut Option<Error> {
        &mut self.fault
    }
}

/// Makes a configuration with the service's own address and the default limits.
///
/// `access_key` and `secret_key` are the pair from the service's console; both are copied, and the
/// secret is wiped when the last handle that holds it is freed. Never NULL but for lack of memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_new(
    access_key: *const c_char,
    secret_key: *const c_char,
) -> *mut Config {
    guard_or(std::ptr::null_mut(), || {
        let mut config = Config { value: config::Config::new("", ""), fault: None };
        // SAFETY: the texts are NULL or NUL-terminated, as the header demands.
        let keys = unsafe { required(access_key).and_then(|access| Ok((access, required(secret_key)?))) };
        match keys {
            Ok((access, secret)) => config.value = config::Config::new(access, secret),
            Err(refused) => {
                config.fault = Some(Error::argument(format!("upgradelink_config_new: {}", refused.message)));
            }
        }
        Ok(Box::into_raw(Box::new(config)))
    })
}

/// Asks another server: an absolute link such as `https://updates.example.com`, which may have a
/// path that a reverse proxy takes off before the service sees it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_endpoint(config: *mut Config, endpoint: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_endpoint", |config| {
            config.value.endpoint = required(endpoint)?.to_owned();
            Ok(())
        });
    }
}

/// Allows plain HTTP for the service and for files. Off by default: anybody on the way could then
/// read and change answers and files.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_allow_http(config: *mut Config, allow: i32) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_allow_http", |config| {
            config.value.allow_http = allow != 0;
            Ok(())
        });
    }
}

/// Limits resolving, connecting and the TLS handshake together. Default: 10,000 ms.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_connect_timeout_ms(config: *mut Config, limit: u32) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_connect_timeout_ms", |config| {
            config.value.connect_timeout = duration(limit);
            Ok(())
        });
    }
}

/// Limits the wait for the first byte of an answer, and for each further one. Default: 20,000 ms.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_response_timeout_ms(config: *mut Config, limit: u32) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_response_timeout_ms", |config| {
            config.value.response_timeout = duration(limit);
            Ok(())
        });
    }
}

/// Limits a whole call of the service, all its attempts and the pauses between them. A fetch is not
/// bound by it. Default: 30,000 ms.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_total_timeout_ms(config: *mut Config, limit: u32) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_total_timeout_ms", |config| {
            config.value.total_timeout = duration(limit);
            Ok(())
        });
    }
}

/// How often a request is sent at most when the network or a server on the way fails, 1 to 100.
/// An answer of the service itself is never asked for again. Default: 3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_max_attempts(config: *mut Config, attempts: u32) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_max_attempts", |config| {
            config.value.max_attempts = attempts;
            Ok(())
        });
    }
}

/// The proxy: NULL takes it from the environment (ALL_PROXY, HTTPS_PROXY, HTTP_PROXY, NO_PROXY)
/// when the client is made, which is the default; an empty text means none; else a link such as
/// `http://user:password@proxy.example.com:3128`. SOCKS is not supported: as a link it is refused, in the
/// environment it is passed over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_proxy(config: *mut Config, proxy: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_proxy", |config| {
            config.value.proxy = match optional(proxy)? {
                None => Proxy::Environment,
                Some("") => Proxy::None,
                Some(url) => Proxy::Url(url.to_owned()),
            };
            Ok(())
        });
    }
}

/// Trusts the certificates in `pem` (`length` bytes of PEM, copied) beside the bundled roots; NULL
/// trusts the bundled ones alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_ca_pem(
    config: *mut Config,
    pem: *const c_char,
    length: usize,
) {
    // SAFETY: the handle is NULL or live, and `pem` NULL or readable for `length`, as the header
    // demands; a length beyond isize::MAX is refused before it is used.
    unsafe {
        guard_set(config, "upgradelink_config_set_ca_pem", |config| {
            if isize::try_from(length).is_err() {
                return Err(Error::argument("the length is not that of any text"));
            }
            config.value.ca_pem =
                (!pem.is_null()).then(|| slice::from_raw_parts(pem.cast::<u8>(), length).to_vec());
            Ok(())
        });
    }
}

/// Whether the operating system judges certificates, by its own roots and settings, instead of the
/// bundled roots; those of `upgradelink_config_set_ca_pem` are trusted beside. Off by default.
///
/// `upgradelink_client_new` answers `UNSUPPORTED` where the build or the platform cannot (Android, and
/// builds without the feature `platform-verifier`), and `CONFIG` where the system has no roots: leave
/// it off there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_platform_roots(config: *mut Config, use_them: i32) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_platform_roots", |config| {
            config.value.platform_roots = use_them != 0;
            Ok(())
        });
    }
}

/// The User-Agent of every request. Default: `upgradelink/` and the version.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_user_agent(config: *mut Config, user_agent: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_user_agent", |config| {
            config.value.user_agent = required(user_agent)?.to_owned();
            Ok(())
        });
    }
}

/// The device's key, at most 128 characters, by which the service targets groups of devices; NULL
/// for none. A query's own key wins.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_device_key(config: *mut Config, key: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_device_key", |config| {
            config.value.device_key = optional(key)?.map(str::to_owned);
            Ok(())
        });
    }
}

/// The key of the device's model, at most 128 characters, by which the service targets models; NULL
/// for none. A query's own key wins.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_device_model_key(config: *mut Config, key: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_device_model_key", |config| {
            config.value.device_model_key = optional(key)?.map(str::to_owned);
            Ok(())
        });
    }
}

/// Where events wait to be sent, and where the last answers, the user's choices and the plan of checks
/// are kept: a folder of the application's own, made where it is missing, which all its processes may
/// share. NULL, the default, keeps nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_state_folder(config: *mut Config, folder: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_state_folder", |config| {
            config.value.state_folder = optional(folder)?.map(Into::into);
            Ok(())
        });
    }
}

/// Pins a public key that may sign files: the line that minisign prints, or the whole of its file.
/// Several may be pinned, one after the other; each file must then have a signature by one of them,
/// unless `upgradelink_config_set_signature_policy` says otherwise.
///
/// The publisher puts the signature beside the file, under its link with `.minisig` added, made by
/// `minisign -Sm FILE -t "upgradelink kind=KIND app_key=KEY version_code=CODE size=BYTES"`, where KIND
/// is `apk`, `win` and so on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_add_public_key(config: *mut Config, key: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_add_public_key", |config| {
            config.value.public_keys.push(required(key)?.to_owned());
            Ok(())
        });
    }
}

/// Whether files need a signature. The default is `UPGRADELINK_SIGNATURE_REQUIRED` where a public key
/// is pinned, `UPGRADELINK_SIGNATURE_OFF` where none is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_signature_policy(
    config: *mut Config,
    policy: SignaturePolicy,
) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_signature_policy", |config| {
            let known = Policy::from_number(policy);
            config.value.signature_policy = Some(
                known.ok_or_else(|| Error::argument(format!("the policy is {policy}, known are 1 to 3")))?,
            );
            Ok(())
        });
    }
}

/// Lets `log` have every line up to `level`; NULL for none, which is the default.
///
/// `log` runs on the thread that has something to say, with no lock held, and may call the library.
/// `user_data` must stay usable from any thread until the client is freed and its last operation is
/// over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_log(
    config: *mut Config,
    level: LogLevel,
    log: LogCallback,
    user_data: *mut c_void,
) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_log", |config| {
            let Some(log) = log else {
                config.value.log = Log::default();
                return Ok(());
            };
            let level = Level::from_number(level)
                .ok_or_else(|| Error::argument(format!("the level is {level}, known are 1 to 4")))?;
            let host = HostData(user_data);
            config.value.log = Log::new(level, move |level, text| {
                let text = Text::from(text);
                before_callback();
                // SAFETY: the host gave a function for these arguments and keeps its data usable.
                log(host.get(), level as LogLevel, text.as_ptr());
            });
            Ok(())
        });
    }
}

/// Frees the configuration; NULL is nothing. Clients that were made of it go on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_free(config: *mut Config) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(config) }
}

pub fn duration(limit: u32) -> Option<Duration> {
    (limit != UPGRADELINK_WAIT_FOREVER).then(|| Duration::from_millis(limit.into()))
}

/// A pointer of the host's that goes back to the host only.
#[derive(Clone, Copy)]
pub struct HostData(*mut c_void);

impl HostData {
    pub fn new(data: *mut c_void) -> HostData {
        HostData(data)
    }

    pub fn get(self) -> *mut c_void {
        self.0
    }
}

// SAFETY: the library never looks behind the pointer; the host promises that its callbacks may be
// given it on any thread.
unsafe impl Send for HostData {}
// SAFETY: as above.
unsafe impl Sync for HostData {}
