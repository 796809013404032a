//! Which proxy a client goes through.

use std::env;

use ureq::{Proxy, ProxyProtocol};

use crate::{
    config::{self, Config},
    error::{Error, Result},
    log::Level,
};

pub fn of(config: &Config) -> Result<Option<Proxy>> {
    match &config.proxy {
        config::Proxy::None => Ok(None),
        config::Proxy::Url(url) => {
            let proxy = Proxy::new(url).map_err(|error| Error::config(format!("proxy: {error}")))?;
            if is_socks(&proxy) {
                return Err(Error::config("proxy: SOCKS is not supported, give an http or https proxy"));
            }
            Ok(Some(proxy))
        }
        config::Proxy::Environment => Ok(Proxy::try_from_env().and_then(|first| {
            if !is_socks(&first) {
                return Some(first);
            }
            let other = beside_socks();
            if other.is_none() {
                config.log.line(Level::Warn, || {
                    "the environment's proxy is SOCKS, which is not supported: connecting directly".into()
                });
            }
            other
        })),
    }
}

fn is_socks(proxy: &Proxy) -> bool {
    !matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https)
}

/// The HTTP proxy that the environment names beside a SOCKS one in ALL_PROXY, as many local proxies have
/// their users do. ureq looks no further than the first.
fn beside_socks() -> Option<Proxy> {
    let found = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"]
        .iter()
        .find_map(|name| Proxy::new(&env::var(name).ok()?).ok().filter(|proxy| !is_socks(proxy)))?;
    let mut proxy = Proxy::builder(found.protocol()).host(found.host()).port(found.port());
    if let Some(username) = found.username() {
        proxy = proxy.username(username).password(found.password().unwrap_or_default());
    }
    let direct = env::var("NO_PROXY").or_else(|_| env::var("no_proxy")).unwrap_or_default();
    direct.split(',').fold(proxy, |proxy, hosts| proxy.no_proxy(hosts)).build().ok()
}
