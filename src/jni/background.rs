//! Calls that run on a thread of the library and tell a `Call` of Java how they ended.

use jni::{Env, objects::JObject};

use super::callbacks::{Kept, complete};
use crate::{error::Result, operation::Operation, watch::Cancel};

/// Lets a thread do `work`; `call` is told of the end, exactly once unless this fails.
pub fn start<T: Send + 'static>(
    env: &Env,
    call: &JObject,
    cancel: Cancel,
    work: impl FnOnce(Cancel) -> Result<T> + Send + 'static,
    write: impl for<'env> FnOnce(&mut Env<'env>, &T) -> Result<JObject<'env>> + Send + 'static,
) -> Result<()> {
    let call = Kept::new(env, call)?;
    let operation = Operation::new();
    let done = operation.clone();
    operation.start(
        move |_| work(cancel),
        move || complete(&call, |env| write(env, &done.take()?)),
    )
}

/// For calls that give nothing.
pub fn nothing<'env>(_: &mut Env<'env>, (): &()) -> Result<JObject<'env>> {
    Ok(JObject::null())
}
