//! Stands for the applier in a build without it.

use std::path::Path;

use super::{Info, Options};
use crate::{
    error::{Error, Result},
    progress::Progress,
    watch::Cancel,
};

pub fn inspect(_: &Path) -> Result<Info> {
    Err(absent())
}

pub fn apply(_: &Path, _: &Path, _: &Path, _: &Options, _: Progress, _: Cancel) -> Result<()> {
    Err(absent())
}

fn absent() -> Error {
    Error::unsupported("this build of upgradelink has no patches (cargo feature patch)")
}
