//! The five documented pages: their example requests get their example bodies, byte for byte.

mod common;

use common::{ask, server};

/// JSON without the spaces between its tokens.
fn compact(json: &str) -> String {
    let (mut out, mut in_text, mut escaped) = (String::new(), false, false);
    for character in json.chars() {
        if in_text || !character.is_ascii_whitespace() {
            out.push(character);
        }
        in_text ^= character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
    }
    out
}

macro_rules! page {
    ($name:ident, $path:literal, $file:literal) => {
        #[test]
        fn $name() {
            let server = server();
            let request = include_str!(concat!("pages/", $file, ".request.json"));
            let reply = include_str!(concat!("pages/", $file, ".reply.json"));
            let error = include_str!(concat!("pages/", $file, ".error.json"));

            let found = ask(&server, $path, request);
            assert_eq!((found.status(), found.text()), (200, compact(reply).as_str()));
            assert_eq!(found.header("content-type"), Some("application/json; charset=utf-8"));

            let key = request.split('"').nth(3).unwrap();
            let unknown = ask(&server, $path, &request.replace(key, "unknown"));
            assert_eq!((unknown.status(), unknown.text()), (404, compact(error).as_str()));
        }
    };
}

page!(the_url_upgrade_page_is_answered_as_printed, "/v1/url/upgrade", "url-upgrade");
page!(the_apk_upgrade_page_is_answered_as_printed, "/v1/apk/upgrade", "apk-upgrade");
page!(the_win_upgrade_page_is_answered_as_printed, "/v1/win/upgrade", "win-upgrade");
page!(the_mac_upgrade_page_is_answered_as_printed, "/v1/mac/upgrade", "mac-upgrade");
page!(the_url_version_page_is_answered_as_printed, "/v1/url/version", "url-version");

#[test]
fn the_newest_version_is_told_so_with_a_zeroed_object() {
    let reply = ask(&server(), "/v1/url/upgrade", r#"{"urlKey":"SkEgKQ4SyLmzazl31fJnAw","versionCode":2}"#);
    assert_eq!(
        (reply.status(), reply.text()),
        (
            200,
            r#"{"code":0,"msg":"Already at the latest version","data":{"urlKey":"","versionName":"","versionCode":0,"urlPath":"","upgradeType":0,"promptUpgradeContent":""}}"#
        )
    );
}

#[test]
fn a_patch_that_is_asked_for_is_granted() {
    let body = r#"{"apkKey":"isVZBUvkFhv6oHxk_X-D0Q","versionCode":1,"patchAlgo":1}"#;
    let reply = ask(&server(), "/v1/apk/upgrade", body);
    assert_eq!(reply.json()["data"]["patchAlgo"], 1);
    assert_eq!(reply.json()["data"]["patchUrlPath"], "http://file.com/1-2.patch");
}

#[test]
fn a_key_counts_only_for_its_kind() {
    let body = r#"{"macKey":"SkEgKQ4SyLmzazl31fJnAw","versionCode":1,"arch":"x64"}"#;
    assert_eq!(ask(&server(), "/v1/mac/upgrade", body).code(), 404_001);
}
