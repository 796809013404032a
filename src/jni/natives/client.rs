//! Clients and what they ask, at once and in the background.

use jni::{
    EnvUnowned,
    objects::{JClass, JObject},
    sys::jlong,
};

use crate::{
    client::Client,
    jni::{
        background::{nothing, start},
        callbacks::Kept,
        handle, native, read, write,
    },
    watch::{Cancel, Watch},
};

pub extern "system" fn client_new<'l>(env: EnvUnowned<'l>, _: JClass<'l>, config: JObject<'l>) -> jlong {
    native(env, |env| Ok(handle::give(Client::new(read::config(env, &config)?)?)))
}

pub extern "system" fn client_free<'l>(env: EnvUnowned<'l>, _: JClass<'l>, client: jlong) {
    native(env, |_| {
        // SAFETY: Java gives a live client, and gives it up.
        unsafe { handle::free::<Client>(client) };
        Ok(())
    })
}

pub extern "system" fn check<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    query: JObject<'l>,
) -> JObject<'l> {
    native(env, |env| {
        // SAFETY: Java gives a live client, and a live cancel or 0.
        let (client, cancel) = unsafe { (handle::borrow::<Client>(client)?, handle::optional(cancel)) };
        let strategy = client.check(&read::query(env, &query)?, &Watch::new(cancel))?;
        write::strategy(env, &strategy, &query)
    })
}

pub extern "system" fn check_start<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    query: JObject<'l>,
    call: JObject<'l>,
) {
    native(env, |env| {
        // SAFETY: Java gives a live client and a live cancel.
        let (client, cancel) =
            unsafe { (handle::borrow::<Client>(client)?.clone(), handle::optional::<Cancel>(cancel)) };
        let (asked, query) = (read::query(env, &query)?, Kept::new(env, &query)?);
        start(
            env,
            &call,
            cancel,
            move |cancel| client.check(&asked, &Watch::new(cancel)),
            move |env, strategy| write::strategy(env, strategy, query.get()),
        )
    })
}

pub extern "system" fn describe<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    query: JObject<'l>,
) -> JObject<'l> {
    native(env, |env| {
        // SAFETY: Java gives a live client, and a live cancel or 0.
        let (client, cancel) = unsafe { (handle::borrow::<Client>(client)?, handle::optional(cancel)) };
        let details = client.describe(&read::query(env, &query)?, &Watch::new(cancel))?;
        write::version_details(env, &details)
    })
}

pub extern "system" fn describe_start<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    query: JObject<'l>,
    call: JObject<'l>,
) {
    native(env, |env| {
        // SAFETY: Java gives a live client and a live cancel.
        let (client, cancel) =
            unsafe { (handle::borrow::<Client>(client)?.clone(), handle::optional::<Cancel>(cancel)) };
        let query = read::query(env, &query)?;
        let work = move |cancel| client.describe(&query, &Watch::new(cancel));
        start(env, &call, cancel, work, write::version_details)
    })
}

pub extern "system" fn measure<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    app_key: JObject<'l>,
) -> JObject<'l> {
    native(env, |env| {
        // SAFETY: Java gives a live client, and a live cancel or 0.
        let (client, cancel) = unsafe { (handle::borrow::<Client>(client)?, handle::optional(cancel)) };
        let app_key = read::required_text(env, &app_key, "app key")?;
        let statistics = client.measure(&app_key, &Watch::new(cancel))?;
        write::statistics(env, &statistics)
    })
}

pub extern "system" fn measure_start<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    app_key: JObject<'l>,
    call: JObject<'l>,
) {
    native(env, |env| {
        // SAFETY: Java gives a live client and a live cancel.
        let (client, cancel) =
            unsafe { (handle::borrow::<Client>(client)?.clone(), handle::optional::<Cancel>(cancel)) };
        let app_key = read::required_text(env, &app_key, "app key")?;
        let work = move |cancel| client.measure(&app_key, &Watch::new(cancel));
        start(env, &call, cancel, work, write::statistics)
    })
}

pub extern "system" fn report<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    event: JObject<'l>,
) {
    native(env, |env| {
        // SAFETY: Java gives a live client, and a live cancel or 0.
        let (client, cancel) = unsafe { (handle::borrow::<Client>(client)?, handle::optional(cancel)) };
        client.report(&read::event(env, &event)?, &Watch::new(cancel))
    })
}

pub extern "system" fn report_start<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    event: JObject<'l>,
    call: JObject<'l>,
) {
    native(env, |env| {
        // SAFETY: Java gives a live client and a live cancel.
        let (client, cancel) =
            unsafe { (handle::borrow::<Client>(client)?.clone(), handle::optional::<Cancel>(cancel)) };
        let event = read::event(env, &event)?;
        start(env, &call, cancel, move |cancel| client.report(&event, &Watch::new(cancel)), nothing)
    })
}
