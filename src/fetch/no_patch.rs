//! Stands for patches in a build without them.

use super::{Artifact, Job, Place, Promise, Source};
use crate::error::Result;

pub fn try_patch(
    _: &Job,
    _: &Promise,
    _: Source,
    _: &Place,
    _: &mut Option<String>,
) -> Result<Option<Artifact>> {
    Ok(None)
}
