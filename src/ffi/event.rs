//! Event: what an application tells the service. It belongs to one thread at a time; a wrong value is
//! reported by the call that uses it.

use std::{
    ffi::{c_char, c_void},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{
    client::Client,
    error::{Error, Status},
    guard::{Draft, Output, borrow, free, guard, guard_or, guard_set},
    operation::{Completion, Operation, Outcome, Yield, start},
    strategy::Strategy,
    text::{optional, required},
};
use crate::{
    error::{Error as Failure, Result},
    reports,
    watch::Watch,
};

/// What happened: one of the `UPGRADELINK_EVENT_` constants.
pub type EventType = i32;

/// The application was started.
pub const UPGRADELINK_EVENT_START: EventType = 1;
/// The download of an upgrade ended, well or badly.
pub const UPGRADELINK_EVENT_DOWNLOAD: EventType = 2;
/// An upgrade ended, well or badly.
pub const UPGRADELINK_EVENT_UPGRADE: EventType = 3;

/// What an application tells the service.
pub struct Event {
    value: reports::Event,
    fault: Option<Failure>,
}

impl Event {
    /// The event, or what a setter refused.
    fn value(&self) -> Result<&reports::Event> {
        self.fault.clone().map_or(Ok(&self.value), Err)
    }
}

impl Draft for Event {
    fn fault(&mut self) -> &mut Option<Failure> {
        &mut self.fault
    }
}

/// Makes an event of the application `app_key`, which is copied, that runs as `version_code`. It
/// happens now.
///
/// `event_type` is one of the `UPGRADELINK_EVENT_` constants. For an upgrade `version_code` is the
/// version that was upgraded from. Never NULL but for lack of memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_event_new(
    event_type: EventType,
    app_key: *const c_char,
    version_code: i64,
) -> *mut Event {
    guard_or(std::ptr::null_mut(), || {
        let known = reports::EventType::from_number(event_type)
            .ok_or_else(|| Failure::argument(format!("the event type is {event_type}, known are 1 to 3")));
        // SAFETY: the text is NULL or NUL-terminated, as the header demands.
        let given = unsafe { known.and_then(|event_type| Ok((event_type, required(app_key)?))) };
        let event = match given {
            Ok((event_type, key)) => {
                Event { value: reports::Event::new(event_type, key, version_code), fault: None }
            }
            Err(refused) => Event {
                value: reports::Event::new(reports::EventType::Start, "", version_code),
                fault: Some(Failure::argument(format!("upgradelink_event_new: {}", refused.message))),
            },
        };
        Ok(Box::into_raw(Box::new(event)))
    })
}

/// When it happened, in milliseconds since 1970; by default when the event was made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_event_set_time(event: *mut Event, unix_ms: i64) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(event, "upgradelink_event_set_time", |event| {
            event.value.time = time(unix_ms)?;
            Ok(())
        });
    }
}

/// When the application was started, in milliseconds since 1970; by default when the event
/// happened. For starts only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_event_set_launch_time(event: *mut Event, unix_ms: i64) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(event, "upgradelink_event_set_launch_time", |event| {
            event.value.launch_time = Some(time(unix_ms)?);
            Ok(())
        });
    }
}

/// The version that was downloaded. Downloads need it; it is for them only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_event_set_download_version_code(event: *mut Event, version_code: i64) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(event, "upgradelink_event_set_download_version_code", |event| {
            event.value.download_version_code = Some(version_code);
            Ok(())
        });
    }
}

/// The version that was upgraded to. Upgrades need it; it is for them only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_event_set_upgrade_version_code(event: *mut Event, version_code: i64) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(event, "upgradelink_event_set_upgrade_version_code", |event| {
            event.value.upgrade_version_code = Some(version_code);
            Ok(())
        });
    }
}

/// How it ended: 0, the default, for success, 1 for a failure, 1001 for a failed download, 1002 for
/// too little space, 1003 for a failed file operation, 1004 for a wrong MD5, or any number of your
/// own. For downloads and upgrades only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_event_set_code(event: *mut Event, code: i64) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(event, "upgradelink_event_set_code", |event| {
            event.value.code = Some(code);
            Ok(())
        });
    }
}

/// The device's key, at most 128 characters; NULL takes the configuration's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_event_set_device_key(event: *mut Event, key: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(event, "upgradelink_event_set_device_key", |event| {
            event.value.device_key = optional(key)?.map(str::to_owned);
            Ok(())
        });
    }
}

/// The key of the device's model, at most 128 characters; NULL takes the configuration's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_event_set_device_model_key(event: *mut Event, key: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(event, "upgradelink_event_set_device_model_key", |event| {
            event.value.device_model_key = optional(key)?.map(str::to_owned);
            Ok(())
        });
    }
}

/// The operating system, such as `darwin`, at most 128 characters; NULL for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_event_set_target(event: *mut Event, target: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(event, "upgradelink_event_set_target", |event| {
            event.value.target = optional(target)?.map(str::to_owned);
            Ok(())
        });
    }
}

/// The machine's architecture, such as `x86_64`, at most 128 characters; NULL for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_event_set_arch(event: *mut Event, arch: *const c_char) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(event, "upgradelink_event_set_arch", |event| {
            event.value.arch = optional(arch)?.map(str::to_owned);
            Ok(())
        });
    }
}

/// Tells the service of `event`.
///
/// With a state folder the event is safely on the disk when this succeeds, and nothing is waited for:
/// it is sent in the background, again and again until the service has answered, by this client or a
/// later one. Each type keeps its order. An event that the service refuses for good is given up, and one
/// that fails when it is more than two weeks old; at most 1,000 wait, and the oldest gives way. Without a
/// state folder success means that the service has answered, and the calling thread is blocked, at most
/// for the client's total time limit.
/// Errors: `INVALID_ARGUMENT` before anything is done; with a state folder `IO`, `NO_SPACE` and, while
/// another process does not let go of it, `BUSY`; without one as for `upgradelink_check`.
/// Threads: any; `client` may be in use by others, `event` may not be changed meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_report(
    client: *const Client,
    event: *const Event,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe { guard((), error, || borrow(client)?.value().report(borrow(event)?.value()?, &Watch::default())) }
}

/// Starts `upgradelink_report` in the background; see how it ended with
/// `upgradelink_operation_take_nothing`. Cancelled or freed before the event is on the disk, it may
/// lose the event. See the section on operations.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_report_start(
    client: *const Client,
    event: *const Event,
    completion: Completion,
    user_data: *mut c_void,
    operation: *mut *mut Operation,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        start(Yield::Nothing, completion, user_data, operation, error, || {
            let (client, event) = (borrow(client)?.value().clone(), borrow(event)?.value()?.clone());
            Ok(move |cancel| client.report(&event, &Watch::new(cancel)).map(|()| Outcome::Nothing))
        })
    }
}

/// Sends the events that wait in the state folder, for at most `timeout_ms`. For a program that is
/// about to end; one that runs on need not call it.
///
/// Errors: `BUSY` when events still wait: the time is over, another process is sending them, or the
/// service failed on them before and they are set aside (`upgradelink_error_retry_after_ms` tells for
/// how long); `IO` and `NO_SPACE` from the state folder. Success without a state folder.
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_flush(
    client: *const Client,
    timeout_ms: u32,
    error: *mut *mut Error,
) -> Status {
    let limit = Duration::from_millis(timeout_ms.into());
    // SAFETY: the handle is NULL or live and the output NULL or writable, as the header demands.
    unsafe { guard((), error, || borrow(client)?.value().flush(limit, &Watch::default())) }
}

/// Tells how many events wait in the state folder, and how many were dropped since it was made because
/// there were too many, they became too old or the service refused them for good.
///
/// `*waiting` and `*dropped` are set to 0 on entry; either may be NULL. Both stay 0 without a state folder.
/// Errors: `IO`, `NO_SPACE` and `BUSY` from the state folder. Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_count_events(
    client: *const Client,
    waiting: *mut u64,
    dropped: *mut u64,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the handle is NULL or live and outputs NULL or writable, as the header demands.
    unsafe { guard(CountsPlace { waiting, dropped }, error, || borrow(client)?.value().count_events()) }
}

struct CountsPlace {
    waiting: *mut u64,
    dropped: *mut u64,
}

impl Output<reports::Counts> for CountsPlace {
    unsafe fn clear(&self) -> Result<()> {
        // SAFETY: the caller's promise.
        unsafe { self.write(reports::Counts::default()) };
        Ok(())
    }

    unsafe fn store(self, counts: reports::Counts) {
        // SAFETY: the caller's promise.
        unsafe { self.write(counts) };
    }
}

impl CountsPlace {
    /// # Safety
    /// Pointers that are not NULL must be valid for writes.
    unsafe fn write(&self, counts: reports::Counts) {
        for (place, count) in [(self.waiting, counts.waiting), (self.dropped, counts.dropped)] {
            if !place.is_null() {
                // SAFETY: not NULL, so valid for writes by the caller's promise.
                unsafe { place.write(count) };
            }
        }
    }
}

/// Remembers in the state folder that the application is about to become the version that `strategy`
/// offers, so that this version can report it: see `upgradelink_report_started`. Call it before the
/// installer is started.
///
/// Errors: `CONFIG` without a state folder; `IO`, `NO_SPACE` and `BUSY` from it. Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_remember_upgrade(
    client: *const Client,
    strategy: *const Strategy,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe { guard((), error, || borrow(client)?.value().remember_upgrade(borrow(strategy)?.value())) }
}

/// Reports that the application `app_key` was started as `version_code`, and before it the upgrade to
/// that version, if one was remembered. Call it once at each start.
///
/// Errors and threads: as for `upgradelink_report`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_report_started(
    client: *const Client,
    app_key: *const c_char,
    version_code: i64,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated and the output NULL or
    // writable, as the header demands.
    unsafe {
        guard((), error, || {
            borrow(client)?.value().report_started(required(app_key)?, version_code, &Watch::default())
        })
    }
}

/// Frees the event; NULL is nothing. It is reported all the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_event_free(event: *mut Event) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(event) }
}

/// A time in milliseconds since 1970.
pub fn time(unix_ms: i64) -> Result<SystemTime> {
    let since = u64::try_from(unix_ms).map(Duration::from_millis).ok();
    since
        .and_then(|since| UNIX_EPOCH.checked_add(since))
        .ok_or_else(|| Failure::argument(format!("{unix_ms} ms since 1970 is no time that can be told")))
}
