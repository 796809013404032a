//! What a client keeps in its state folder.

use std::time::Duration;

use jni::{
    EnvUnowned,
    objects::{JClass, JLongArray, JObject},
    sys::{jboolean, jint, jlong},
};

use crate::{
    client::Client,
    jni::{handle, native, read, write},
    watch::Watch,
};

pub extern "system" fn report_started<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    app_key: JObject<'l>,
    version_code: jlong,
) {
    native(env, |env| {
        // SAFETY: Java gives a live client, and a live cancel or 0.
        let (client, cancel) = unsafe { (handle::borrow::<Client>(client)?, handle::optional(cancel)) };
        let app_key = read::required_text(env, &app_key, "app key")?;
        client.report_started(&app_key, version_code, &Watch::new(cancel))
    })
}

pub extern "system" fn flush<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    limit_millis: jint,
) {
    native(env, |_| {
        // SAFETY: Java gives a live client, and a live cancel or 0.
        let (client, cancel) = unsafe { (handle::borrow::<Client>(client)?, handle::optional(cancel)) };
        let limit = Duration::from_millis(u64::try_from(limit_millis).unwrap_or(0));
        client.flush(limit, &Watch::new(cancel))
    })
}

pub extern "system" fn count_events<'l>(env: EnvUnowned<'l>, _: JClass<'l>, client: jlong) -> JLongArray<'l> {
    native(env, |env| {
        // SAFETY: Java gives a live client.
        let counts = unsafe { handle::borrow::<Client>(client) }?.count_events()?;
        let array = env.new_long_array(2)?;
        array.set_region(env, 0, &[counts.waiting as jlong, counts.dropped as jlong])?;
        Ok(array)
    })
}

pub extern "system" fn remember_upgrade<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    strategy: JObject<'l>,
) {
    native(env, |env| {
        // SAFETY: Java gives a live client.
        let client = unsafe { handle::borrow::<Client>(client) }?;
        client.remember_upgrade(&read::strategy(env, client, &strategy)?)
    })
}

pub extern "system" fn last_strategy<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    query: JObject<'l>,
) -> JObject<'l> {
    native(env, |env| {
        // SAFETY: Java gives a live client.
        let client = unsafe { handle::borrow::<Client>(client) }?;
        let strategy = client.last_strategy(&read::query(env, &query)?)?;
        write::strategy(env, &strategy, &query)
    })
}

pub extern "system" fn snooze<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    strategy: JObject<'l>,
    until_millis: jlong,
) {
    native(env, |env| {
        // SAFETY: Java gives a live client.
        let client = unsafe { handle::borrow::<Client>(client) }?;
        client.snooze(&read::strategy(env, client, &strategy)?, read::time(until_millis)?)
    })
}

pub extern "system" fn skip<'l>(env: EnvUnowned<'l>, _: JClass<'l>, client: jlong, strategy: JObject<'l>) {
    native(env, |env| {
        // SAFETY: Java gives a live client.
        let client = unsafe { handle::borrow::<Client>(client) }?;
        client.skip(&read::strategy(env, client, &strategy)?)
    })
}

pub extern "system" fn is_wanted<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    strategy: JObject<'l>,
) -> jboolean {
    native(env, |env| {
        // SAFETY: Java gives a live client.
        let client = unsafe { handle::borrow::<Client>(client) }?;
        Ok(client.is_wanted(&read::strategy(env, client, &strategy)?))
    })
}
