//! Files and patches, at once and in the background.

use jni::{
    Env, EnvUnowned,
    objects::{JClass, JObject},
    sys::jlong,
};

use crate::{
    client::Client,
    error::Result,
    fetch::Link,
    jni::{
        background::{nothing, start},
        callbacks::Told,
        handle, native, read, write,
    },
    patch,
    watch::Cancel,
};

pub extern "system" fn fetch<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    strategy: JObject<'l>,
    options: JObject<'l>,
    progress: JObject<'l>,
) -> JObject<'l> {
    native(env, |env| {
        // SAFETY: Java gives a live client, and a live cancel or 0.
        let (client, cancel) = unsafe { (handle::borrow::<Client>(client)?, handle::optional(cancel)) };
        let strategy = read::strategy(env, client, &strategy)?;
        let options = read::fetch_options(env, &options)?;
        let progress = Told::new(env, &progress)?.progress();
        let artifact = client.fetch(&strategy, &options, progress, cancel)?;
        write::artifact(env, &artifact)
    })
}

pub extern "system" fn fetch_start<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    strategy: JObject<'l>,
    options: JObject<'l>,
    progress: JObject<'l>,
    call: JObject<'l>,
) {
    native(env, |env| {
        // SAFETY: Java gives a live client and a live cancel.
        let (client, cancel) =
            unsafe { (handle::borrow::<Client>(client)?.clone(), handle::optional::<Cancel>(cancel)) };
        let strategy = read::strategy(env, &client, &strategy)?;
        let options = read::fetch_options(env, &options)?;
        let told = Told::new(env, &progress)?;
        let work = move |cancel| client.fetch(&strategy, &options, told.progress(), cancel);
        start(env, &call, cancel, work, write::artifact)
    })
}

pub extern "system" fn fetch_link<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    url: JObject<'l>,
    size: jlong,
    md5: JObject<'l>,
    options: JObject<'l>,
    progress: JObject<'l>,
) -> JObject<'l> {
    native(env, |env| {
        // SAFETY: Java gives a live client, and a live cancel or 0.
        let (client, cancel) = unsafe { (handle::borrow::<Client>(client)?, handle::optional(cancel)) };
        let link = link(env, &url, size, &md5)?;
        let options = read::fetch_options(env, &options)?;
        let progress = Told::new(env, &progress)?.progress();
        let artifact = client.fetch_link(&link, &options, progress, cancel)?;
        write::artifact(env, &artifact)
    })
}

pub extern "system" fn fetch_link_start<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    client: jlong,
    cancel: jlong,
    url: JObject<'l>,
    size: jlong,
    md5: JObject<'l>,
    options: JObject<'l>,
    progress: JObject<'l>,
    call: JObject<'l>,
) {
    native(env, |env| {
        // SAFETY: Java gives a live client and a live cancel.
        let (client, cancel) =
            unsafe { (handle::borrow::<Client>(client)?.clone(), handle::optional::<Cancel>(cancel)) };
        let link = link(env, &url, size, &md5)?;
        let options = read::fetch_options(env, &options)?;
        let told = Told::new(env, &progress)?;
        let work = move |cancel| client.fetch_link(&link, &options, told.progress(), cancel);
        start(env, &call, cancel, work, write::artifact)
    })
}

fn link(env: &mut Env, url: &JObject, size: jlong, md5: &JObject) -> Result<Link> {
    Ok(Link {
        url: read::required_text(env, url, "link")?,
        size: read::size(size),
        md5: read::optional_text(env, md5)?,
    })
}

pub extern "system" fn patch_apply<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    cancel: jlong,
    base: JObject<'l>,
    patch: JObject<'l>,
    output: JObject<'l>,
    options: JObject<'l>,
    progress: JObject<'l>,
) {
    native(env, |env| {
        let files = Files::read(env, &base, &patch, &output, &options)?;
        let told = Told::new(env, &progress)?;
        // SAFETY: Java gives a live cancel or 0.
        files.apply(told, unsafe { handle::optional(cancel) })
    })
}

pub extern "system" fn patch_apply_start<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    cancel: jlong,
    base: JObject<'l>,
    patch: JObject<'l>,
    output: JObject<'l>,
    options: JObject<'l>,
    progress: JObject<'l>,
    call: JObject<'l>,
) {
    native(env, |env| {
        let files = Files::read(env, &base, &patch, &output, &options)?;
        let told = Told::new(env, &progress)?;
        // SAFETY: Java gives a live cancel.
        let cancel = unsafe { handle::optional(cancel) };
        start(env, &call, cancel, move |cancel| files.apply(told, cancel), nothing)
    })
}

pub extern "system" fn patch_inspect<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    path: JObject<'l>,
) -> JObject<'l> {
    native(env, |env| {
        let path = read::required_text(env, &path, "path")?;
        write::patch_info(env, &patch::inspect(path.as_ref())?)
    })
}

/// What a patch is applied to, and how.
struct Files {
    base: String,
    patch: String,
    output: String,
    options: patch::Options,
}

impl Files {
    fn read(
        env: &mut Env,
        base: &JObject,
        patch: &JObject,
        output: &JObject,
        options: &JObject,
    ) -> Result<Files> {
        Ok(Files {
            base: read::required_text(env, base, "base file")?,
            patch: read::required_text(env, patch, "patch")?,
            output: read::required_text(env, output, "output")?,
            options: read::patch_options(env, options)?,
        })
    }

    fn apply(&self, told: Told, cancel: Cancel) -> Result<()> {
        let (base, patch, output) = (self.base.as_ref(), self.patch.as_ref(), self.output.as_ref());
        patch::apply(base, patch, output, &self.options, told.progress(), cancel)
    }
}
