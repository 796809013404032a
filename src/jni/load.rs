//! What happens when Java loads the library: classes are looked up and kept, natives are registered.

use std::{ffi::c_void, sync::OnceLock};

use jni::{
    Env, EnvUnowned, JavaVM, jni_str,
    objects::{JClass, JClassLoader},
    refs::{Global, LoaderContext},
    strings::JNIStr,
    sys::{self, JNI_ERR, JNI_VERSION_1_6, jint},
};

use super::natives::NATIVES;
use crate::error::{Error, Result, Stage, Status};

/// Classes are kept because a thread of the library would not find them: it has no loader of the
/// application's.
pub struct Classes {
    pub loader: Global<JClassLoader<'static>>,
    pub natives: Global<JClass<'static>>,
    pub exception: Global<JClass<'static>>,
    pub version_details: Global<JClass<'static>>,
    pub statistics: Global<JClass<'static>>,
    pub artifact: Global<JClass<'static>>,
    pub patch_info: Global<JClass<'static>>,
}

static CLASSES: OnceLock<Classes> = OnceLock::new();

pub fn classes() -> Result<&'static Classes> {
    CLASSES
        .get()
        .ok_or_else(|| Error::new(Status::Internal, Stage::Config, "the library was not loaded by Java"))
}

/// Called by the Java VM, never by a host. Where it fails, `System.loadLibrary` throws.
#[unsafe(no_mangle)]
pub extern "system" fn JNI_OnLoad(vm: *mut sys::JavaVM, _reserved: *mut c_void) -> jint {
    // SAFETY: the VM gives a pointer to itself.
    let vm = unsafe { JavaVM::from_raw(vm) };
    let mut env: *mut c_void = std::ptr::null_mut();
    // SAFETY: the thread that loads a library is attached; `env` is writable.
    let status = unsafe { ((*(*vm.get_raw())).v1_4.GetEnv)(vm.get_raw(), &mut env, JNI_VERSION_1_6) };
    if status != sys::JNI_OK {
        return JNI_ERR;
    }
    // SAFETY: the VM gave it for this thread, and it is used within this call only.
    let mut env = unsafe { EnvUnowned::from_raw(env.cast()) };
    match env.with_env(load).into_outcome() {
        jni::Outcome::Ok(()) => JNI_VERSION_1_6,
        _ => JNI_ERR,
    }
}

fn load(env: &mut Env) -> jni::errors::Result<()> {
    let natives = env.find_class(jni_str!("com/toolsetlink/upgradelink/Natives"))?;
    let loader = natives.get_class_loader(env)?;
    let find = |env: &mut Env, name: &JNIStr| {
        let class = LoaderContext::Loader(&loader).load_class(env, name, true)?;
        env.new_global_ref(class)
    };
    let classes = Classes {
        exception: find(env, jni_str!("com.toolsetlink.upgradelink.UpgradeLinkException"))?,
        version_details: find(env, jni_str!("com.toolsetlink.upgradelink.VersionDetails"))?,
        statistics: find(env, jni_str!("com.toolsetlink.upgradelink.Statistics"))?,
        artifact: find(env, jni_str!("com.toolsetlink.upgradelink.Artifact"))?,
        patch_info: find(env, jni_str!("com.toolsetlink.upgradelink.PatchInfo"))?,
        natives: env.new_global_ref(&natives)?,
        loader: env.new_global_ref(&loader)?,
    };
    // A class loader that loads the library again finds it initialised: the first one keeps it.
    let _ = CLASSES.set(classes);
    // SAFETY: all natives are static, and each row's signature is that of its function.
    unsafe { env.register_native_methods(&natives, &NATIVES.map(|native| native.method())) }
}
