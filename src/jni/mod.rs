//! The Java surface: the natives of the class `Natives`. It converts and delegates; it decides nothing.
//!
//! Java holds the values: a query, a strategy or an artifact is an immutable object over there, read and
//! written here field by field. Only clients, cancels and schedulers are pointers, which Java guards
//! against use after close.

mod background;
mod callbacks;
mod handle;
mod load;
mod natives;
mod read;
mod transport;
mod write;

use std::any::Any;

use jni::{Env, EnvUnowned, errors::ErrorPolicy};

use crate::{
    error::{Error, Result, Stage, Status},
    operation::internal,
    panics::barrier,
};

/// Runs a native: a failure or a panic becomes an `UpgradeLinkException`, and nothing else does.
fn native<'local, T: Default>(
    mut env: EnvUnowned<'local>,
    body: impl FnOnce(&mut Env<'local>) -> Result<T>,
) -> T {
    env.with_env(|env| barrier(|| body(env))).resolve::<Throw>()
}

struct Throw;

impl<T: Default> ErrorPolicy<T, Error> for Throw {
    type Captures<'unowned_env_local: 'native_method, 'native_method> = ();

    fn on_error<'unowned_env_local: 'native_method, 'native_method>(
        env: &mut Env<'unowned_env_local>,
        (): &mut (),
        error: Error,
    ) -> jni::errors::Result<T> {
        env.exception_clear();
        let exception = write::exception(env, &error)?;
        match env.throw(exception) {
            Err(jni::errors::Error::JavaException) | Ok(()) => Ok(T::default()),
            Err(failure) => Err(failure),
        }
    }

    fn on_panic<'unowned_env_local: 'native_method, 'native_method>(
        env: &mut Env<'unowned_env_local>,
        captures: &mut (),
        panic: Box<dyn Any + Send>,
    ) -> jni::errors::Result<T> {
        Self::on_error(env, captures, internal(&*panic))
    }
}

/// A call of the Java VM that failed, which no caller can do anything about.
impl From<jni::errors::Error> for Error {
    fn from(error: jni::errors::Error) -> Error {
        Error::new(Status::Internal, Stage::Config, format!("the Java VM: {error}"))
    }
}
