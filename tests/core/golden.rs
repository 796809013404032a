//! Every row of the service's table through the C ABI: the bytes of the request, and every getter of
//! the reply. Requests and replies are the documented pages' own where a page exists.

use std::{
    ffi::{CStr, CString, c_char},
    ptr,
};

use dev_server::{Fault, Recorded, Server};
use upgradelink::ffi::{client::*, config::*, details::*, error::*, query::*, statistics::*, strategy::*};

use crate::support::{ACCESS, SECRET, md5, server};

const UNKNOWN_SIZE: u64 = u64::MAX;

fn c(text: &str) -> CString {
    CString::new(text).unwrap()
}

fn text(pointer: *const c_char) -> Option<String> {
    // SAFETY: a getter gives NULL or a text that lives as long as its handle.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) }.to_str().unwrap().to_owned())
}

fn json(read: impl FnOnce(*mut usize) -> *const c_char) -> String {
    let mut length = 0;
    let text = text(read(&mut length)).unwrap();
    assert_eq!(text.len(), length);
    text
}

/// A client as a C program makes it, of a server that gives `reply` to every request.
struct Host {
    server: Server,
    client: *mut Client,
}

impl Host {
    fn given(reply: &str) -> Host {
        let server = server();
        server.fault(Fault::on("/*").body(reply));
        let (access, secret, endpoint) = (c(ACCESS), c(SECRET), c(&server.url()));
        let mut client = ptr::null_mut();
        // SAFETY: live handles and texts.
        unsafe {
            let config = upgradelink_config_new(access.as_ptr(), secret.as_ptr());
            upgradelink_config_set_endpoint(config, endpoint.as_ptr());
            upgradelink_config_set_allow_http(config, 1);
            upgradelink_config_set_proxy(config, c"".as_ptr());
            assert_eq!(upgradelink_client_new(config, &mut client, ptr::null_mut()), UPGRADELINK_OK);
            upgradelink_config_free(config);
        }
        Host { server, client }
    }

    /// The only request so far.
    fn request(&self) -> Recorded {
        let requests = self.server.requests();
        assert_eq!(requests.len(), 1);
        requests[0].clone()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // SAFETY: live and not used again.
        unsafe { upgradelink_client_free(self.client) }
    }
}

/// The head of the request after its changing values were checked: the timestamp is now in UTC
/// seconds, the nonce 32 hex digits, and the signature that of the page's rule.
fn head(host: &Host, signed_target: &str) -> String {
    let request = host.request();
    let header = |name: &str| request.header(name).unwrap();
    let (timestamp, nonce) = (header("X-Timestamp"), header("X-Nonce"));

    let sent = humantime::parse_rfc3339(&timestamp).unwrap();
    assert!(sent.elapsed().unwrap().as_secs() < 60, "{timestamp}");
    assert_eq!((timestamp.len(), timestamp.ends_with('Z')), (20, true), "{timestamp}");
    assert_eq!(nonce.len(), 32);
    assert!(nonce.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{nonce}");

    let body = match request.text() {
        body if body.is_empty() => String::new(),
        body => format!("body={body}&"),
    };
    let canonical =
        format!("{body}nonce={nonce}&secretKey={SECRET}&timestamp={timestamp}&url={signed_target}");
    let signature = md5(canonical.as_bytes());
    String::from_utf8(request.head.clone())
        .unwrap()
        .replace(&timestamp, "TIMESTAMP")
        .replace(&nonce, "NONCE")
        .replace(&signature, "SIGNATURE")
        .replace(&host.server.port().to_string(), "PORT")
}

fn post_head(path: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\n\
         content-length: {length}\r\n\
         user-agent: upgradelink/0.1.0\r\n\
         host: 127.0.0.1:PORT\r\n\
         x-timestamp: TIMESTAMP\r\n\
         x-nonce: NONCE\r\n\
         x-accesskey: mui2W50H1j-OC4xD6PgQag\r\n\
         x-signature: SIGNATURE\r\n\
         content-type: application/json\r\n\
         \r\n"
    )
}

/// What every getter of a strategy gives.
#[derive(Debug, PartialEq)]
struct Offer {
    available: i32,
    kind: i32,
    app_key: Option<String>,
    package_name: Option<String>,
    version_name: Option<String>,
    version_code: i64,
    url: Option<String>,
    file_size: u64,
    file_md5: Option<String>,
    upgrade_type: i32,
    prompt: Option<String>,
    patch_algo: i32,
    patch_url: Option<String>,
    patch_file_size: u64,
    patch_file_md5: Option<String>,
    content: Option<String>,
    message: Option<String>,
}

/// An offer of which the service said nothing.
fn nothing(kind: i32, app_key: &str) -> Offer {
    Offer {
        available: 0,
        kind,
        app_key: some(app_key),
        package_name: None,
        version_name: None,
        version_code: 0,
        url: None,
        file_size: UNKNOWN_SIZE,
        file_md5: None,
        upgrade_type: 0,
        prompt: None,
        patch_algo: 0,
        patch_url: None,
        patch_file_size: UNKNOWN_SIZE,
        patch_file_md5: None,
        content: None,
        message: None,
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// What a query of a test says beside kind, key and version.
#[derive(Default)]
struct Extra {
    arch: Option<&'static str>,
    appoint: Option<i64>,
    model: Option<&'static str>,
    device: Option<&'static str>,
    patch_algo: Option<i32>,
}

/// As the documented example bodies.
const DOCUMENTED: Extra =
    Extra { arch: None, appoint: Some(0), model: Some("stv1"), device: Some("LOYlLXNy7w"), patch_algo: None };

/// # Safety
/// The caller frees the query.
unsafe fn query(kind: i32, key: &str, version: i64, extra: &Extra) -> *mut Query {
    let own = |text: Option<&str>| text.map(c);
    let (key, arch, model, device) = (c(key), own(extra.arch), own(extra.model), own(extra.device));
    // SAFETY: live handles and texts.
    unsafe {
        let query = upgradelink_query_new(kind, key.as_ptr(), version);
        arch.inspect(|arch| upgradelink_query_set_arch(query, arch.as_ptr()));
        extra.appoint.inspect(|code| upgradelink_query_set_appoint_version_code(query, *code));
        model.inspect(|key| upgradelink_query_set_device_model_key(query, key.as_ptr()));
        device.inspect(|key| upgradelink_query_set_device_key(query, key.as_ptr()));
        extra.patch_algo.inspect(|algo| upgradelink_query_set_patch_algo(query, *algo));
        query
    }
}

/// Asks with `extra`; checks the request against `path` and `body`, and gives every getter.
fn check(kind: i32, key: &str, extra: &Extra, path: &str, body: &str, reply: &str) -> Offer {
    let host = Host::given(reply);
    // SAFETY: live handles; texts are copied before the strategy is freed.
    let offer = unsafe {
        let query = query(kind, key, 1, extra);
        let mut strategy = ptr::null_mut();
        let status = upgradelink_check(host.client, query, &mut strategy, ptr::null_mut());
        assert_eq!(status, UPGRADELINK_OK);
        assert_eq!(json(|length| upgradelink_strategy_json(strategy, length)), reply);
        let offer = Offer {
            available: upgradelink_strategy_is_available(strategy),
            kind: upgradelink_strategy_kind(strategy),
            app_key: text(upgradelink_strategy_app_key(strategy)),
            package_name: text(upgradelink_strategy_package_name(strategy)),
            version_name: text(upgradelink_strategy_version_name(strategy)),
            version_code: upgradelink_strategy_version_code(strategy),
            url: text(upgradelink_strategy_url(strategy)),
            file_size: upgradelink_strategy_file_size(strategy),
            file_md5: text(upgradelink_strategy_file_md5(strategy)),
            upgrade_type: upgradelink_strategy_upgrade_type(strategy),
            prompt: text(upgradelink_strategy_prompt(strategy)),
            patch_algo: upgradelink_strategy_patch_algo(strategy),
            patch_url: text(upgradelink_strategy_patch_url(strategy)),
            patch_file_size: upgradelink_strategy_patch_file_size(strategy),
            patch_file_md5: text(upgradelink_strategy_patch_file_md5(strategy)),
            content: text(upgradelink_strategy_content(strategy)),
            message: text(upgradelink_strategy_message(strategy)),
        };
        upgradelink_strategy_free(strategy);
        upgradelink_query_free(query);
        offer
    };
    assert_eq!(host.request().text(), body);
    assert_eq!(head(&host, path), post_head(path, body.len()));
    offer
}

#[test]
fn url_upgrade_is_asked_and_answered_as_documented() {
    let offer = check(
        1,
        "SkEgKQ4SyLmzazl31fJnAw",
        &DOCUMENTED,
        "/v1/url/upgrade",
        r#"{"urlKey":"SkEgKQ4SyLmzazl31fJnAw","versionCode":1,"appointVersionCode":0,"devModelKey":"stv1","devKey":"LOYlLXNy7w"}"#,
        r#"{
  "code": 200,
  "msg": "New version found",
  "data": {
    "urlKey": "SkEgKQ4SyLmzazl31fJnAw",
    "versionName": "v2",
    "versionCode": 2,
    "urlPath": "http://file.com/2.exe",
    "upgradeType": 1,
    "promptUpgradeContent": "Prompt content"
  }
}"#,
    );
    assert_eq!(
        offer,
        Offer {
            available: 1,
            version_name: some("v2"),
            version_code: 2,
            url: some("http://file.com/2.exe"),
            upgrade_type: 1,
            prompt: some("Prompt content"),
            message: some("New version found"),
            ..nothing(1, "SkEgKQ4SyLmzazl31fJnAw")
        }
    );
}

#[test]
fn file_upgrade_is_asked_and_answered() {
    let offer = check(
        2,
        "LOYlLXNy7wV3ySuh0XgtSg",
        &Extra::default(),
        "/v1/file/upgrade",
        r#"{"fileKey":"LOYlLXNy7wV3ySuh0XgtSg","versionCode":1}"#,
        r#"{"code":200,"msg":"ok","docs":"","data":{"fileKey":"LOYlLXNy7wV3ySuh0XgtSg","versionName":"v2","versionCode":2,"urlPath":"https://cdn/a.bin","urlFileSize":10,"upgradeType":2,"promptUpgradeContent":""}}"#,
    );
    assert_eq!(
        offer,
        Offer {
            available: 1,
            version_name: some("v2"),
            version_code: 2,
            url: some("https://cdn/a.bin"),
            file_size: 10,
            upgrade_type: 2,
            message: some("ok"),
            ..nothing(2, "LOYlLXNy7wV3ySuh0XgtSg")
        }
    );
}

#[test]
fn apk_upgrade_is_asked_and_answered_as_documented() {
    let offer = check(
        3,
        "isVZBUvkFhv6oHxk_X-D0Q",
        &Extra { patch_algo: Some(0), ..DOCUMENTED },
        "/v1/apk/upgrade",
        r#"{"apkKey":"isVZBUvkFhv6oHxk_X-D0Q","versionCode":1,"appointVersionCode":0,"devModelKey":"stv1","devKey":"LOYlLXNy7w","patchAlgo":0}"#,
        r#"{
"code": 200,
"msg": "New version obtained",
"data": {
"apkKey": "isVZBUvkFhv6oHxk_X-D0Q",
"packageName": "com.a.c",
"versionName": "v2",
"versionCode": 2,
"urlPath": "http://file.com/2.apk",
"urlFileSize": 7213,
"urlFileMd5": "36ee2a36b5d20d1008507d253423eea7",
"patchAlgo": 0,
"patchUrlPath": "http://file.com/1-2.patch",
"patchUrlFileSize": 203,
"patchUrlFileMd5": "36ee2a36b5d20d1008507d253423eea7",
"upgradeType": 1,
"promptUpgradeContent": "Prompt content"
}
}"#,
    );
    assert_eq!(
        offer,
        Offer {
            available: 1,
            package_name: some("com.a.c"),
            version_name: some("v2"),
            version_code: 2,
            url: some("http://file.com/2.apk"),
            file_size: 7213,
            file_md5: some("36ee2a36b5d20d1008507d253423eea7"),
            upgrade_type: 1,
            prompt: some("Prompt content"),
            patch_url: some("http://file.com/1-2.patch"),
            patch_file_size: 203,
            patch_file_md5: some("36ee2a36b5d20d1008507d253423eea7"),
            message: some("New version obtained"),
            ..nothing(3, "isVZBUvkFhv6oHxk_X-D0Q")
        }
    );
}

#[test]
fn configuration_upgrade_is_asked_and_answered() {
    let offer = check(
        4,
        "q9Xn0lNPdGZ7gLg4nS6zrg",
        &Extra { appoint: Some(3), ..Extra::default() },
        "/v1/configuration/upgrade",
        r#"{"configurationKey":"q9Xn0lNPdGZ7gLg4nS6zrg","versionCode":1,"appointVersionCode":3}"#,
        r#"{"code":200,"msg":"ok","data":{"configurationKey":"q9Xn0lNPdGZ7gLg4nS6zrg","versionName":"v3","versionCode":3,"content":{"z": 9007199254740993, "a":[]},"upgradeType":3,"promptUpgradeContent":"now"}}"#,
    );
    assert_eq!(
        offer,
        Offer {
            available: 1,
            version_name: some("v3"),
            version_code: 3,
            upgrade_type: 3,
            prompt: some("now"),
            content: some(r#"{"z": 9007199254740993, "a":[]}"#),
            message: some("ok"),
            ..nothing(4, "q9Xn0lNPdGZ7gLg4nS6zrg")
        }
    );
}

fn desktop_upgrade(kind: i32, name: &str, message: &str) {
    let key = "isVZBUvkFhv6oHxk_X-D0Q";
    let offer = check(
        kind,
        key,
        &Extra { arch: Some("x64"), ..DOCUMENTED },
        &format!("/v1/{name}/upgrade"),
        &format!(
            r#"{{"{name}Key":"isVZBUvkFhv6oHxk_X-D0Q","arch":"x64","versionCode":1,"appointVersionCode":0,"devModelKey":"stv1","devKey":"LOYlLXNy7w"}}"#
        ),
        &format!(
            r#"{{
  "code": 200,
  "msg": "{message}",
  "data": {{
    "{name}Key": "isVZBUvkFhv6oHxk_X-D0Q",
    "packageName": "com.a.c",
    "versionName": "v2",
    "versionCode": 2,
    "urlPath": "https://cdn.upgrade.toolsetlink.com/upgrade/2025-07-02/image/20250702102511_dl-logo-48x.png",
    "urlFileSize": 7213,
    "urlFileMd5": "",
    "upgradeType": 1,
    "promptUpgradeContent": "Prompt content"
  }}
}}"#
        ),
    );
    assert_eq!(
        offer,
        Offer {
            available: 1,
            package_name: some("com.a.c"),
            version_name: some("v2"),
            version_code: 2,
            url: some(
                "https://cdn.upgrade.toolsetlink.com/upgrade/2025-07-02/image/20250702102511_dl-logo-48x.png"
            ),
            file_size: 7213,
            upgrade_type: 1,
            prompt: some("Prompt content"),
            message: some(message),
            ..nothing(kind, key)
        }
    );
}

#[test]
fn win_upgrade_is_asked_and_answered_as_documented() {
    desktop_upgrade(5, "win", "New version obtained");
}

#[test]
fn mac_upgrade_is_asked_and_answered_as_documented() {
    desktop_upgrade(6, "mac", "New version found");
}

#[test]
fn lnx_upgrade_is_asked_and_answered() {
    desktop_upgrade(7, "lnx", "New version found");
}

#[test]
fn already_the_newest_is_a_strategy_that_is_not_available() {
    let offer = check(
        1,
        "SkEgKQ4SyLmzazl31fJnAw",
        &Extra::default(),
        "/v1/url/upgrade",
        r#"{"urlKey":"SkEgKQ4SyLmzazl31fJnAw","versionCode":1}"#,
        r#"{"code":0,"msg":"","docs":"","data":{"urlKey":"","versionName":"","versionCode":0,"urlPath":"","upgradeType":0,"promptUpgradeContent":""}}"#,
    );
    assert_eq!(offer, nothing(1, "SkEgKQ4SyLmzazl31fJnAw"));
}

/// What every getter of details gives.
#[derive(Debug, PartialEq)]
struct Described {
    app_key: Option<String>,
    package_name: Option<String>,
    version_name: Option<String>,
    version_code: i64,
    description: Option<String>,
}

fn describe(
    kind: i32,
    key: &str,
    arch: Option<&'static str>,
    path: &str,
    body: &str,
    reply: &str,
) -> Described {
    let host = Host::given(reply);
    // Only the identity is sent: the service's page names no other field.
    let extra = Extra { arch, ..DOCUMENTED };
    // SAFETY: live handles; texts are copied before the details are freed.
    let described = unsafe {
        let query = query(kind, key, 1, &extra);
        let mut details = ptr::null_mut();
        let status = upgradelink_describe(host.client, query, &mut details, ptr::null_mut());
        assert_eq!(status, UPGRADELINK_OK);
        assert_eq!(json(|length| upgradelink_version_details_json(details, length)), reply);
        let described = Described {
            app_key: text(upgradelink_version_details_app_key(details)),
            package_name: text(upgradelink_version_details_package_name(details)),
            version_name: text(upgradelink_version_details_version_name(details)),
            version_code: upgradelink_version_details_version_code(details),
            description: text(upgradelink_version_details_description(details)),
        };
        upgradelink_version_details_free(details);
        upgradelink_query_free(query);
        described
    };
    assert_eq!(host.request().text(), body);
    assert_eq!(head(&host, path), post_head(path, body.len()));
    described
}

#[test]
fn url_version_is_asked_and_answered_as_documented() {
    let described = describe(
        1,
        "LOYlLXNy7wV3ySuh0XgtSg",
        None,
        "/v1/url/version",
        r#"{"urlKey":"LOYlLXNy7wV3ySuh0XgtSg","versionCode":1}"#,
        r#"{
"code": 200,
"msg": "Version details found",
"data": {
"urlKey": "LOYlLXNy7wV3ySuh0XgtSg",
"versionName": "v2",
"versionCode": 2,
"description": "Version description"
}
}"#,
    );
    assert_eq!(
        described,
        Described {
            app_key: some("LOYlLXNy7wV3ySuh0XgtSg"),
            package_name: None,
            version_name: some("v2"),
            version_code: 2,
            description: some("Version description"),
        }
    );
}

fn version(kind: i32, name: &str, arch: Option<&'static str>, package_name: Option<&str>) {
    let arch_field = arch.map_or(String::new(), |arch| format!(r#""arch":"{arch}","#));
    let package_field = package_name.map_or(String::new(), |name| format!(r#""packageName":"{name}","#));
    let described = describe(
        kind,
        "isVZBUvkFhv6oHxk_X-D0Q",
        arch,
        &format!("/v1/{name}/version"),
        &format!(r#"{{"{name}Key":"isVZBUvkFhv6oHxk_X-D0Q",{arch_field}"versionCode":1}}"#),
        &format!(
            r#"{{"code":200,"msg":"ok","data":{{"{name}Key":"isVZBUvkFhv6oHxk_X-D0Q",{package_field}"versionName":"v1","versionCode":1,"description":"first"}}}}"#
        ),
    );
    assert_eq!(
        described,
        Described {
            app_key: some("isVZBUvkFhv6oHxk_X-D0Q"),
            package_name: package_name.map(str::to_owned),
            version_name: some("v1"),
            version_code: 1,
            description: some("first"),
        }
    );
}

#[test]
fn file_version_is_asked_and_answered() {
    version(2, "file", None, None);
}

#[test]
fn apk_version_is_asked_and_answered() {
    version(3, "apk", None, Some("com.a.c"));
}

#[test]
fn configuration_version_is_asked_and_answered() {
    version(4, "configuration", None, None);
}

#[test]
fn win_version_is_asked_and_answered() {
    version(5, "win", Some("arm64"), Some("com.a.c"));
}

#[test]
fn mac_version_is_asked_and_answered() {
    version(6, "mac", Some("x64"), Some("com.a.c"));
}

#[test]
fn lnx_version_is_asked_and_answered() {
    version(7, "lnx", Some("x64"), Some("com.a.c"));
}

const FIGURES: &str = r#"{"code":0,"msg":"success","data":{"yesterdayDownloadCount":1,"totalDownloadCount":2,"yesterdayAppGetStrategyCount":3,"totalAppGetStrategyCount":4,"yesterdayAppUpgradeCount":5,"totalAppUpgradeCount":6,"yesterdayAppStartCount":7,"totalAppStartCount":9223372036854775807,"downloadCount7Day":[{"timeData":"2026-01-04","data":10},{"timeData":"2026-01-05","data":11}],"appGetStrategyCount7Day":[{"timeData":"2026-01-04","data":20},{"timeData":"2026-01-05","data":21}],"appUpgradeCount7Day":[{"timeData":"2026-01-04","data":30},{"timeData":"2026-01-05","data":31}],"appStartCount7Day":[{"timeData":"2026-01-04","data":40},{"timeData":"2026-01-05","data":41}]}}"#;

#[test]
fn statistics_are_asked_and_answered() {
    let host = Host::given(FIGURES);
    let key = c("a+b c");
    // SAFETY: live handles and texts.
    unsafe {
        let mut statistics = ptr::null_mut();
        let status = upgradelink_measure(host.client, key.as_ptr(), &mut statistics, ptr::null_mut());
        assert_eq!(status, UPGRADELINK_OK);
        assert_eq!(json(|length| upgradelink_statistics_json(statistics, length)), FIGURES);
        assert_eq!(upgradelink_statistics_yesterday_download_count(statistics), 1);
        assert_eq!(upgradelink_statistics_total_download_count(statistics), 2);
        assert_eq!(upgradelink_statistics_yesterday_strategy_count(statistics), 3);
        assert_eq!(upgradelink_statistics_total_strategy_count(statistics), 4);
        assert_eq!(upgradelink_statistics_yesterday_upgrade_count(statistics), 5);
        assert_eq!(upgradelink_statistics_total_upgrade_count(statistics), 6);
        assert_eq!(upgradelink_statistics_yesterday_start_count(statistics), 7);
        assert_eq!(upgradelink_statistics_total_start_count(statistics), 9_223_372_036_854_775_807);
        assert_eq!(upgradelink_statistics_day_count(statistics), 2);
        assert_eq!(text(upgradelink_statistics_day_name(statistics, 0)), some("2026-01-04"));
        assert_eq!(text(upgradelink_statistics_day_name(statistics, 1)), some("2026-01-05"));
        assert_eq!(text(upgradelink_statistics_day_name(statistics, 2)), None);
        let day = |day| [1, 2, 3, 4].map(|series| upgradelink_statistics_day_value(statistics, series, day));
        assert_eq!([day(0), day(1), day(2)], [[10, 20, 30, 40], [11, 21, 31, 41], [0, 0, 0, 0]]);
        assert_eq!(upgradelink_statistics_day_value(statistics, 0, 0), 0);
        assert_eq!(upgradelink_statistics_day_value(statistics, 5, 0), 0);
        upgradelink_statistics_free(statistics);
    }
    assert!(host.request().body.is_empty());
    assert_eq!(
        head(&host, "/v1/app/statistics/info?appKey=a+b c"),
        "GET /v1/app/statistics/info?appKey=a%2Bb%20c HTTP/1.1\r\n\
         user-agent: upgradelink/0.1.0\r\n\
         host: 127.0.0.1:PORT\r\n\
         x-timestamp: TIMESTAMP\r\n\
         x-nonce: NONCE\r\n\
         x-accesskey: mui2W50H1j-OC4xD6PgQag\r\n\
         x-signature: SIGNATURE\r\n\
         content-type: application/json\r\n\
         \r\n"
    );
}

#[test]
fn an_error_gives_everything_that_the_service_said() {
    let docs = "No corresponding application version found. Please confirm if it has been correctly created in the system. Please refer to the documentation: http://upgrade.toolsetlink.com/upgrade/recommend/url/app-version.html";
    let host = Host::given("");
    host.server.clear_faults();
    host.server.fault(Fault::on("/*").status(404).header("Retry-After", 7).body(&format!(
        r#"{{"code": 404001, "msg": "No available version found", "docs": "{docs}", "traceId":"abc", "data": null}}"#
    )));
    // SAFETY: live handles and texts.
    unsafe {
        let query = query(1, "SkEgKQ4SyLmzazl31fJnAw", 1, &DOCUMENTED);
        let (mut strategy, mut error) = (ptr::dangling_mut(), ptr::null_mut());
        let status = upgradelink_check(host.client, query, &mut strategy, &mut error);
        assert_eq!(status, UPGRADELINK_ERROR_NOT_FOUND);
        assert!(strategy.is_null());
        assert_eq!(upgradelink_error_status(error), UPGRADELINK_ERROR_NOT_FOUND);
        assert_eq!(upgradelink_error_stage(error), UPGRADELINK_STAGE_SERVICE);
        assert_eq!(upgradelink_error_http_status(error), 404);
        assert_eq!(upgradelink_error_service_code(error), 404_001);
        assert_eq!(text(upgradelink_error_trace_id(error)), some("abc"));
        assert_eq!(text(upgradelink_error_docs(error)), some(docs));
        assert_eq!(upgradelink_error_os_error(error), 0);
        assert_eq!(upgradelink_error_is_retryable(error), 0);
        assert_eq!(upgradelink_error_retry_after_ms(error), 7000);
        assert_eq!(
            text(upgradelink_error_message(error)),
            some("the service answered 404001: No available version found")
        );
        upgradelink_error_free(error);
        upgradelink_query_free(query);
    }
}

#[test]
fn a_nul_in_a_text_becomes_a_replacement_character_and_stays_in_the_json() {
    let reply = r#"{"code":200,"data":{"versionCode":2,"urlPath":"http://a\u0000b","promptUpgradeContent":"\u0000"}}"#;
    let offer =
        check(1, "u", &Extra::default(), "/v1/url/upgrade", r#"{"urlKey":"u","versionCode":1}"#, reply);
    assert_eq!((offer.url, offer.prompt), (some("http://a\u{FFFD}b"), some("\u{FFFD}")));
}
