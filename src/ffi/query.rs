//! Query: which application asks, in which version, on which device. It belongs to one thread at a
//! time; a wrong value is reported by the call that uses it.

use std::ffi::c_char;

use super::{
    guard::{Draft, free, guard_or, guard_set},
    text::{optional, required},
};
use crate::{
    api,
    error::{Error, Result},
};

/// A kind of application: one of the `UPGRADELINK_KIND_` constants.
pub type Kind = i32;

pub const UPGRADELINK_KIND_URL: Kind = 1;
pub const UPGRADELINK_KIND_FILE: Kind = 2;
pub const UPGRADELINK_KIND_APK: Kind = 3;
pub const UPGRADELINK_KIND_CONFIGURATION: Kind = 4;
pub const UPGRADELINK_KIND_WIN: Kind = 5;
pub const UPGRADELINK_KIND_MAC: Kind = 6;
pub const UPGRADELINK_KIND_LNX: Kind = 7;

/// Which application asks.
pub struct Query {
    value: api::Query,
    fault: Option<Error>,
}

impl Query {
    /// The query, or what a setter refused.
    pub fn value(&self) -> Result<&api::Query> {
        self.fault.clone().map_or(Ok(&self.value), Err)
    }
}

impl Draft for Query {
    fn fault(&mut self) -> &mut Option<Error> {
        &mut self.fault
    }
}

/// Makes a query of the application `app_key`, which is copied, that runs as `version_code`.
///
/// `kind` is one of the `UPGRADELINK_KIND_` constants; `version_code` is not 0. Never NULL but for
/// lack of memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_query_new(
    kind: Kind,
    app_key: *const c_char,
    version_code: i64,
) -> *mut Query {
    guard_or(std::ptr::null_mut(), || {
        let known = api::Kind::from_number(kind)
            .ok_or_else(|| Error::argument(format!("the kind is {kind}, known are 1 to 7")));
        // SAFETY: the text is NULL or NUL-terminated, as the header demands.
        let given = unsafe { known.and_then(|kind| Ok((kind, required(app_key)?))) };
        let query = match given {
            Ok((kind, key)) => Query { value: api::Query::new(kind, key, version_code), fault: None },
            Err(refused) => Query {
                value: api::Query::new(api::Kind::Url, "", version_code),
                fault: Some(Error::argument(format!("upgradelink_query_new: {}", refused.message))),
            },
        };
        Ok(Box::into_raw(Box::new(query)))
    })
}

/// The machine's architecture, `x64` or `arm64`: required for win, mac and lnx, refused for others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_query_set_arch(query: *mut Query, arch: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(query, "upgradelink_query_set_arch", |query| {
            query.value.arch = optional(arch)?.map(str::to_owned);
            Ok(())
        });
    }
}

/// Asks for this version only; 0 for the newest, which is the default. The service offers it only
/// when it is above the version that runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_query_set_appoint_version_code(query: *mut Query, version_code: i64) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(query, "upgradelink_query_set_appoint_version_code", |query| {
            query.value.appoint_version_code = Some(version_code);
            Ok(())
        });
    }
}

/// The device's key, at most 128 characters; NULL takes the configuration's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_query_set_device_key(query: *mut Query, key: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(query, "upgradelink_query_set_device_key", |query| {
            query.value.device_key = optional(key)?.map(str::to_owned);
            Ok(())
        });
    }
}

/// The key of the device's model, at most 128 characters; NULL takes the configuration's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_query_set_device_model_key(query: *mut Query, key: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(query, "upgradelink_query_set_device_model_key", |query| {
            query.value.device_model_key = optional(key)?.map(str::to_owned);
            Ok(())
        });
    }
}

/// Which patch the application can apply: one of the `UPGRADELINK_PATCH_` constants; for apk only.
/// The strategy says what the service gives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_query_set_patch_algo(query: *mut Query, algo: i32) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(query, "upgradelink_query_set_patch_algo", |query| {
            query.value.patch_algo = Some(algo);
            Ok(())
        });
    }
}

/// Frees the query; NULL is nothing. Operations that were started with it go on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_query_free(query: *mut Query) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(query) }
}
