//! What is refused before anything is sent, with a message that names the field.

use dev_server::Server;
use upgradelink::{
    api::{Kind, Query},
    client::Client,
    error::{Stage, Status},
    watch::Watch,
};

use crate::support::{URL_KEY, client, config, server, url_query};

fn refused(query: &Query) -> String {
    let server = server();
    let client = client(&server);
    let refusals = [
        client.check(query, &Watch::default()).unwrap_err(),
        client.describe(query, &Watch::default()).unwrap_err(),
    ];
    for error in &refusals {
        assert_eq!((error.status, error.stage), (Status::InvalidArgument, Stage::Config));
        assert!(!error.retryable);
    }
    assert_eq!(refusals[0].message, refusals[1].message);
    assert!(server.requests().is_empty());
    refusals[0].message.clone()
}

fn query(kind: Kind) -> Query {
    let arch = matches!(kind, Kind::Win | Kind::Mac | Kind::Lnx).then(|| "x64".to_owned());
    Query { arch, ..Query::new(kind, "isVZBUvkFhv6oHxk_X-D0Q", 1) }
}

#[test]
fn version_code_0_is_refused() {
    let message = refused(&Query { version_code: 0, ..url_query() });
    assert_eq!(message, "query: version code is 0; the service wants the version that runs");
}

#[test]
fn an_empty_app_key_is_refused() {
    assert_eq!(refused(&Query::new(Kind::Url, "", 1)), "app key: is empty");
}

#[test]
fn an_app_key_of_129_characters_is_refused() {
    let message = refused(&Query::new(Kind::Url, "k".repeat(129), 1));
    assert_eq!(message, "query: app key has 129 characters, the limit is 128");
}

#[test]
fn a_device_key_of_129_characters_is_refused() {
    let message = refused(&Query { device_key: Some("é".repeat(129)), ..url_query() });
    assert_eq!(message, "query: device key has 129 characters, the limit is 128");
}

#[test]
fn a_device_model_key_of_129_characters_is_refused() {
    let message = refused(&Query { device_model_key: Some("m".repeat(129)), ..url_query() });
    assert_eq!(message, "query: device model key has 129 characters, the limit is 128");
}

#[test]
fn an_arch_of_129_characters_is_refused() {
    let message = refused(&Query { arch: Some("a".repeat(129)), ..query(Kind::Win) });
    assert_eq!(message, "query: arch has 129 characters, the limit is 128");
}

#[test]
fn an_absent_or_empty_arch_is_refused_for_win_mac_and_lnx() {
    for (kind, name) in [(Kind::Win, "win"), (Kind::Mac, "mac"), (Kind::Lnx, "lnx")] {
        for arch in [None, Some(String::new())] {
            let message = refused(&Query { arch, ..query(kind) });
            assert_eq!(message, format!("query: arch is required for {name} (x64 or arm64)"));
        }
    }
}

#[test]
fn an_arch_is_refused_where_it_does_not_apply() {
    let kinds = [
        (Kind::Url, "url"),
        (Kind::File, "file"),
        (Kind::Apk, "apk"),
        (Kind::Configuration, "configuration"),
    ];
    for (kind, name) in kinds {
        let message = refused(&Query { arch: Some("x64".into()), ..query(kind) });
        assert_eq!(message, format!("query: arch does not apply to {name}"));
    }
}

#[test]
fn a_patch_algo_is_refused_on_anything_but_apk() {
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Apk) {
        let message = refused(&Query { patch_algo: Some(0), ..query(kind) });
        assert_eq!(message, format!("query: patch algo does not apply to {}", kind.rules().name));
    }
}

#[test]
fn an_unknown_patch_algo_is_refused() {
    let message = refused(&Query { patch_algo: Some(2), ..query(Kind::Apk) });
    assert_eq!(message, "query: patch algo is 2, known are 0 (none) and 1 (HDiffPatch)");
}

#[test]
fn an_appointed_version_below_0_is_refused() {
    let message = refused(&Query { appoint_version_code: Some(-1), ..url_query() });
    assert_eq!(message, "query: appointed version code is below 0");
}

#[test]
fn keys_of_128_characters_and_a_negative_version_code_are_sent() {
    let server = server();
    let query = Query {
        device_key: Some("é".repeat(128)),
        device_model_key: Some("m".repeat(128)),
        version_code: -9_223_372_036_854_775_808,
        ..Query::new(Kind::Url, "k".repeat(128), 1)
    };
    let error = client(&server).check(&query, &Watch::default()).unwrap_err();
    assert_eq!(error.service_code, 404_001);
    let body = server.requests()[0].text();
    assert!(body.contains(r#""versionCode":-9223372036854775808,"#), "{body}");
}

#[test]
fn the_figures_of_an_empty_or_overlong_app_key_are_refused() {
    let server = server();
    for (key, message) in [
        (String::new(), "app key: is empty"),
        ("k".repeat(129), "query: app key has 129 characters, the limit is 128"),
        ("k&".into(), "app key: ends in &, which the service cannot verify"),
    ] {
        let error = client(&server).measure(&key, &Watch::default()).unwrap_err();
        assert_eq!((error.status, &*error.message), (Status::InvalidArgument, message));
    }
    assert!(server.requests().is_empty());
}

fn asked_with(server: &Server, config: upgradelink::config::Config, query: &Query) -> String {
    Client::new(config).unwrap().check(query, &Watch::default()).unwrap();
    server.requests().last().unwrap().text()
}

#[test]
fn device_keys_of_the_configuration_are_sent_where_the_query_has_none() {
    let server = server();
    let mut config = config(server.url());
    config.device_key = Some("LOYlLXNy7w".into());
    config.device_model_key = Some("stv1".into());
    let body = asked_with(&server, config.clone(), &url_query());
    assert_eq!(
        body,
        format!(r#"{{"urlKey":"{URL_KEY}","versionCode":1,"devModelKey":"stv1","devKey":"LOYlLXNy7w"}}"#)
    );

    let query =
        Query { device_key: Some("own".into()), device_model_key: Some(String::new()), ..url_query() };
    let body = asked_with(&server, config, &query);
    assert_eq!(body, format!(r#"{{"urlKey":"{URL_KEY}","versionCode":1,"devModelKey":"","devKey":"own"}}"#));
}

#[test]
fn a_configuration_with_an_overlong_device_key_makes_no_client() {
    let mut wrong = config("http://127.0.0.1:1");
    wrong.device_key = Some("k".repeat(129));
    let error = Client::new(wrong).err().unwrap();
    assert_eq!(error.status, Status::InvalidArgument);
    assert_eq!(error.message, "config: device key has 129 characters, the limit is 128");
}
