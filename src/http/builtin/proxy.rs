//! Which proxy a client goes through.

use std::env;

use ureq::{Proxy, ProxyProtocol};

use crate::{
    config::{self, Config},
    error::{Error, Result},
    log::{Level, Log},
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
        config::Proxy::Environment => Ok(of_environment(&config.log)),
    }
}

fn is_socks(proxy: &Proxy) -> bool {
    !matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https)
}

/// ureq's own reading ends at the first variable that names a proxy, but local proxies have their users
/// name a SOCKS one in ALL_PROXY beside an HTTP one in HTTPS_PROXY.
fn of_environment(log: &Log) -> Option<Proxy> {
    const NAMES: [&str; 6] =
        ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
    let mut passed_over = false;
    let usable = |proxy: &Proxy| {
        passed_over |= is_socks(proxy);
        !is_socks(proxy)
    };
    let found = NAMES.iter().filter_map(|name| Proxy::new(&env::var(name).ok()?).ok()).find(usable);
    let Some(found) = found else {
        if passed_over {
            log.line(Level::Warn, || {
                "the environment's proxy is SOCKS, which is not supported: connecting directly".into()
            });
        }
        return None;
    };
    let mut proxy = Proxy::builder(found.protocol()).host(found.host()).port(found.port());
    if let Some(username) = found.username() {
        proxy = proxy.username(username).password(found.password().unwrap_or_default());
    }
    let direct = env::var("NO_PROXY").or_else(|_| env::var("no_proxy")).unwrap_or_default();
    direct.split(',').fold(proxy, |proxy, hosts| proxy.no_proxy(hosts)).build().ok()
}
