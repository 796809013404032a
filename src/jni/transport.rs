//! The host's own HTTP: an `HttpTransport` of Java. A `TransportExchange` over there catches whatever it
//! throws.

use std::sync::Arc;

use jni::{
    Env, JValue, jni_sig, jni_str,
    objects::{JByteArray, JObject, JObjectArray, JString},
    refs::{Global, IntoAuto},
    strings::JNIStr,
    sys::{jbyte, jint},
};

use super::{
    callbacks::{Kept, with_java},
    load::classes,
    read, write,
};
use crate::{
    error::{Error, Result, Stage, Status},
    http::host::{Host, HostBody, HostExchange, HostHttp, HostRequest, Opened},
};

/// The most that one read asks for.
const BLOCK: usize = 64 * 1024;

pub fn host(env: &Env, transport: &JObject) -> Result<HostHttp> {
    Ok(HostHttp(Arc::new(Transport(Kept::new(env, transport)?))))
}

/// An `HttpTransport`, let go of with the last client.
struct Transport(Kept);

impl Host for Transport {
    fn begin(&self, request: HostRequest) -> Box<dyn HostExchange> {
        Box::new(Exchange(with_java(|env| self.exchange(env, &request))))
    }
}

impl Transport {
    fn exchange(&self, env: &mut Env, request: &HostRequest) -> Result<Kept> {
        let method = env.new_string(request.method)?;
        let url = env.new_string(&request.url)?;
        let texts: Vec<&String> = request.headers.iter().flat_map(|(name, value)| [name, value]).collect();
        let headers = JObjectArray::<JString>::new(env, texts.len(), JString::null())?;
        for (index, text) in texts.into_iter().enumerate() {
            let text = env.new_string(text)?.auto();
            headers.set_element(env, index, &text)?;
        }
        let body = match &request.body {
            Some(body) => env.byte_array_from_slice(body)?,
            None => JByteArray::null(),
        };
        let exchange = env.call_static_method(
            &classes()?.natives,
            jni_str!("exchange"),
            &jni_sig!(
                "(Lcom/toolsetlink/upgradelink/HttpTransport;Ljava/lang/String;Ljava/lang/String;[Ljava/lang/String;[BJ)Lcom/toolsetlink/upgradelink/TransportExchange;"
            ),
            &[
                self.0.get().into(),
                (&method).into(),
                (&url).into(),
                (&headers).into(),
                (&body).into(),
                JValue::Long(request.timeout.map_or(-1, write::millis)),
            ],
        )?;
        Kept::new(env, &exchange.l()?)
    }
}

/// A `TransportExchange`, or why there is none.
struct Exchange(Result<Kept>);

impl HostExchange for Exchange {
    fn open(&self) -> Result<Opened<'_>> {
        let exchange = self.0.as_ref().map_err(Error::clone)?;
        let (buffer, head) = with_java(|env| {
            let buffer = env.new_byte_array(BLOCK)?;
            let buffer = env.new_global_ref(buffer)?;
            let failed = number(env, exchange, jni_str!("open"))?;
            if failed != 0 {
                return Err(failure(env, exchange, failed));
            }
            Ok((buffer, head(env, exchange)))
        })?;
        let body = Body { exchange, buffer };
        let (status, headers) = head?;
        Ok(Opened { status, headers, body: Box::new(body) })
    }

    fn cancel(&self) {
        if let Ok(exchange) = &self.0 {
            tell(exchange, jni_str!("cancel"));
        }
    }
}

/// The body of an open exchange, closed when it is dropped.
struct Body<'a> {
    exchange: &'a Kept,
    buffer: Global<JByteArray<'static>>,
}

impl HostBody for Body<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        with_java(|env| {
            let arguments = [JValue::from(&*self.buffer), JValue::Int(buffer.len().min(BLOCK) as jint)];
            let read =
                env.call_method(self.exchange.get(), jni_str!("read"), &jni_sig!("([BI)I"), &arguments)?;
            let read = read.i()?;
            let Some(came) = usize::try_from(read).ok().and_then(|count| buffer.get_mut(..count)) else {
                return Err(failure(env, self.exchange, -read));
            };
            // SAFETY: Java's bytes differ in their sign alone.
            let came = unsafe { &mut *(std::ptr::from_mut(came) as *mut [jbyte]) };
            self.buffer.get_region(env, 0, came)?;
            Ok(came.len())
        })
    }
}

impl Drop for Body<'_> {
    fn drop(&mut self) {
        tell(self.exchange, jni_str!("close"));
    }
}

/// The status and the headers of an open exchange.
fn head(env: &mut Env, exchange: &Kept) -> Result<(u16, Vec<(String, String)>)> {
    let status = number(env, exchange, jni_str!("status"))?;
    let known = u16::try_from(status).ok().filter(|status| (100..1000).contains(status));
    let known = known.ok_or_else(|| {
        let message = format!("the host's transport gave the HTTP status {status}");
        Error::new(Status::Reply, Stage::Decode, message)
    })?;
    let headers = read::texts(env, exchange.get(), jni_str!("headers"))?;
    let headers = headers.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone()));
    Ok((known, headers.collect()))
}

fn number(env: &mut Env, exchange: &Kept, method: &JNIStr) -> Result<jint> {
    Ok(env.call_method(exchange.get(), method, &jni_sig!("()I"), &[])?.i()?)
}

/// Calls what has nothing to say.
fn tell(exchange: &Kept, method: &JNIStr) {
    // A request that cannot be told of its end ends by itself.
    let _ = with_java(|env| Ok(env.call_method(exchange.get(), method, &jni_sig!("()V"), &[])?.v()?));
}

/// What the exchange says of a failure.
fn failure(env: &mut Env, exchange: &Kept, number: jint) -> Error {
    let status = Status::from_number(number).unwrap_or(Status::Network);
    let stage = match status {
        Status::Connect => Stage::Connect,
        Status::Tls => Stage::Tls,
        _ => Stage::Receive,
    };
    let why = read::text(env, exchange.get(), jni_str!("failure")).ok().flatten().unwrap_or_default();
    Error::new(status, stage, format!("the host's transport failed: {why}"))
}
