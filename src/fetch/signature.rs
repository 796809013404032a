//! The publisher's signature of a file, where the host has pinned keys.

use std::{
    fs::File,
    io::{Read, Seek},
};

use super::{
    Job, checked,
    get::{get, refusal},
    promise::{Promise, refused},
};
use crate::{
    error::{Error, Result},
    http,
    signature::{Binding, SIGNATURE_LIMIT},
};

/// Checks the whole of `file` where the configuration asks for signatures, and says what was
/// checked.
pub fn check(job: &Job, promise: &Promise, mut file: &File, size: u64) -> Result<u32> {
    let signers = job.client.signers();
    if !signers.are_asked() {
        return Ok(0);
    }
    // What a patch makes is checked, not the patch.
    let Some((kind, app_key, version_code)) = &promise.version else { return Ok(0) };
    let binding = Binding { kind: *kind, app_key, version_code: *version_code, size };
    let signature = take(job, &promise.url)?;
    file.rewind().map_err(|error| Error::io("signature: the file cannot be read again", &error))?;
    let right = signers.check(signature.as_deref(), file, &binding)?;
    Ok(if right { checked::SIGNATURE } else { 0 })
}

/// The text at `<link>.minisig`; `None` only where the server says that there is none.
fn take(job: &Job, link: &str) -> Result<Option<String>> {
    let (path, query) = link.find(['?', '#']).map_or((link, ""), |end| link.split_at(end));
    let mut response = get(job, &format!("{path}.minisig{query}"), &[])?;
    match response.status {
        200 => {}
        404 | 410 => return Ok(None),
        _ => return Err(refusal(job, &response)),
    }
    let mut text = String::new();
    let read = Read::by_ref(&mut response.body).take(SIGNATURE_LIMIT + 1).read_to_string(&mut text);
    read.map_err(http::error_of)?;
    if text.len() as u64 > SIGNATURE_LIMIT {
        return Err(refused("the signature is no signature: it is too long"));
    }
    Ok(Some(text))
}
