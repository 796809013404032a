//! What the catalogue makes the service answer.

mod common;

use common::*;
use dev_server::catalogue::{Flow, Shape, Task};
use dev_server::{Catalogue, Server};

/// An application whose versions are 2 to 4, each with the task given for it.
fn apk_with(tasks: &str) -> Server {
    let versions = (2..=4).map(|code| {
        format!("{{ code = {code}, name = \"v{code}\", download = {{ url = \"http://a/?x={code}&y=<>\" }} }}")
    });
    let versions = versions.collect::<Vec<_>>().join(", ");
    server_of(&format!(
        "[[apps]]\nkind = \"apk\"\nkey = \"isVZBUvkFhv6oHxk_X-D0Q\"\nversions = [{versions}]\ntasks = [{tasks}]\n"
    ))
}

/// The version offered, or the code of another answer.
fn offered(server: &Server, more: &str) -> i64 {
    let body = format!(r#"{{"apkKey":"isVZBUvkFhv6oHxk_X-D0Q","versionCode":1{more}}}"#);
    let reply = ask(server, "/v1/apk/upgrade", &body).json();
    match reply["code"].as_i64().unwrap() {
        200 => reply["data"]["versionCode"].as_i64().unwrap(),
        code => code,
    }
}

#[test]
fn the_highest_version_with_a_task_is_offered() {
    assert_eq!(offered(&apk_with("{ to = 2 }, { to = 3 }, { to = 4, enabled = false }"), ""), 3);
    assert_eq!(offered(&apk_with(""), ""), 0);
}

#[test]
fn tasks_have_a_beginning_and_an_end() {
    let tasks = r#"{ to = 4, begin = "2099-01-01T00:00:00Z" }, { to = 3, end = "2020-01-01T00:00:00Z" },
        { to = 2, begin = "2020-01-01T00:00:00Z", end = "2099-01-01T00:00:00Z" }"#
        .replace('\n', " ");
    assert_eq!(offered(&apk_with(&tasks), ""), 2);
}

#[test]
fn a_device_that_is_no_target_falls_through_to_an_older_version() {
    let server = apk_with(r#"{ to = 4, device_keys = ["a"] }, { to = 3, model_keys = ["m"] }, { to = 2 }"#);
    assert_eq!(offered(&server, r#","devKey":"a""#), 4);
    assert_eq!(offered(&server, r#","devKey":"b","devModelKey":"m""#), 3);
    assert_eq!(offered(&server, ""), 2);
}

#[test]
fn a_gray_quota_is_burnt_by_requests_and_then_falls_through() {
    let server = apk_with("{ to = 4, gray = 2 }, { to = 2 }");
    let offers: Vec<_> = (0..4).map(|_| offered(&server, "")).collect();
    assert_eq!(offers, [4, 4, 2, 2]);
}

#[test]
fn a_request_of_no_target_burns_no_gray_quota() {
    let server = apk_with(r#"{ to = 4, gray = 1, device_keys = ["a"] }"#);
    assert_eq!([offered(&server, ""), offered(&server, ""), offered(&server, r#","devKey":"a""#)], [0, 0, 4]);
}

#[test]
fn a_flow_limit_refuses_with_429001_and_has_burnt_gray_quota() {
    let server = apk_with("{ to = 4, gray = 3, flow = { limit = 1, seconds = 86400, retry_after = 30 } }");
    let offers: Vec<_> = (0..4).map(|_| offered(&server, "")).collect();
    assert_eq!(offers, [4, 429_001, 429_001, 0]);
}

#[test]
fn retry_after_comes_only_when_it_is_given() {
    for retry_after in [None, Some(30)] {
        let server = apk_with("{ to = 4 }");
        server.catalogue(|catalogue| {
            let flow = Some(Flow { limit: 0, seconds: 60, retry_after });
            catalogue.apps[0].tasks = vec![Task { to: 4, flow, ..Task::default() }];
        });
        let reply = ask_apk(&server);
        let expected = retry_after.map(|seconds| seconds.to_string());
        assert_eq!((reply.status(), reply.header("Retry-After")), (429, expected.as_deref()));
    }
}

#[test]
fn an_appointed_version_is_the_only_one_offered_and_never_an_older_one() {
    let server = apk_with("{ to = 2 }, { to = 3 }");
    let appointed = |code: i64| offered(&server, &format!(r#","appointVersionCode":{code}"#));
    assert_eq!([appointed(2), appointed(3), appointed(4), appointed(1), appointed(0)], [2, 3, 0, 0, 3]);
}

#[test]
fn links_are_escaped_as_go_escapes_them() {
    let text = ask_apk(&apk_with("{ to = 2 }")).text().to_owned();
    assert!(text.contains(r#""urlPath":"http://a/?x=2\u0026y=\u003c\u003e""#), "{text}");
}

#[test]
fn versions_are_chosen_by_architecture() {
    let server = Server::start(dev_server::Options { catalogue: example(), ..Default::default() }).unwrap();
    for (arch, name) in [("x64", "2.0"), ("arm64", "2.0 for ARM")] {
        let body = format!(r#"{{"winKey":"exampleWin","versionCode":1,"arch":"{arch}"}}"#);
        assert_eq!(ask(&server, "/v1/win/upgrade", &body).json()["data"]["versionName"], name);
    }
    let without = ask(&server, "/v1/win/upgrade", r#"{"winKey":"exampleWin","versionCode":1}"#);
    assert_eq!(without.code(), 400_002);
    let riscv = ask(&server, "/v1/win/upgrade", r#"{"winKey":"exampleWin","versionCode":1,"arch":"riscv"}"#);
    assert_eq!(riscv.code(), 0);
}

fn example() -> Catalogue {
    let mut catalogue = Catalogue::parse(include_str!("../catalogues/example.toml")).unwrap();
    catalogue.credentials.extend(Catalogue::documented().credentials);
    catalogue
}

#[test]
fn a_configuration_goes_out_byte_for_byte() {
    let server = Server::start(dev_server::Options { catalogue: example(), ..Default::default() }).unwrap();
    let body = r#"{"configurationKey":"exampleConfiguration","versionCode":1}"#;
    let reply = ask(&server, "/v1/configuration/upgrade", body);
    assert!(reply.text().ends_with(r#""content":{"z": 1, "a": 9007199254740993}}}"#), "{}", reply.text());
    let newest = body.replace(":1}", ":2}");
    assert!(ask(&server, "/v1/configuration/upgrade", &newest).text().ends_with(r#""content":null}}"#));
}

#[test]
fn every_kind_of_the_example_has_an_offer_and_a_description() {
    let server = Server::start(dev_server::Options { catalogue: example(), ..Default::default() }).unwrap();
    for (kind, key) in [
        ("url", "exampleUrl"),
        ("file", "exampleFile"),
        ("apk", "exampleApk"),
        ("configuration", "exampleConfiguration"),
        ("win", "exampleWin"),
        ("mac", "exampleMac"),
        ("lnx", "exampleLnx"),
    ] {
        let body = |code: i64| format!(r#"{{"{kind}Key":"{key}","versionCode":{code},"arch":"x64"}}"#);
        let upgrade = ask(&server, &format!("/v1/{kind}/upgrade"), &body(1)).json();
        assert_eq!((&upgrade["code"], &upgrade["data"]["versionCode"]), (&200.into(), &2.into()), "{kind}");
        let version = ask(&server, &format!("/v1/{kind}/version"), &body(2)).json();
        assert_eq!((&version["code"], &version["data"]["versionCode"]), (&200.into(), &2.into()), "{kind}");
        assert_eq!(ask(&server, &format!("/v1/{kind}/version"), &body(99)).code(), 404_001, "{kind}");
    }
}

#[test]
fn the_server_shape_has_docs_always_and_a_trace_id_on_failure() {
    let server = server();
    server.catalogue(|catalogue| catalogue.service.shape = Shape::Server);
    let success = ask_apk(&server).json();
    assert_eq!((&success["docs"], success.get("traceId")), (&"".into(), None));
    let failure = ask(&server, "/v1/apk/upgrade", r#"{"apkKey":"unknown","versionCode":1}"#).json();
    assert_eq!((failure.get("data"), failure["traceId"].as_str().unwrap().len()), (None, 32));
}

fn report(server: &Server, body: &str) -> (u16, String) {
    let reply = ask(server, "/v1/app/report", body);
    (reply.status(), reply.text().to_owned())
}

#[test]
fn events_are_taken_from_anyone_but_must_be_dated() {
    let server = server();
    let success = (200, r#"{"code":0,"msg":"success"}"#.to_owned());
    let started = r#"{"eventType":"app_start","appKey":"any","timestamp":"2026-01-05T05:11:04Z","eventData":{"launchTime":"2026-01-05T05:11:04Z","versionCode":1}}"#;
    assert_eq!(report(&server, started), success);
    assert_eq!(report(&server, &started.replace("app_start", "anything")), success);
    assert_eq!(report(&server, &started.replace("launchTime", "lunchTime")).0, 500);
    assert_eq!(report(&server, &started.replace("2026-01-05T", "2026-01-05 ")).0, 500);
    assert_eq!(report(&server, r#"{"eventType":"app_start","appKey":"any"}"#).0, 400);
}

#[test]
fn download_and_upgrade_events_die_where_the_catalogue_says_so() {
    let server = server();
    server.catalogue(|catalogue| catalogue.service.broken_reports = true);
    let event = |name: &str| {
        format!(
            r#"{{"eventType":"{name}","appKey":"any","timestamp":"2026-01-05T05:11:04Z","eventData":{{"launchTime":"2026-01-05T05:11:04Z"}}}}"#
        )
    };
    assert_eq!(report(&server, &event("app_start")).0, 200);
    assert_eq!(report(&server, &event("app_upgrade_download")), (500, String::new()));
    assert_eq!(report(&server, &event("app_upgrade_upgrade")), (500, String::new()));
}

#[test]
fn statistics_are_sent_under_their_names() {
    let server = server();
    server.catalogue(|catalogue| {
        *catalogue = example();
        catalogue.service.statistics_code = 200;
    });
    let target = "/v1/app/statistics/info?appKey=exampleApk";
    let reply = Ask { method: "GET", target, ..Ask::default() }.send(&server);
    assert_eq!(
        reply.text(),
        concat!(
            r#"{"code":200,"msg":"success","data":{"yesterdayDownloadCount":12,"totalDownloadCount":1234,"#,
            r#""yesterdayAppGetStrategyCount":0,"totalAppGetStrategyCount":0,"yesterdayAppUpgradeCount":0,"#,
            r#""totalAppUpgradeCount":0,"yesterdayAppStartCount":0,"totalAppStartCount":0,"#,
            r#""downloadCount7Day":[{"timeData":"2026-01-04","data":10},{"timeData":"2026-01-05","data":12}],"#,
            r#""appGetStrategyCount7Day":[],"appUpgradeCount7Day":[],"appStartCount7Day":[]}}"#
        )
    );
}

#[test]
fn mistakes_in_a_catalogue_are_named() {
    for (toml, words) in [
        ("[[apps]]\nkind = \"ios\"\nkey = \"a\"", "unknown kind \"ios\""),
        ("[[apps]]\nkind = \"apk\"\nkeys = \"a\"", "unknown field `keys`"),
        ("[[faults]]\nstatus = 503", r#"on is missing in {"status":503}"#),
        ("[[files]]\nname = \"a\"", "give exactly one of path, text, sparse, pattern"),
        ("[[apps]]\nkind = \"url\"\nversions = [{ code = 1, content = \"{\" }]", "content is not JSON"),
    ] {
        let error = Catalogue::parse(toml).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
}
