//! Values for Java, made by the constructors of their classes. Sizes that are not known are -1.

use std::time::Duration;

use jni::{
    Env, JValue, jni_sig, jni_str,
    objects::{JLongArray, JObject, JObjectArray, JString, JThrowable},
    sys::jlong,
};

use super::load::classes;
use crate::{
    api::{Series, Statistics, Strategy, VersionDetails},
    error::{Error, Result},
    fetch::Artifact,
    patch::Info,
};

pub fn exception<'env>(env: &mut Env<'env>, error: &Error) -> jni::errors::Result<JThrowable<'env>> {
    let class = &classes().map_err(|_| jni::errors::Error::UninitializedJavaVM)?.exception;
    let trace_id = text(env, error.trace_id.as_deref())?;
    let docs = text(env, error.docs.as_deref())?;
    let message = text(env, Some(&error.message))?;
    let exception = env.new_object(
        class,
        &jni_sig!("(IIIJLjava/lang/String;Ljava/lang/String;IZJLjava/lang/String;)V"),
        &[
            JValue::Int(error.status as i32),
            JValue::Int(error.stage as i32),
            JValue::Int(error.http_status.into()),
            JValue::Long(error.service_code),
            (&trace_id).into(),
            (&docs).into(),
            JValue::Int(error.os_error),
            JValue::Bool(error.retryable),
            JValue::Long(error.retry_after.map_or(0, millis)),
            (&message).into(),
        ],
    )?;
    env.cast_local::<JThrowable>(exception)
}

/// `asked` is the query that Java gave; the strategy keeps it.
pub fn strategy<'env>(env: &mut Env<'env>, strategy: &Strategy, asked: &JObject) -> Result<JObject<'env>> {
    let package_name = text(env, strategy.package_name.as_deref())?;
    let version_name = text(env, strategy.version_name.as_deref())?;
    let url = text(env, strategy.url.as_deref())?;
    let file_md5 = text(env, strategy.file_md5.as_deref())?;
    let prompt = text(env, strategy.prompt.as_deref())?;
    let patch_url = text(env, strategy.patch_url.as_deref())?;
    let patch_file_md5 = text(env, strategy.patch_file_md5.as_deref())?;
    let content = text(env, strategy.content.as_deref())?;
    let message = text(env, strategy.message.as_deref())?;
    let json = env.new_string(&strategy.json)?;
    let made = env.call_static_method(
        &classes()?.natives,
        jni_str!("strategy"),
        &jni_sig!(
            "(Lcom/toolsetlink/upgradelink/Query;ZLjava/lang/String;Ljava/lang/String;JLjava/lang/String;JLjava/lang/String;ILjava/lang/String;ILjava/lang/String;JLjava/lang/String;Ljava/lang/String;Ljava/lang/String;Ljava/lang/String;J)Lcom/toolsetlink/upgradelink/Strategy;"
        ),
        &[
            asked.into(),
            JValue::Bool(strategy.available),
            (&package_name).into(),
            (&version_name).into(),
            JValue::Long(strategy.version_code),
            (&url).into(),
            JValue::Long(size(strategy.file_size)),
            (&file_md5).into(),
            JValue::Int(strategy.upgrade_type),
            (&prompt).into(),
            JValue::Int(strategy.patch_algo),
            (&patch_url).into(),
            JValue::Long(size(strategy.patch_file_size)),
            (&patch_file_md5).into(),
            (&content).into(),
            (&message).into(),
            (&json).into(),
            JValue::Long(millis(strategy.age)),
        ],
    )?;
    Ok(made.l()?)
}

pub fn version_details<'env>(env: &mut Env<'env>, details: &VersionDetails) -> Result<JObject<'env>> {
    let app_key = text(env, Some(&details.app_key))?;
    let package_name = text(env, details.package_name.as_deref())?;
    let version_name = text(env, details.version_name.as_deref())?;
    let description = text(env, details.description.as_deref())?;
    let json = env.new_string(&details.json)?;
    Ok(env.new_object(
        &classes()?.version_details,
        &jni_sig!(
            "(Ljava/lang/String;Ljava/lang/String;Ljava/lang/String;JLjava/lang/String;Ljava/lang/String;)V"
        ),
        &[
            (&app_key).into(),
            (&package_name).into(),
            (&version_name).into(),
            JValue::Long(details.version_code),
            (&description).into(),
            (&json).into(),
        ],
    )?)
}

/// Totals come as yesterday and all of each series in turn, days as four values each.
pub fn statistics<'env>(env: &mut Env<'env>, statistics: &Statistics) -> Result<JObject<'env>> {
    let totals = Series::ALL.map(|series| statistics.total(series));
    let totals: Vec<jlong> = totals.iter().flat_map(|total| [total.yesterday, total.all]).collect();
    let days = statistics.days.iter();
    let values: Vec<jlong> = days.flat_map(|day| Series::ALL.map(|series| day.value(series))).collect();
    let (totals, values) = (longs(env, &totals)?, longs(env, &values)?);
    let names = JObjectArray::<JString>::new(env, statistics.days.len(), JString::null())?;
    for (index, day) in statistics.days.iter().enumerate() {
        let name = env.new_string(&day.name)?;
        names.set_element(env, index, &name)?;
        env.delete_local_ref(name);
    }
    let json = env.new_string(&statistics.json)?;
    Ok(env.new_object(
        &classes()?.statistics,
        &jni_sig!("([J[Ljava/lang/String;[JLjava/lang/String;)V"),
        &[(&totals).into(), (&names).into(), (&values).into(), (&json).into()],
    )?)
}

pub fn artifact<'env>(env: &mut Env<'env>, artifact: &Artifact) -> Result<JObject<'env>> {
    let path = text(env, Some(&artifact.path.to_string_lossy()))?;
    let md5 = text(env, Some(&artifact.md5))?;
    let sha256 = text(env, Some(&artifact.sha256))?;
    let patch_failure = text(env, artifact.patch_failure.as_deref())?;
    Ok(env.new_object(
        &classes()?.artifact,
        &jni_sig!("(Ljava/lang/String;JLjava/lang/String;Ljava/lang/String;IIJLjava/lang/String;)V"),
        &[
            (&path).into(),
            JValue::Long(size(Some(artifact.size))),
            (&md5).into(),
            (&sha256).into(),
            JValue::Int(artifact.origin as i32),
            JValue::Int(artifact.checked.cast_signed()),
            JValue::Long(size(Some(artifact.network_bytes))),
            (&patch_failure).into(),
        ],
    )?)
}

pub fn patch_info<'env>(env: &mut Env<'env>, info: &Info) -> Result<JObject<'env>> {
    let container = text(env, Some(&info.container))?;
    let compressor = text(env, Some(&info.compressor))?;
    Ok(env.new_object(
        &classes()?.patch_info,
        &jni_sig!("(Ljava/lang/String;Ljava/lang/String;JJ)V"),
        &[
            (&container).into(),
            (&compressor).into(),
            JValue::Long(size(info.old_size)),
            JValue::Long(size(Some(info.new_size))),
        ],
    )?)
}

/// As in C, NULs within become U+FFFD.
pub fn text<'env>(env: &mut Env<'env>, text: Option<&str>) -> jni::errors::Result<JString<'env>> {
    text.map_or_else(|| Ok(JString::null()), |text| env.new_string(text.replace('\0', "\u{FFFD}")))
}

fn longs<'env>(env: &mut Env<'env>, values: &[jlong]) -> jni::errors::Result<JLongArray<'env>> {
    let array = env.new_long_array(values.len())?;
    array.set_region(env, 0, values)?;
    Ok(array)
}

/// Java has no unsigned numbers: what is beyond them all is their largest.
pub fn size(bytes: Option<u64>) -> jlong {
    bytes.map_or(-1, |bytes| jlong::try_from(bytes).unwrap_or(jlong::MAX))
}

pub fn millis(duration: Duration) -> jlong {
    jlong::try_from(duration.as_millis()).unwrap_or(jlong::MAX)
}
