//! The checks of a signed request and their order.

mod common;

use common::*;
use dev_server::sign::Signed;

#[test]
fn signatures_are_those_of_the_service() {
    let url_body = r#"{"urlKey":"SkEgKQ4SyLmzazl31fJnAw","versionCode":1,"appointVersionCode":0,"devModelKey":"stv1","devKey":"LOYlLXNy7w"}"#;
    let win_body = r#"{"winKey":"npJi367lttpwmD1goZ1yOQ","arch":"x64","versionCode":1,"appointVersionCode":0,"devModelKey":"","devKey":""}"#;
    let delimiters = r#"{"urlKey":"a&nonce=x&url=/v1=%20+","versionCode":1}"#;
    let chinese = r#"{"fileKey":"LOYlLXNy7wV3ySuh0XgtSg","versionCode":1,"devKey":"设备-一号"}"#;
    let (docs, later) = ("2025-02-17T10:34:55+08:00", "2026-01-05T05:11:04Z");
    let info = "/v1/app/statistics/info";
    let vectors = [
        (Some(url_body), "fc812cc0b9b51e8c", docs, "/v1/url/upgrade", "62f3d9e27324b307eba187f4aa355a9f"),
        (Some(win_body), "60ba668ab9f327ee", later, "/v1/win/upgrade", "0117df3e7759e32baaa6ffa970f45aa2"),
        (Some(delimiters), "fc812cc0b9b51e8c", docs, "/v1/url/upgrade", "06d291d7a761d26c5cd3c7e41dd73fae"),
        (Some(chinese), "fc812cc0b9b51e8c", docs, "/v1/file/upgrade", "2f8f0eecb0240c8ec597608c1615c149"),
        (None, "89c8b3d5f2a74e1b", docs, info, "9632e1e008d8a5e4a9b016751ac2eb4f"),
        (
            None,
            "0123456789abcdef",
            later,
            "/v1/app/statistics/info?appKey=kPUtUMDIjBhS48q5771pow",
            "93d5b7f349c07acadca618e4cd63c4cc",
        ),
        (
            None,
            "fc812cc0b9b51e8c",
            docs,
            "/v1/app/statistics/info?appKey=a%20b",
            "c47b0fd947ad7e53a9c39832ff7f1ba6",
        ),
        (
            None,
            "fc812cc0b9b51e8c",
            docs,
            "/v1/app/statistics/info?appKey=a+b",
            "c47b0fd947ad7e53a9c39832ff7f1ba6",
        ),
        (
            None,
            "fc812cc0b9b51e8c",
            docs,
            "/v1/app/statistics/info?appKey=a%2Bb%2Fc%3D",
            "9865c361c957fc1887491510be8358a2",
        ),
    ];
    for (body, nonce, timestamp, target, md5) in vectors {
        let body = body.map(str::as_bytes);
        let signed = Signed { body, nonce, secret_key: SECRET_KEY, timestamp, target };
        assert_eq!(signed.signature(), md5, "{target}");
    }
}

fn refusal(ask: Ask<'_>) -> (u16, i64) {
    let reply = ask.send(&server());
    (reply.status(), reply.code())
}

#[test]
fn each_missing_header_is_named() {
    for name in ["X-Timestamp", "X-Nonce", "X-AccessKey", "X-Signature"] {
        let reply = Ask { without: &[name], ..Ask::default() }.send(&server());
        assert_eq!((reply.status(), reply.code()), (400, 400_004), "{name}");
        assert!(reply.text().contains(name));
    }
}

#[test]
fn timestamps_that_are_not_rfc_3339_are_refused() {
    let now = timestamp(0);
    let wrong = [
        common::now().to_string(),
        now.replace('T', " "),
        now.replace('T', "t"),
        now.replace('Z', "z"),
        now.replace('Z', ""),
        now.replace('Z', "+0000"),
        now.replace('Z', ".Z"),
    ];
    for text in wrong {
        assert_eq!(
            refusal(Ask { timestamp: Some(text.clone()), ..Ask::default() }),
            (400, 400_004),
            "{text}"
        );
    }
}

#[test]
fn zones_and_fractions_are_read() {
    let eight_hours = timestamp(8 * 3_600).replace('Z', "+08:00");
    let before = timestamp(-30 * 60).replace('Z', "-00:30");
    let fraction = timestamp(0).replace('Z', ".123456789Z");
    let comma = timestamp(0).replace('Z', ",5Z");
    for text in [eight_hours, before, fraction, comma] {
        let reply = Ask { timestamp: Some(text.clone()), ..Ask::default() }.send(&server());
        assert_eq!(reply.code(), 200, "{text}");
    }
}

#[test]
fn the_window_is_five_minutes_to_both_sides() {
    for (offset, code) in [(-297, 200), (297, 200), (-302, 401_001), (302, 401_001)] {
        let reply = Ask { timestamp: Some(timestamp(offset)), ..Ask::default() }.send(&server());
        assert_eq!(reply.code(), code, "{offset}");
    }
}

#[test]
fn a_replayed_nonce_is_refused_unless_the_catalogue_allows_it() {
    let server = server();
    let ask = Ask { nonce: Some(nonce()), ..Ask::default() };
    assert_eq!(ask.send(&server).code(), 200);
    assert_eq!(ask.send(&server).code(), 401_001);
    server.catalogue(|catalogue| catalogue.service.replay_allowed = true);
    assert_eq!(ask.send(&server).code(), 200);
}

#[test]
fn a_short_nonce_is_an_invalid_header() {
    assert_eq!(refusal(Ask { nonce: Some("fc812cc0b9b51e8".into()), ..Ask::default() }), (400, 400_004));
}

#[test]
fn an_unknown_access_key_and_a_wrong_signature_have_different_codes() {
    assert_eq!(refusal(Ask { access_key: Some("unknown"), ..Ask::default() }), (401, 401_001));
    assert_eq!(refusal(Ask { signature: Some("0"), ..Ask::default() }), (401, 401_002));
}

#[test]
fn an_uppercase_signature_is_wrong() {
    let (nonce, timestamp) = (nonce(), timestamp(0));
    let (body, target) = (Some(APK.as_bytes()), "/v1/apk/upgrade");
    let signed = Signed { body, nonce: &nonce, secret_key: SECRET_KEY, timestamp: &timestamp, target };
    let upper = signed.signature().to_uppercase();
    let ask = Ask {
        nonce: Some(nonce.clone()),
        timestamp: Some(timestamp.clone()),
        signature: Some(&upper),
        ..Ask::default()
    };
    assert_eq!(refusal(ask), (401, 401_002));
}

#[test]
fn a_bad_timestamp_hides_every_later_fault() {
    let ask = Ask {
        timestamp: Some(timestamp(-1_000)),
        nonce: Some("short".into()),
        access_key: Some("unknown"),
        signature: Some("wrong"),
        body: b"{",
        ..Ask::default()
    };
    let reply = ask.send(&server());
    assert_eq!(reply.code(), 401_001);
    assert!(reply.text().contains("out of allowed window"));
}

#[test]
fn bodies_are_read_by_the_rules_of_the_service() {
    let key = "isVZBUvkFhv6oHxk_X-D0Q";
    let long = "x".repeat(129);
    let cases = [
        (r#"{"versionCode":1}"#.to_owned(), 400, 400_002),
        (format!(r#"{{"apkKey":"{key}"}}"#), 400, 400_002),
        (format!(r#"{{"apkKey":"{key}","versionCode":"1"}}"#), 400, 400_003),
        (r#"{"apkKey":7,"versionCode":1}"#.to_owned(), 400, 400_003),
        (format!(r#"{{"apkKey":"{key}","versionCode":0}}"#), 400, 400_003),
        (r#"{"apkKey":"","versionCode":1}"#.to_owned(), 400, 400_003),
        (format!(r#"{{"apkKey":"{key}","versionCode":1.0}}"#), 500, 500_001),
        (format!(r#"{{"apkKey":"{key}","versionCode":9223372036854775808}}"#), 500, 500_001),
        (format!(r#"{{"apkKey":"{key}","versionCode":null}}"#), 500, 500_001),
        (r#"{"apkKey":null,"versionCode":1}"#.to_owned(), 500, 500_001),
        (format!(r#"{{"apkKey":"{key}","versionCode":1,"appointVersionCode":null}}"#), 500, 500_001),
        (format!(r#"{{"apkKey":"{key}","versionCode":1"#), 500, 500_001),
        (format!("\u{feff}{APK}"), 500, 500_001),
        (format!(r#"{{"apkKey":"{key}","versionCode":1,"devKey":null,"other":[]}}"#), 200, 200),
        (format!(r#"{{"apkKey":"{key}","versionCode":-1}}"#), 200, 200),
    ];
    let server = server();
    for (body, status, code) in cases {
        let reply = ask(&server, "/v1/apk/upgrade", &body);
        assert_eq!((reply.status(), reply.code()), (status, code), "{body}");
    }
    let overflow = ask(
        &server,
        "/v1/apk/upgrade",
        &format!(r#"{{"apkKey":"{key}","versionCode":1,"devKey":"{long}"}}"#),
    );
    assert_eq!((overflow.status(), overflow.text()), (500, ""));
}

#[test]
fn a_body_that_is_not_called_json_or_has_no_length_is_empty_to_the_service() {
    assert_eq!(refusal(Ask { content_type: Some("text/plain"), ..Ask::default() }), (400, 400_002));
    let sent = Ask { without: &["Content-Length"], body: b"", ..Ask::default() }.bytes();
    let chunked = String::from_utf8(sent)
        .unwrap()
        .replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    let reply = exchange(&server(), chunked.as_bytes());
    assert_eq!((reply.status(), reply.code()), (400, 400_002));
}

#[test]
fn statistics_sign_the_decoded_target_and_need_a_key() {
    let server = server();
    let info = |query: &str| {
        let target = format!("/v1/app/statistics/info{query}");
        Ask { method: "GET", target: &target, ..Ask::default() }.send(&server).code()
    };
    assert_eq!(info("?appKey=isVZBUvkFhv6oHxk_X-D0Q"), 0);
    assert_eq!(info("?appKey=isVZBUvkFhv6oHxk%5FX-D0Q"), 0);
    assert_eq!(info("?appKey=a+b"), 404_001);
    assert_eq!(info(""), 400_002);
}

#[test]
fn routes_and_methods_that_do_not_exist_are_refused_before_the_gate() {
    let server = server();
    let unknown = get(&server, "/v1/tauri/upgrade", "");
    assert_eq!((unknown.status(), unknown.text()), (404, "404 page not found\n"));
    let wrong = get(&server, "/v1/apk/upgrade", "");
    assert_eq!((wrong.status(), wrong.text(), wrong.header("Allow")), (405, "", Some("POST")));
}
