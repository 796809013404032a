//! Calls into Java. Each attaches its thread for its own scope only: a thread that stayed attached would
//! keep the VM from ending. The relays over there catch whatever the host's own code throws.

use std::sync::Arc;

use jni::{
    Env, JValue, JavaVM, jni_sig, jni_str,
    objects::{JObject, JThread},
    refs::Global,
};

use super::{load::classes, write};
use crate::{
    error::{Error, Result},
    log::{Level, Log},
    progress::Progress,
    sys,
};

/// An object of Java that outlives the native that was given it.
#[derive(Clone)]
pub struct Kept(Arc<Global<JObject<'static>>>);

impl Kept {
    pub fn new(env: &Env, object: &JObject) -> Result<Kept> {
        Ok(Kept(Arc::new(env.new_global_ref(object)?)))
    }

    pub fn get(&self) -> &JObject<'static> {
        &self.0
    }
}

/// Lets this thread call Java, whether it is one of Java's or of ours.
pub fn with_java<T>(body: impl FnOnce(&mut Env) -> Result<T>) -> Result<T> {
    let vm = JavaVM::singleton()?;
    let ours = !vm.is_thread_attached()?;
    if ours {
        sys::unblock_signals();
    }
    vm.attach_current_thread_for_scope(|env| {
        if ours {
            JThread::current_thread(env)?.set_context_class_loader(env, &classes()?.loader)?;
        }
        // What a native goes on with must not find it.
        body(env).inspect_err(|_| env.exception_clear())
    })
}

/// A log whose lines go to a `LogRelay`.
pub fn log(env: &Env, level: Level, relay: &JObject) -> Result<Log> {
    let relay = Kept::new(env, relay)?;
    Ok(Log::new(level, move |level, line| {
        // There is nobody to tell of a log that fails.
        let _ = with_java(|env| {
            let line = write::text(env, Some(line))?;
            let arguments = [JValue::Int(level as i32), (&line).into()];
            env.call_method(relay.get(), jni_str!("line"), &jni_sig!("(ILjava/lang/String;)V"), &arguments)?;
            Ok(())
        });
    }))
}

/// Progress that goes to a `ProgressRelay`, unless it is null.
pub struct Told(Option<Kept>);

impl Told {
    pub fn new(env: &Env, relay: &JObject) -> Result<Told> {
        let relay = (!relay.is_null()).then(|| Kept::new(env, relay)).transpose()?;
        Ok(Told(relay))
    }

    /// On the thread that does the work.
    pub fn progress(self) -> Progress {
        let Some(relay) = self.0 else { return Progress::default() };
        Progress::new(move |phase, done, total| {
            let goes_on = with_java(|env| {
                let (done, total) = (write::size(Some(done)), write::size(total));
                let arguments = [JValue::Int(phase as i32), JValue::Long(done), JValue::Long(total)];
                let goes_on =
                    env.call_method(relay.get(), jni_str!("step"), &jni_sig!("(IJJ)Z"), &arguments)?;
                Ok(goes_on.z()?)
            });
            goes_on.unwrap_or(false)
        })
    }
}

/// Tells a `Call` how it ended.
pub fn complete(call: &Kept, outcome: impl for<'env> FnOnce(&mut Env<'env>) -> Result<JObject<'env>>) {
    // A VM that ends takes no more calls.
    let _ = with_java(|env| {
        let (value, failure) = match outcome(env) {
            Ok(value) => (value, JObject::null()),
            Err(error) => {
                env.exception_clear();
                (JObject::null(), write::exception(env, &error)?.into())
            }
        };
        env.call_method(
            call.get(),
            jni_str!("complete"),
            &jni_sig!("(Ljava/lang/Object;Lcom/toolsetlink/upgradelink/UpgradeLinkException;)V"),
            &[(&value).into(), (&failure).into()],
        )?;
        Ok(())
    });
}

/// Tells a `DueRelay` that it is time to check.
pub fn due(relay: &Kept) {
    // A VM that ends needs no more checks.
    let _: Result<(), Error> = with_java(|env| {
        env.call_method(relay.get(), jni_str!("due"), &jni_sig!("()V"), &[])?;
        Ok(())
    });
}
