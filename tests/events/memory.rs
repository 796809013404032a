//! What the state folder keeps of answers, choices and upgrades.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use dev_server::Server;
use upgradelink::{
    api::{Kind, Query, Strategy},
    client::Client,
    config::Config,
    error::Status,
    watch::Watch,
};

use crate::{APP_KEY, Folder, client, config, event_type, eventually, reports, server, version_code};

const URL_KEY: &str = "SkEgKQ4SyLmzazl31fJnAw";

fn query() -> Query {
    Query::new(Kind::Url, URL_KEY, 1)
}

fn check(client: &Client) -> Strategy {
    client.check(&query(), &Watch::default()).unwrap()
}

fn tomorrow() -> SystemTime {
    SystemTime::now() + Duration::from_secs(24 * 3600)
}

#[test]
fn the_last_answer_is_read_offline_with_its_age() {
    let (mut server, folder) = (server(), Folder::fresh());
    let fresh = check(&client(&server, &folder));
    server.stop();
    std::thread::sleep(Duration::from_millis(20));

    let kept = client(&server, &folder).last_strategy(&query()).unwrap();

    assert_eq!((kept.version_code, kept.url, kept.json), (fresh.version_code, fresh.url, fresh.json));
    assert_eq!(fresh.age, Duration::ZERO);
    assert!(kept.age >= Duration::from_millis(20) && kept.age < Duration::from_secs(10));
}

#[test]
fn an_answer_to_another_query_is_not_given() {
    let (server, folder) = (server(), Folder::fresh());
    let client = client(&server, &folder);
    check(&client);
    let other_device = Query { device_key: Some("another".into()), ..query() };
    for other in [Query { version_code: 2, ..query() }, other_device, Query::new(Kind::File, URL_KEY, 1)] {
        assert_eq!(client.last_strategy(&other).unwrap_err().status, Status::NotFound);
    }
}

#[test]
fn an_answer_that_somebody_changed_is_not_given() {
    let (server, folder) = (server(), Folder::fresh());
    let client = client(&server, &folder);
    check(&client);
    let path = folder.file("strategy-");
    let whole = fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(7) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&path, changed).unwrap();
        assert_eq!(client.last_strategy(&query()).unwrap_err().status, Status::NotFound, "at {at}");
    }
    fs::write(&path, &whole).unwrap();
    client.last_strategy(&query()).unwrap();

    let another_secret = Config {
        credentials: Config::new(crate::ACCESS_KEY, "another").credentials,
        ..config(&server.url(), Some(folder.path()))
    };
    let stranger = Client::new(another_secret).unwrap();
    assert_eq!(stranger.last_strategy(&query()).unwrap_err().status, Status::NotFound);
}

#[test]
fn nothing_is_kept_without_a_state_folder() {
    let server = server();
    let client = Client::new(config(&server.url(), None)).unwrap();
    let strategy = check(&client);
    assert_eq!(client.last_strategy(&query()).unwrap_err().status, Status::Config);
    assert_eq!(client.skip(&strategy).unwrap_err().status, Status::Config);
    assert!(client.is_wanted(&strategy));
}

#[test]
fn a_version_that_the_user_skips_is_not_wanted_and_a_later_one_is() {
    let (server, folder) = (server(), Folder::fresh());
    let strategy = check(&client(&server, &folder));
    client(&server, &folder).skip(&strategy).unwrap();
    assert!(!client(&server, &folder).is_wanted(&strategy));
    assert!(client(&server, &folder).is_wanted(&Strategy { version_code: 3, ..strategy }));
}

#[test]
fn a_snooze_ends_with_its_time() {
    let (server, folder) = (server(), Folder::fresh());
    let client = client(&server, &folder);
    let strategy = check(&client);
    client.snooze(&strategy, tomorrow()).unwrap();
    assert!(!client.is_wanted(&strategy));
    client.snooze(&strategy, SystemTime::now()).unwrap();
    assert!(client.is_wanted(&strategy));
}

#[test]
fn a_forced_upgrade_overrides_the_user() {
    let (server, folder) = (server(), Folder::fresh());
    let client = client(&server, &folder);
    let strategy = check(&client);
    client.snooze(&strategy, tomorrow()).unwrap();
    client.skip(&strategy).unwrap();
    assert!(client.is_wanted(&Strategy { upgrade_type: 3, ..strategy }));
}

#[test]
fn no_upgrade_is_wanted_where_none_is_available() {
    let (server, folder) = (server(), Folder::fresh());
    let client = client(&server, &folder);
    let newest = client.check(&Query { version_code: 2, ..query() }, &Watch::default()).unwrap();
    assert!(!client.is_wanted(&newest));
}

#[test]
fn the_new_version_reports_the_upgrade_at_its_first_start() {
    let (server, folder) = (server(), Folder::fresh());
    let client = client(&server, &folder);
    client.remember_upgrade(&check(&client)).unwrap();
    let seen = |server: &Server| -> Vec<(String, i64)> {
        let bodies = reports(server).into_iter().map(|request| request.text());
        bodies.map(|body| (event_type(&body), version_code(&body))).collect()
    };
    let started = |app_key: &str, version_code: i64| {
        server.clear_requests();
        client.report_started(app_key, version_code, &Watch::default()).unwrap();
        eventually("all is sent", || folder.waiting().is_empty());
        seen(&server)
    };

    assert_eq!(started(URL_KEY, 1), [("app_start".into(), 1)], "the old version still runs");
    assert_eq!(started(APP_KEY, 2), [("app_start".into(), 2)], "another application");
    assert_eq!(started(URL_KEY, 2), [("app_upgrade_upgrade".into(), 1), ("app_start".into(), 2)]);
    assert_eq!(started(URL_KEY, 2), [("app_start".into(), 2)], "once only");
}
