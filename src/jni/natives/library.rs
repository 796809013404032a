//! What the library is, and the cancels of its calls.

use jni::{
    EnvUnowned,
    objects::{JClass, JObject, JString},
    sys::{jboolean, jint, jlong},
};

use crate::{
    ffi::version::UPGRADELINK_VERSION_NUMBER,
    jni::{handle, native, read},
    watch::Cancel,
};

pub extern "system" fn version<'l>(env: EnvUnowned<'l>, _: JClass<'l>) -> JString<'l> {
    native(env, |env| Ok(env.new_string(env!("CARGO_PKG_VERSION"))?))
}

pub extern "system" fn version_number<'l>(env: EnvUnowned<'l>, _: JClass<'l>) -> jint {
    native(env, |_| Ok(UPGRADELINK_VERSION_NUMBER))
}

pub extern "system" fn has<'l>(env: EnvUnowned<'l>, _: JClass<'l>, feature: JObject<'l>) -> jboolean {
    native(env, |env| Ok(crate::has(&read::required_text(env, &feature, "feature")?)))
}

pub extern "system" fn cancel_new<'l>(env: EnvUnowned<'l>, _: JClass<'l>) -> jlong {
    native(env, |_| Ok(handle::give(Cancel::default())))
}

pub extern "system" fn cancel<'l>(env: EnvUnowned<'l>, _: JClass<'l>, cancel: jlong) {
    native(env, |_| {
        // SAFETY: Java gives a live cancel.
        unsafe { handle::borrow::<Cancel>(cancel) }?.cancel();
        Ok(())
    })
}

pub extern "system" fn cancel_free<'l>(env: EnvUnowned<'l>, _: JClass<'l>, cancel: jlong) {
    native(env, |_| {
        // SAFETY: Java gives a live cancel, and gives it up.
        unsafe { handle::free::<Cancel>(cancel) };
        Ok(())
    })
}
