//! Calls that run on a thread of the library and tell a `Call` of Java how they ended.

use jni::{Env, objects::JObject};

use super::callbacks::{Kept, complete};
use crate::{error::Result, operation::Operation, watch::Cancel};

/// Makes an object of Java of what a call gave.
type Written = Box<dyn for<'env> FnOnce(&mut Env<'env>) -> Result<JObject<'env>> + Send>;

/// Lets a thread do `work`; `call` is told of the end, exactly once unless this fails.
pub fn start<T: Send + 'static>(
    env: &Env,
    call: &JObject,
    cancel: Cancel,
    work: impl FnOnce(Cancel) -> Result<T> + Send + 'static,
    write: impl for<'env> FnOnce(&mut Env<'env>, &T) -> Result<JObject<'env>> + Send + 'static,
) -> Result<()> {
    let work = move |_| {
        let value = work(cancel)?;
        let written: Written = Box::new(move |env| write(env, &value));
        Ok(written)
    };
    let (call, operation) = (Kept::new(env, call)?, Operation::new());
    let done = operation.clone();
    operation.start(Box::new(work), Box::new(move || complete(&call, |env| done.take()?(env))))
}

/// For calls that give nothing.
pub fn nothing<'env>(_: &mut Env<'env>, (): &()) -> Result<JObject<'env>> {
    Ok(JObject::null())
}
