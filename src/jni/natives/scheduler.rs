//! Schedulers.

use std::time::Duration;

use jni::{
    EnvUnowned,
    objects::{JClass, JObject},
    sys::jlong,
};

use crate::{
    client::Client,
    jni::{
        callbacks::{Kept, due},
        handle, native, read, write,
    },
    scheduler::Scheduler,
};

pub extern "system" fn scheduler_new<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    query: JObject<'l>,
    interval_millis: jlong,
) -> jlong {
    native(env, |env| {
        // SAFETY: Java gives a live client.
        let client = unsafe { handle::borrow::<Client>(client) }?;
        let interval = Duration::from_millis(u64::try_from(interval_millis).unwrap_or(0));
        Ok(handle::give(Scheduler::new(client, &read::query(env, &query)?, interval)?))
    })
}

pub extern "system" fn scheduler_start<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    scheduler: jlong,
    relay: JObject<'l>,
) {
    native(env, |env| {
        // SAFETY: Java gives a live scheduler.
        let scheduler = unsafe { handle::borrow::<Scheduler>(scheduler) }?;
        let relay = Kept::new(env, &relay)?;
        scheduler.start(move || due(&relay))
    })
}

pub extern "system" fn scheduler_check<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    scheduler: jlong,
    query: JObject<'l>,
) -> JObject<'l> {
    native(env, |env| {
        // SAFETY: Java gives a live scheduler.
        let strategy = unsafe { handle::borrow::<Scheduler>(scheduler) }?.check()?;
        write::strategy(env, &strategy, &query)
    })
}

pub extern "system" fn scheduler_due_in<'l>(env: EnvUnowned<'l>, _: JClass<'l>, scheduler: jlong) -> jlong {
    native(env, |_| {
        // SAFETY: Java gives a live scheduler.
        Ok(write::millis(unsafe { handle::borrow::<Scheduler>(scheduler) }?.due_in()?))
    })
}

pub extern "system" fn scheduler_stop<'l>(env: EnvUnowned<'l>, _: JClass<'l>, scheduler: jlong) {
    native(env, |_| {
        // SAFETY: Java gives a live scheduler.
        unsafe { handle::borrow::<Scheduler>(scheduler) }?.stop();
        Ok(())
    })
}

pub extern "system" fn scheduler_free<'l>(env: EnvUnowned<'l>, _: JClass<'l>, scheduler: jlong) {
    native(env, |_| {
        // SAFETY: Java gives a live scheduler, and gives it up.
        unsafe { handle::free::<Scheduler>(scheduler) };
        Ok(())
    })
}
