//! Values of Java, read field by field. Texts that are `null` are absent.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jni::{
    Env, JValueOwned, jni_sig, jni_str,
    objects::{JObject, JObjectArray, JString},
    refs::IntoAuto,
    signature::FieldSignature,
    strings::{JNIStr, JNIString},
    sys::{jint, jlong},
};

use super::{callbacks, transport};
use crate::{
    api::{Answer, Kind, Query, Strategy},
    client::Client,
    config::{Config, Proxy},
    error::{Error, Result},
    fetch, log, patch,
    reports::{Event, EventType},
    seal::unhex,
    signature::Policy,
};

/// An object of Java and the environment to read it with.
struct Fields<'a, 'env, 'object> {
    env: &'a mut Env<'env>,
    object: &'a JObject<'object>,
}

impl<'env> Fields<'_, 'env, '_> {
    fn get(&mut self, name: &JNIStr, signature: &FieldSignature) -> Result<JValueOwned<'env>> {
        Ok(self.env.get_field(self.object, name, signature)?)
    }

    fn text(&mut self, name: &JNIStr) -> Result<Option<String>> {
        let text = self.get(name, &jni_sig!("Ljava/lang/String;"))?.l()?.auto();
        optional_text(self.env, &text).map_err(|error| Error::argument(format!("{}: {error}", name.to_str())))
    }

    fn required(&mut self, name: &JNIStr) -> Result<String> {
        self.text(name)?.ok_or_else(|| Error::argument(format!("{}: is null", name.to_str())))
    }

    fn int(&mut self, name: &JNIStr) -> Result<jint> {
        Ok(self.get(name, &jni_sig!("I"))?.i()?)
    }

    fn long(&mut self, name: &JNIStr) -> Result<jlong> {
        Ok(self.get(name, &jni_sig!("J"))?.j()?)
    }

    fn truth(&mut self, name: &JNIStr) -> Result<bool> {
        Ok(self.get(name, &jni_sig!("Z"))?.z()?)
    }

    /// A number that may be `null`.
    fn boxed(&mut self, name: &JNIStr) -> Result<Option<jlong>> {
        let boxed = self.get(name, &jni_sig!("Ljava/lang/Long;"))?.l()?.auto();
        if boxed.is_null() {
            return Ok(None);
        }
        Ok(Some(self.env.call_method(&boxed, jni_str!("longValue"), &jni_sig!("()J"), &[])?.j()?))
    }

    /// A duration in milliseconds; below 0 is without limit.
    fn limit(&mut self, name: &JNIStr) -> Result<Option<Duration>> {
        Ok(u64::try_from(self.long(name)?).ok().map(Duration::from_millis))
    }

    fn object(&mut self, name: &JNIStr, signature: &FieldSignature) -> Result<JObject<'env>> {
        Ok(self.get(name, signature)?.l()?)
    }
}

fn fields<'a, 'env, 'object>(
    env: &'a mut Env<'env>,
    object: &'a JObject<'object>,
    what: &str,
) -> Result<Fields<'a, 'env, 'object>> {
    if object.is_null() {
        return Err(Error::argument(format!("the {what} is null")));
    }
    Ok(Fields { env, object })
}

/// A field that is a text and may be `null`.
pub fn text(env: &mut Env, object: &JObject, name: &JNIStr) -> Result<Option<String>> {
    Fields { env, object }.text(name)
}

/// A text that may be `null`. Java's texts are UTF-16, which may hold half a character.
pub fn optional_text(env: &mut Env, text: &JObject) -> Result<Option<String>> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: the signature of the field or native says that it is a String; it is only borrowed.
    let text = unsafe { env.as_cast_unchecked::<JString>(text) };
    let modified = text.mutf8_chars(env)?;
    let text = modified.to_str().into_owned();
    if JNIString::new(&text).to_bytes() != modified.to_bytes() {
        return Err(Error::argument("the text holds a surrogate without its other half"));
    }
    Ok(Some(text))
}

pub fn required_text(env: &mut Env, text: &JObject, what: &str) -> Result<String> {
    optional_text(env, text)?.ok_or_else(|| Error::argument(format!("{what}: is null")))
}

pub fn config(env: &mut Env, config: &JObject) -> Result<Config> {
    let mut from = fields(env, config, "configuration")?;
    let mut config =
        Config::new(from.required(jni_str!("accessKey"))?, from.required(jni_str!("secretKey"))?);
    if let Some(endpoint) = from.text(jni_str!("endpoint"))? {
        config.endpoint = endpoint;
    }
    if let Some(user_agent) = from.text(jni_str!("userAgent"))? {
        config.user_agent = user_agent;
    }
    config.allow_http = from.truth(jni_str!("allowHttp"))?;
    config.connect_timeout = from.limit(jni_str!("connectTimeoutMillis"))?;
    config.response_timeout = from.limit(jni_str!("responseTimeoutMillis"))?;
    config.total_timeout = from.limit(jni_str!("totalTimeoutMillis"))?;
    config.max_attempts = u32::try_from(from.int(jni_str!("maxAttempts"))?).unwrap_or(0);
    config.proxy = match from.text(jni_str!("proxy"))? {
        None => Proxy::Environment,
        Some(none) if none.is_empty() => Proxy::None,
        Some(url) => Proxy::Url(url),
    };
    config.ca_pem = from.text(jni_str!("caPem"))?.map(String::into_bytes);
    config.platform_roots = from.truth(jni_str!("platformRoots"))?;
    config.device_key = from.text(jni_str!("deviceKey"))?;
    config.device_model_key = from.text(jni_str!("deviceModelKey"))?;
    config.state_folder = from.text(jni_str!("stateFolder"))?.map(Into::into);
    config.public_keys = texts(from.env, from.object, jni_str!("publicKeys"))?;
    config.signature_policy = match from.int(jni_str!("signaturePolicy"))? {
        0 => None,
        number => Some(known(Policy::from_number(number), "signature policy", number)?),
    };
    let host =
        from.object(jni_str!("transport"), &jni_sig!("Lcom/toolsetlink/upgradelink/HttpTransport;"))?;
    if !host.is_null() {
        config.transport = Some(transport::host(from.env, &host)?);
    }
    let log = from.object(jni_str!("log"), &jni_sig!("Lcom/toolsetlink/upgradelink/LogRelay;"))?;
    if !log.is_null() {
        let number = from.int(jni_str!("logLevel"))?;
        let level = known(log::Level::from_number(number), "log level", number)?;
        config.log = callbacks::log(from.env, level, &log)?;
    }
    Ok(config)
}

/// A field that is an array of texts.
pub fn texts(env: &mut Env, object: &JObject, name: &JNIStr) -> Result<Vec<String>> {
    let array = env.get_field(object, name, &jni_sig!("[Ljava/lang/String;"))?.l()?;
    let array = env.cast_local::<JObjectArray<JString>>(array)?;
    (0..array.len(env)?)
        .map(|index| {
            let text = array.get_element(env, index)?.auto();
            required_text(env, &text, &name.to_str())
        })
        .collect()
}

pub fn query(env: &mut Env, query: &JObject) -> Result<Query> {
    let mut from = fields(env, query, "query")?;
    let number = from.int(jni_str!("kind"))?;
    let kind = known(Kind::from_number(number), "kind", number)?;
    let app_key = from.required(jni_str!("appKey"))?;
    let mut query = Query::new(kind, app_key, from.long(jni_str!("versionCode"))?);
    query.arch = from.text(jni_str!("arch"))?;
    query.appoint_version_code = from.boxed(jni_str!("appointVersionCode"))?;
    query.device_key = from.text(jni_str!("deviceKey"))?;
    query.device_model_key = from.text(jni_str!("deviceModelKey"))?;
    query.patch_algo = from.boxed(jni_str!("patchAlgo"))?.map(|algo| i32::try_from(algo).unwrap_or(i32::MAX));
    Ok(query)
}

/// A strategy, which Java holds as the query and the reply that answered it.
pub fn strategy(env: &mut Env, client: &Client, strategy: &JObject) -> Result<Strategy> {
    let mut from = fields(env, strategy, "strategy")?;
    let json = from.required(jni_str!("json"))?;
    let asked = from.object(jni_str!("query"), &jni_sig!("Lcom/toolsetlink/upgradelink/Query;"))?;
    let query = client.complete(&query(env, &asked)?)?;
    let answer = Answer::parse(json.as_bytes()).map_err(|why| Error::argument(format!("strategy: {why}")))?;
    Strategy::read(&answer, query)
}

pub fn event(env: &mut Env, event: &JObject) -> Result<Event> {
    let mut from = fields(env, event, "event")?;
    let number = from.int(jni_str!("type"))?;
    let event_type = known(EventType::from_number(number), "event type", number)?;
    let app_key = from.required(jni_str!("appKey"))?;
    let mut event = Event::new(event_type, app_key, from.long(jni_str!("versionCode"))?);
    event.time = time(from.long(jni_str!("timeMillis"))?)?;
    event.launch_time = from.boxed(jni_str!("launchTimeMillis"))?.map(time).transpose()?;
    event.download_version_code = from.boxed(jni_str!("downloadVersionCode"))?;
    event.upgrade_version_code = from.boxed(jni_str!("upgradeVersionCode"))?;
    event.code = from.boxed(jni_str!("code"))?;
    event.device_key = from.text(jni_str!("deviceKey"))?;
    event.device_model_key = from.text(jni_str!("deviceModelKey"))?;
    event.target = from.text(jni_str!("target"))?;
    event.arch = from.text(jni_str!("arch"))?;
    Ok(event)
}

pub fn fetch_options(env: &mut Env, options: &JObject) -> Result<fetch::Options> {
    let mut from = fields(env, options, "fetch options")?;
    let mut options = fetch::Options::new(from.required(jni_str!("folder"))?);
    options.base_file = from.text(jni_str!("baseFile"))?.map(Into::into);
    options.file_name = from.text(jni_str!("fileName"))?;
    options.sha256 = from.text(jni_str!("sha256"))?.map(|text| digest("sha256", &text)).transpose()?;
    options.require_hash = from.truth(jni_str!("requireHash"))?;
    options.max_size = size(from.long(jni_str!("maxSize"))?);
    options.allow_downgrade = from.truth(jni_str!("allowDowngrade"))?;
    options.stall_timeout = from.limit(jni_str!("stallTimeoutMillis"))?;
    if options.stall_timeout == Some(Duration::ZERO) {
        return Err(Error::argument("stallTimeoutMillis: a limit of 0 would let nothing come"));
    }
    options.lock_wait = from.limit(jni_str!("lockWaitMillis"))?;
    options.keep_partial = from.truth(jni_str!("keepPartial"))?;
    options.max_bytes_per_second = size(from.long(jni_str!("maxBytesPerSecond"))?).filter(|most| *most != 0);
    options.report = from.truth(jni_str!("report"))?;
    Ok(options)
}

pub fn patch_options(env: &mut Env, options: &JObject) -> Result<patch::Options> {
    let mut from = fields(env, options, "patch options")?;
    let md5 = from.text(jni_str!("expectedMd5"))?;
    Ok(patch::Options {
        expected_size: size(from.long(jni_str!("expectedSize"))?),
        expected_md5: md5.map(|text| digest("expectedMd5", &text)).transpose()?,
        max_window: size(from.long(jni_str!("maxWindow"))?),
    })
}

/// A number of bytes; below 0 is not known.
pub fn size(bytes: jlong) -> Option<u64> {
    u64::try_from(bytes).ok()
}

/// A time in milliseconds since 1970.
pub fn time(unix_ms: jlong) -> Result<SystemTime> {
    let since = u64::try_from(unix_ms).map(Duration::from_millis).ok();
    since
        .and_then(|since| UNIX_EPOCH.checked_add(since))
        .ok_or_else(|| Error::argument(format!("{unix_ms} ms since 1970 is no time that can be told")))
}

fn digest<const N: usize>(name: &str, text: &str) -> Result<[u8; N]> {
    let bytes = unhex(text.as_bytes()).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| Error::argument(format!("{name}: {text:?} is not {} hex digits", 2 * N)))
}

fn known<T>(value: Option<T>, what: &str, number: jint) -> Result<T> {
    value.ok_or_else(|| Error::argument(format!("the {what} is {number}, which is not known")))
}
