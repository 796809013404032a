//! Every form of reply that the service or something on the way has been seen to send.

use dev_server::Fault;
use upgradelink::{
    api::{Answer, Kind, Query, Series, Statistics, Strategy, VersionDetails},
    error::{Error, Result, Stage, Status},
    watch::Watch,
};

use crate::support::{URL_ANSWER, URL_UPGRADE, check, client_of_one_attempt, server, url_query};

fn strategy_of(kind: Kind, key: &str, body: &str) -> Result<Strategy> {
    let answer = Answer::parse(body.as_bytes()).expect("an envelope");
    Strategy::read(&answer, Query::new(kind, key, 1))
}

/// The strategy in `data` of an answer about the apk application "a".
fn strategy(data: &str) -> Result<Strategy> {
    strategy_of(Kind::Apk, "a", &format!(r#"{{"code":200,"msg":"","data":{data}}}"#))
}

fn refusal(body: &str) -> Error {
    Answer::parse(body.as_bytes()).expect("an envelope").refusal()
}

fn not_an_answer(body: impl AsRef<[u8]>) -> String {
    Answer::parse(body.as_ref()).expect_err("no envelope").to_string()
}

/// What a reply in the service's form says that cannot be.
fn impossible<T: std::fmt::Debug>(result: Result<T>) -> String {
    let error = result.unwrap_err();
    assert_eq!((error.status, error.stage, error.retryable), (Status::Reply, Stage::Decode, false));
    let message = error.message.strip_prefix("the reply is not what the service documents: ");
    message.expect("the common beginning").to_owned()
}

#[test]
fn code_0_with_a_zeroed_null_or_missing_data_is_nothing_to_do() {
    for data in [
        r#","data":{"urlKey":"","versionName":"","versionCode":0,"urlPath":"","upgradeType":0,"promptUpgradeContent":""}"#,
        r#","data":null"#,
        "",
        r#","data":{}"#,
    ] {
        let body = format!(r#"{{"code":0,"msg":"Already at the latest version"{data}}}"#);
        let strategy = strategy_of(Kind::Url, "SkEgKQ4SyLmzazl31fJnAw", &body).unwrap();
        assert!(!strategy.available);
        assert_eq!((strategy.version_name, strategy.version_code), (None, 0));
        assert_eq!((strategy.url, strategy.prompt, strategy.upgrade_type), (None, None, 0));
        assert_eq!(strategy.message.as_deref(), Some("Already at the latest version"));
        assert_eq!(strategy.json, body);
    }
}

#[test]
fn code_0_of_a_configuration_has_no_content() {
    let body = r#"{"code":0,"msg":"","docs":"","data":{"configurationKey":"","versionName":"","versionCode":0,"content":null,"upgradeType":0,"promptUpgradeContent":""}}"#;
    assert_eq!(strategy_of(Kind::Configuration, "c", body).unwrap().content, None);
}

#[test]
fn code_200_without_data_or_version_is_contradictory() {
    for body in [r#"{"code":200,"msg":""}"#, r#"{"code":200,"data":null}"#] {
        let message = impossible(strategy_of(Kind::Url, "u", body));
        assert_eq!(message, "code 200 promises an upgrade, but data is missing");
    }
    for data in [r#"{}"#, r#"{"versionCode":0}"#, r#"{"versionCode":null}"#] {
        assert_eq!(
            impossible(strategy(data)),
            "code 200 promises an upgrade, but versionCode is missing or 0"
        );
    }
}

#[test]
fn an_answer_about_another_application_is_a_mix_up() {
    let message = impossible(strategy(r#"{"apkKey":"b","versionCode":2}"#));
    assert_eq!(message, r#"apkKey is "b", asked was "a""#);
}

#[test]
fn lnx_applications_are_known_under_both_names_of_their_key() {
    for data in [r#"{"lnxKey":"l","versionCode":2}"#, r#"{"linuxKey":"l","versionCode":2}"#] {
        let body = format!(r#"{{"code":200,"data":{data}}}"#);
        assert!(strategy_of(Kind::Lnx, "l", &body).unwrap().available);
        let answer = Answer::parse(body.as_bytes()).unwrap();
        assert_eq!(VersionDetails::read(&answer, &Query::new(Kind::Lnx, "l", 2)).unwrap().version_code, 2);
    }
    let body = r#"{"code":200,"data":{"lnxKey":"l","linuxKey":"k","versionCode":2}}"#;
    assert_eq!(impossible(strategy_of(Kind::Lnx, "l", body)), r#"linuxKey is "k", asked was "l""#);
}

#[test]
fn version_codes_and_sizes_go_to_the_limits_of_their_types() {
    let at_most = strategy(r#"{"versionCode":9223372036854775807,"urlFileSize":18446744073709551614}"#);
    let at_most = at_most.unwrap();
    assert_eq!(at_most.version_code, 9_223_372_036_854_775_807);
    assert_eq!(at_most.file_size, Some(18_446_744_073_709_551_614));
    let odd =
        strategy(r#"{"versionCode":-9223372036854775808,"patchUrlFileSize":9007199254740993}"#).unwrap();
    assert_eq!(odd.version_code, -9_223_372_036_854_775_808);
    assert_eq!(odd.patch_file_size, Some(9_007_199_254_740_993));
}

#[test]
fn numbers_beyond_their_types_are_refused_with_what_came() {
    for (data, message) in [
        (
            r#"{"versionCode":9223372036854775808}"#,
            "versionCode: invalid value: integer `9223372036854775808`, expected i64",
        ),
        (r#"{"versionCode":2,"urlFileSize":-1}"#, "urlFileSize: invalid value: integer `-1`, expected u64"),
        (r#"{"versionCode":1.0}"#, "versionCode: invalid type: floating point `1.0`, expected i64"),
    ] {
        let said = impossible(strategy(data));
        assert!(said.starts_with(message), "{said}");
    }
}

#[test]
fn wrong_types_are_refused_with_their_field() {
    for (data, field) in [
        (r#"{"versionCode":"2"}"#, "versionCode: "),
        (r#"{"versionCode":[2]}"#, "versionCode: "),
        (r#"{"versionCode":2,"versionName":2}"#, "versionName: "),
        (r#"{"versionCode":2,"urlPath":{}}"#, "urlPath: "),
        (r#"{"versionCode":2,"urlFileMd5":false}"#, "urlFileMd5: "),
        (r#"{"versionCode":2,"upgradeType":"1"}"#, "upgradeType: "),
        (r#"{"versionCode":2,"upgradeType":4294967296}"#, "upgradeType: "),
        (r#"[]"#, "an object was expected, got \"[]\""),
        (r#""text""#, "an object was expected, got \"\"text\"\""),
    ] {
        let message = impossible(strategy(data));
        assert!(message.starts_with(field), "{message}");
    }
}

#[test]
fn the_same_field_twice_is_contradictory() {
    let twice = not_an_answer(r#"{"code":200,"code":404001}"#);
    assert!(twice.contains("code stands twice"), "{twice}");
    let message = impossible(strategy(r#"{"versionCode":2,"urlPath":"a","urlPath":"b"}"#));
    assert!(message.starts_with("urlPath stands twice"), "{message}");
}

#[test]
fn unknown_upgrade_types_and_patch_algos_are_kept() {
    let strategy = strategy(r#"{"versionCode":2,"upgradeType":77,"patchAlgo":-3}"#).unwrap();
    assert_eq!((strategy.upgrade_type, strategy.patch_algo), (77, -3));
}

#[test]
fn unknown_fields_are_kept_in_the_json() {
    let body = r#"{ "new" : [1, 2] ,"code":200,"data":{"versionCode":2,"later":{"a":1}}}"#;
    assert_eq!(strategy_of(Kind::Url, "u", body).unwrap().json, body);
}

#[test]
fn empty_texts_and_a_size_of_0_are_not_given() {
    let strategy = strategy(r#"{"versionCode":2,"urlPath":"","urlFileMd5":"","urlFileSize":0}"#).unwrap();
    assert_eq!((strategy.url, strategy.file_md5, strategy.file_size), (None, None, None));
}

#[test]
fn an_md5_that_is_not_hex_is_kept() {
    let strategy = strategy(r#"{"versionCode":2,"urlFileMd5":"isVZBUvkFhv6oHxk"}"#).unwrap();
    assert_eq!(strategy.file_md5.as_deref(), Some("isVZBUvkFhv6oHxk"));
}

#[test]
fn the_content_of_a_configuration_is_handed_on_byte_for_byte() {
    let content = "{ \"z\" : 123456789012345678901234567890 ,\"a\":1.10e5,\n\"z\":2,\"t\":\"\\u0041\\/é\"}";
    let body = format!(r#"{{"code":200,"data":{{"versionCode":2,"content":{content}}}}}"#);
    assert_eq!(strategy_of(Kind::Configuration, "c", &body).unwrap().content.as_deref(), Some(content));
}

#[test]
fn html_escapes_in_links_are_undone() {
    let strategy = strategy(r#"{"versionCode":2,"urlPath":"https://h/f?a=1\u0026b=\u003c2\u003e"}"#).unwrap();
    assert_eq!(strategy.url.as_deref(), Some("https://h/f?a=1&b=<2>"));
}

#[test]
fn an_error_says_what_the_service_said() {
    let error = refusal(
        r#"{"code":404001,"msg":"No available version found","docs":"See http://a/b","traceId":"0af7651916cd43dd8448eb211c80319c","data":null}"#,
    );
    assert_eq!((error.status, error.stage), (Status::NotFound, Stage::Service));
    assert_eq!(error.message, "the service answered 404001: No available version found");
    assert_eq!(error.service_code, 404_001);
    assert_eq!(error.docs.as_deref(), Some("See http://a/b"));
    assert_eq!(error.trace_id.as_deref(), Some("0af7651916cd43dd8448eb211c80319c"));
    assert!(!error.retryable);
}

#[test]
fn an_error_without_data_docs_and_trace_id_is_one_too() {
    let bare = refusal(r#"{"code":401002}"#);
    assert_eq!((bare.status, &bare.docs, &bare.trace_id), (Status::Authentication, &None, &None));
    assert_eq!(bare.message, "the service answered 401002: no message");
    let empty = refusal(r#"{"code":401001,"msg":"no","docs":"","traceId":""}"#);
    assert_eq!((&empty.docs, &empty.trace_id), (&None, &None));
}

#[test]
fn codes_become_statuses_by_their_family() {
    for (code, status, retryable) in [
        (400_001, Status::Service, false),
        (400_002, Status::Service, false),
        (400_003, Status::Service, false),
        (400_004, Status::Service, false),
        (400_005, Status::Service, false),
        (401_001, Status::Authentication, false),
        (401_002, Status::Authentication, false),
        (403_002, Status::Service, false),
        (404_001, Status::NotFound, false),
        (404_004, Status::NotFound, false),
        (429_001, Status::RateLimited, true),
        (500_001, Status::Service, true),
        (500_002, Status::Service, true),
        (500_002_001, Status::Service, true),
        (404_001_007, Status::NotFound, false),
        (1, Status::Service, false),
        (-1, Status::Service, false),
        (9_223_372_036_854_775_807, Status::Service, false),
    ] {
        let error = refusal(&format!(r#"{{"code":{code},"msg":""}}"#));
        assert_eq!((error.status, error.retryable), (status, retryable), "{code}");
        assert_eq!(error.service_code, code);
    }
}

#[test]
fn trailing_bytes_after_the_first_json_value_are_ignored() {
    for trailing in ["\n", "{\"code\":500001}", "<html>", "\0\0", "]"] {
        let strategy = strategy_of(Kind::Url, "SkEgKQ4SyLmzazl31fJnAw", &format!("{URL_ANSWER}{trailing}"));
        assert_eq!(strategy.unwrap().json, URL_ANSWER);
    }
}

#[test]
fn what_is_no_envelope_is_no_answer() {
    assert_eq!(not_an_answer(""), "the body is empty");
    assert_eq!(not_an_answer("  \r\n"), "the body is empty");
    assert!(not_an_answer("<html><body>502</body></html>").starts_with("the body is not JSON: "));
    assert_eq!(not_an_answer("404 page not found"), "the body is not a JSON object");
    assert!(not_an_answer("{\"code\":200,\"data\":{").starts_with("the body is not JSON: "));
    assert!(not_an_answer(b"{\"code\":200,\"msg\":\"\xff\xfe\"}").starts_with("the body is not JSON: "));
    assert_eq!(not_an_answer("[200]"), "the body is not a JSON object");
    assert_eq!(not_an_answer("null"), "the body is not a JSON object");
    for without in [r#"{"msg":"x"}"#, r#"{"code":null}"#, r#"{"Code":200}"#] {
        assert_eq!(not_an_answer(without), "the JSON has no code: not the service's envelope");
    }
    assert!(not_an_answer(r#"{"code":"200"}"#).contains("code: invalid type: string"));
    assert!(not_an_answer(r#"{"code":200.5}"#).contains("code: invalid type: floating point"));
    assert!(not_an_answer(r#"{"code":200,"msg":5}"#).contains("msg: invalid type: integer"));
}

#[test]
fn nesting_of_any_depth_is_survived() {
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let body = format!(r#"{{"code":200,"data":{{"versionCode":2,"content":{}}}}}"#, deep(1_000_000));
    let kept = strategy_of(Kind::Configuration, "c", &body).unwrap().content;
    assert_eq!(kept.map(|content| content.len()), Some(2_000_000));
    assert!(not_an_answer("[".repeat(1_000_000)).starts_with("the body is not JSON: "));
    assert!(not_an_answer("{\"code\":".repeat(1_000_000)).starts_with("the body is not JSON: "));
    let number = format!(r#"{{"versionCode":{}}}"#, deep(100_000));
    assert!(impossible(strategy(&number)).starts_with("versionCode: invalid type: sequence"));
}

#[test]
fn details_without_data_are_contradictory() {
    let answer = Answer::parse(br#"{"code":200,"msg":"Version details found"}"#).unwrap();
    let details = VersionDetails::read(&answer, &url_query());
    assert_eq!(impossible(details), "code 200, but data is missing");
}

#[test]
fn code_0_is_no_answer_to_a_question_for_details() {
    let server = server();
    server.fault(Fault::on("/v1/url/version").body(r#"{"code":0,"msg":"","data":null}"#));
    let error = client_of_one_attempt(&server).describe(&url_query(), &Watch::default()).unwrap_err();
    assert_eq!((error.status, error.stage, error.http_status), (Status::Reply, Stage::Decode, 200));
    assert_eq!(error.message, "code 0 is no answer that /v1/url/version documents");
}

#[test]
fn statistics_are_read_with_code_0_and_with_code_200() {
    let server = server();
    for code in [0, 200] {
        let body = format!(
            r#"{{"code":{code},"data":{{"totalDownloadCount":9,"downloadCount7Day":[{{"timeData":"d","data":1}}]}}}}"#
        );
        server.clear_faults();
        server.fault(Fault::on("/v1/app/statistics/info").body(&body));
        let statistics = client_of_one_attempt(&server).measure("k", &Watch::default()).unwrap();
        assert_eq!(statistics.total(Series::Downloads).all, 9);
        assert_eq!(statistics.days[0].value(Series::Downloads), 1);
    }
}

#[test]
fn days_that_only_some_series_name_have_0_for_the_others() {
    let body = br#"{"code":0,"data":{"downloadCount7Day":[{"timeData":"1","data":5}],"appStartCount7Day":[{"timeData":"2","data":6}]}}"#;
    let statistics = Statistics::read(&Answer::parse(body).unwrap()).unwrap();
    let days: Vec<_> = statistics
        .days
        .iter()
        .map(|day| (day.name.as_str(), Series::ALL.map(|series| day.value(series))))
        .collect();
    assert_eq!(days, [("1", [5, 0, 0, 0]), ("2", [0, 0, 0, 6])]);
}

#[test]
fn a_reply_of_more_than_4_mib_is_refused_and_one_of_4_mib_is_read() {
    let server = server();
    let client = client_of_one_attempt(&server);
    let reply_of = |size: usize| {
        let (beginning, end) = (r#"{"code":0,"pad":""#, r#""}"#);
        format!("{beginning}{}{end}", "x".repeat(size - beginning.len() - end.len()))
    };
    server.fault(Fault::on(URL_UPGRADE).body(&reply_of(4 << 20)).times(1));
    assert_eq!(check(&client).unwrap().json.len(), 4_194_304);

    server.fault(Fault::on(URL_UPGRADE).body(&reply_of((4 << 20) + 1)).times(1));
    let error = check(&client).unwrap_err();
    assert_eq!((error.status, error.stage, error.http_status), (Status::Reply, Stage::Decode, 200));
    assert_eq!(error.message, "the reply has more than 4194304 bytes");
}

#[test]
fn a_reply_without_end_is_given_up_at_4_mib() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).body("{").body_size(1 << 40).times(1));
    assert_eq!(check(&client_of_one_attempt(&server)).unwrap_err().status, Status::Reply);
    assert!(server.requests()[0].bytes < 64 << 20);
}

#[test]
fn a_success_under_a_status_of_failure_is_contradictory() {
    let server = server();
    for (status, message) in
        [(500, "code 200 under HTTP 500"), (404, "code 200 under HTTP 404"), (302, "code 200 under HTTP 302")]
    {
        server.fault(Fault::on(URL_UPGRADE).status(status).body(URL_ANSWER).times(1));
        let error = check(&client_of_one_attempt(&server)).unwrap_err();
        assert_eq!((error.status, error.http_status), (Status::Reply, status));
        assert!(error.message.contains(message), "{}", error.message);
    }
    assert_eq!(server.requests().len(), 3);
}
