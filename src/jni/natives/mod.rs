//! The natives, each as `Natives.java` declares it. A test compares the two.

mod client;
mod fetch;
mod keeping;
mod library;
mod scheduler;

use std::ffi::c_void;

use jni::{NativeMethod, jni_str, strings::JNIStr};

/// A row: the name and signature of a native, and its function.
#[derive(Clone, Copy)]
pub struct Native {
    name: &'static JNIStr,
    signature: &'static JNIStr,
    function: *const c_void,
}

// SAFETY: the pointer is to code.
unsafe impl Sync for Native {}

impl Native {
    pub fn method(self) -> NativeMethod<'static> {
        // SAFETY: the rows below pair each function with its own signature.
        unsafe { NativeMethod::from_raw_parts(self.name, self.signature, self.function.cast_mut()) }
    }
}

macro_rules! rows {
    ($($function:path, $name:literal, $signature:literal;)*) => {
        [$(Native { name: jni_str!($name), signature: jni_str!($signature), function: $function as *const c_void }),*]
    };
}

/// All of them.
#[rustfmt::skip]
pub static NATIVES: [Native; 37] = rows! {
    library::version, "version", "()Ljava/lang/String;";
    library::version_number, "versionNumber", "()I";
    library::has, "has", "(Ljava/lang/String;)Z";
    library::cancel_new, "cancelNew", "()J";
    library::cancel, "cancel", "(J)V";
    library::cancel_free, "cancelFree", "(J)V";
    client::client_new, "clientNew", "(Lcom/toolsetlink/upgradelink/Config;)J";
    client::client_free, "clientFree", "(J)V";
    client::check, "check", "(JJLcom/toolsetlink/upgradelink/Query;)Lcom/toolsetlink/upgradelink/Strategy;";
    client::check_start, "checkStart", "(JJLcom/toolsetlink/upgradelink/Query;Lcom/toolsetlink/upgradelink/Call;)V";
    client::describe, "describe", "(JJLcom/toolsetlink/upgradelink/Query;)Lcom/toolsetlink/upgradelink/VersionDetails;";
    client::describe_start, "describeStart", "(JJLcom/toolsetlink/upgradelink/Query;Lcom/toolsetlink/upgradelink/Call;)V";
    client::measure, "measure", "(JJLjava/lang/String;)Lcom/toolsetlink/upgradelink/Statistics;";
    client::measure_start, "measureStart", "(JJLjava/lang/String;Lcom/toolsetlink/upgradelink/Call;)V";
    client::report, "report", "(JJLcom/toolsetlink/upgradelink/Event;)V";
    client::report_start, "reportStart", "(JJLcom/toolsetlink/upgradelink/Event;Lcom/toolsetlink/upgradelink/Call;)V";
    keeping::report_started, "reportStarted", "(JJLjava/lang/String;J)V";
    keeping::flush, "flush", "(JJI)V";
    keeping::count_events, "countEvents", "(J)[J";
    keeping::remember_upgrade, "rememberUpgrade", "(JLcom/toolsetlink/upgradelink/Strategy;)V";
    keeping::last_strategy, "lastStrategy", "(JLcom/toolsetlink/upgradelink/Query;)Lcom/toolsetlink/upgradelink/Strategy;";
    keeping::snooze, "snooze", "(JLcom/toolsetlink/upgradelink/Strategy;J)V";
    keeping::skip, "skip", "(JLcom/toolsetlink/upgradelink/Strategy;)V";
    keeping::is_wanted, "isWanted", "(JLcom/toolsetlink/upgradelink/Strategy;)Z";
    fetch::fetch, "fetch", "(JJLcom/toolsetlink/upgradelink/Strategy;Lcom/toolsetlink/upgradelink/FetchOptions;Lcom/toolsetlink/upgradelink/ProgressRelay;)Lcom/toolsetlink/upgradelink/Artifact;";
    fetch::fetch_start, "fetchStart", "(JJLcom/toolsetlink/upgradelink/Strategy;Lcom/toolsetlink/upgradelink/FetchOptions;Lcom/toolsetlink/upgradelink/ProgressRelay;Lcom/toolsetlink/upgradelink/Call;)V";
    fetch::fetch_link, "fetchLink", "(JJLjava/lang/String;JLjava/lang/String;Lcom/toolsetlink/upgradelink/FetchOptions;Lcom/toolsetlink/upgradelink/ProgressRelay;)Lcom/toolsetlink/upgradelink/Artifact;";
    fetch::fetch_link_start, "fetchLinkStart", "(JJLjava/lang/String;JLjava/lang/String;Lcom/toolsetlink/upgradelink/FetchOptions;Lcom/toolsetlink/upgradelink/ProgressRelay;Lcom/toolsetlink/upgradelink/Call;)V";
    fetch::patch_apply, "patchApply", "(JLjava/lang/String;Ljava/lang/String;Ljava/lang/String;Lcom/toolsetlink/upgradelink/PatchOptions;Lcom/toolsetlink/upgradelink/ProgressRelay;)V";
    fetch::patch_apply_start, "patchApplyStart", "(JLjava/lang/String;Ljava/lang/String;Ljava/lang/String;Lcom/toolsetlink/upgradelink/PatchOptions;Lcom/toolsetlink/upgradelink/ProgressRelay;Lcom/toolsetlink/upgradelink/Call;)V";
    fetch::patch_inspect, "patchInspect", "(Ljava/lang/String;)Lcom/toolsetlink/upgradelink/PatchInfo;";
    scheduler::scheduler_new, "schedulerNew", "(JLcom/toolsetlink/upgradelink/Query;J)J";
    scheduler::scheduler_start, "schedulerStart", "(JLcom/toolsetlink/upgradelink/DueRelay;)V";
    scheduler::scheduler_check, "schedulerCheck", "(JLcom/toolsetlink/upgradelink/Query;)Lcom/toolsetlink/upgradelink/Strategy;";
    scheduler::scheduler_due_in, "schedulerDueIn", "(J)J";
    scheduler::scheduler_stop, "schedulerStop", "(J)V";
    scheduler::scheduler_free, "schedulerFree", "(J)V";
};
