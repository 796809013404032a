//! Where a file is taken from: kinds, redirects, links that expire, names.

use std::fs;

use dev_server::{Cut, Fault, Options as ServerOptions, Recorded, Tls};
use upgradelink::{
    api::{Kind, Query},
    error::{Stage, Status},
    fetch::{Link, Origin},
    progress::Progress,
    watch::{Cancel, Watch},
};

use crate::world::{NAME, SIZE, World, answering, bytes};

#[test]
fn a_configuration_has_no_file() {
    let world = World::new();
    let mut strategy = world.offer();
    strategy.query = Query::new(Kind::Configuration, "any", 1);
    let result = world.client().fetch(&strategy, &world.options, Progress::default(), Cancel::default());
    assert_eq!(result.unwrap_err().status, Status::InvalidArgument);
}

#[test]
fn the_link_of_a_url_application_is_fetched_when_it_is_http() {
    let world = World::new();
    for (link, status) in [
        (format!("{}{}", world.server.url(), "/files/app-2.bin"), None),
        ("ftp://127.0.0.1/app-2.bin".into(), Some(Status::InvalidArgument)),
        ("file:///etc/passwd".into(), Some(Status::InvalidArgument)),
        ("itms-apps://itunes.apple.com/app/id1".into(), Some(Status::InvalidArgument)),
        ("app-2.bin".into(), Some(Status::InvalidArgument)),
        ("http://[::1".into(), Some(Status::InvalidArgument)),
    ] {
        let mut strategy = world.offer();
        strategy.query.kind = Kind::Url;
        strategy.url = Some(link.clone());
        let result = world.client().fetch(&strategy, &world.options, Progress::default(), Cancel::default());
        assert_eq!(result.err().map(|error| error.status), status, "{link}");
    }
}

#[test]
fn a_strategy_that_offers_nothing_cannot_be_fetched() {
    let world = World::new();
    let strategy = world.client().check(&Query::new(Kind::Apk, crate::common::APP, 2), &Watch::default());
    let strategy = strategy.unwrap();
    assert!(!strategy.available);
    let result = world.client().fetch(&strategy, &world.options, Progress::default(), Cancel::default());
    assert_eq!(result.unwrap_err().status, Status::InvalidArgument);
}

#[test]
fn a_version_that_is_not_above_the_running_one_is_fetched_only_where_the_host_allows() {
    let mut world = World::new();
    let mut strategy = world.offer();
    for running in [2, 3] {
        strategy.query.version_code = running;
        let result = world.client().fetch(&strategy, &world.options, Progress::default(), Cancel::default());
        assert_eq!(result.unwrap_err().status, Status::Downgrade);
    }
    world.options.allow_downgrade = true;
    let artifact = world.client().fetch(&strategy, &world.options, Progress::default(), Cancel::default());
    world.assert_right(&artifact.unwrap());
}

#[test]
fn a_link_of_the_hosts_own_is_fetched_and_compared() {
    let world = World::new();
    let link = Link {
        url: format!("{}/files/{NAME}", world.server.url()),
        size: Some(SIZE as u64),
        md5: Some(crate::world::md5(&bytes(2, SIZE))),
    };
    let artifact =
        world.client().fetch_link(&link, &world.options, Progress::default(), Cancel::default()).unwrap();
    assert_eq!(artifact.checked, 3);
    world.assert_right(&artifact);
}

#[test]
fn redirects_are_followed_without_headers_of_the_service() {
    let world = World::new();
    world.server.fault(Fault::on("/files/app-2.bin").redirect("{base}/files/one?to=http://x/").times(1));
    for (from, to) in [("one", "/files/two"), ("two", "three"), ("three", "?again=1")] {
        world.server.fault(Fault::on(format!("/files/{from}")).redirect(to).status(307).times(1));
    }
    world.server.fault(Fault::on("/files/three").redirect("{base}/files/app-2.bin").status(308));
    world.fetch_right();
    let targets: Vec<_> = world.requests().into_iter().map(|request| request.target).collect();
    let expected = ["app-2.bin", "one?to=http://x/", "two", "three", "three?again=1", "app-2.bin"];
    assert_eq!(targets, expected.map(|name| format!("/files/{name}")));
    for request in world.requests() {
        for (name, _) in request.headers() {
            assert!(!name.to_lowercase().starts_with("x-"), "{name}");
        }
    }
}

#[test]
fn a_relative_redirect_leads_from_the_folder_of_the_link() {
    for (from, to, meant) in [
        ("/files/a/b", "c?x=/../y", "/files/a/c?x=/../y"),
        ("/files/a/b", "../c/./d", "/files/c/d"),
        ("/a/b", "../../../files/c", "/files/c"),
        ("/files/a/b/c", "..", "/files/a/"),
        ("/files/a/", "./", "/files/a/"),
        ("/files/a/", "b/../c/", "/files/a/c/"),
        ("/files/a/../b/c", "../d", "/files/d"),
        ("/?a/b", "files/c", "/files/c"),
    ] {
        let is_meant = |request: &Recorded| request.target == meant;
        let world = World::new();
        world.server.fault(Fault::on("/*").redirect(to).times(1));
        world.server.fault(Fault::on("/*").redirect("/files/app-2.bin").times(1));
        world.fetch_link(&format!("{}{from}", world.server.url())).unwrap();
        assert!(world.requests().iter().any(is_meant), "{from} to {to}");
    }
}

#[test]
fn a_resumption_is_redirected_with_its_range() {
    let world = World::new();
    world.cut_run(1_000_000);
    world.server.fault(Fault::on("/files/app-2.bin").redirect("/files/app-2.bin").times(1));
    assert_eq!(world.fetch_right().network_bytes, 2_000_000);
    assert!(world.ranges().iter().all(|range| range.as_deref() == Some("bytes=1000000-")));
}

#[test]
fn the_sixth_redirect_in_a_row_is_one_too_many() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").redirect("{base}/files/app-2.bin"));
    let error = world.fetch().unwrap_err();
    assert_eq!((error.status, error.stage), (Status::Service, Stage::Download));
    assert_eq!(world.requests().len(), 6);
}

#[test]
fn a_redirect_to_another_host_is_followed() {
    let world = World::new();
    let other = World::new();
    world.server.fault(Fault::on("/files/*").redirect(&format!("{}/files/app-2.bin", other.server.url())));
    world.fetch_right();
    assert_eq!(other.requests().len(), 1);
}

#[test]
fn a_redirect_to_nowhere_is_an_error() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").status(302));
    assert_eq!(world.status(), Status::Service);
}

#[test]
fn a_redirect_to_what_is_no_link_is_the_servers_failure() {
    for place in ["ftp://host/file", "http://[::1", "http://127.0.0.1:99999/file", "http:///file"] {
        let world = World::new();
        world.server.fault(Fault::on("/files/*").redirect(place));
        let error = world.fetch().unwrap_err();
        assert_eq!((error.status, error.stage), (Status::Service, Stage::Download), "{place}");
        assert_eq!(world.requests().len(), 1, "{place}");
    }
}

#[test]
fn a_redirect_with_letters_of_every_alphabet_is_followed() {
    let world = World::new();
    let (base, name) = (world.server.url(), "\u{66f4}\u{65b0} 2.bin");
    fs::write(world.hosted.path().join(name), bytes(2, SIZE)).unwrap();
    let port = answering(move |_, _| {
        format!("HTTP/1.1 302 Found\r\nLocation: {base}/files/{name}\r\nContent-Length: 0\r\n\r\n")
            .into_bytes()
    });
    let artifact = world.fetch_link(&format!("http://127.0.0.1:{port}/f.bin")).unwrap();
    world.assert_right(&artifact);
}

fn over_tls() -> World {
    let plain = World::new();
    let catalogue = {
        let mut all = None;
        plain.server.catalogue(|catalogue| all = Some(catalogue.clone()));
        all.unwrap()
    };
    let World { hosted, .. } = plain;
    let folder = hosted.path().into();
    let tls = Some(Tls::default());
    let mut world =
        World::start(ServerOptions { catalogue, folder, tls, ..ServerOptions::default() }, hosted);
    world.config.ca_pem = world.server.ca_pem().map(|pem| pem.as_bytes().to_vec());
    world.config.allow_http = false;
    world
}

#[test]
fn files_come_over_tls() {
    let world = over_tls();
    world.cut_run(1_000_000);
    assert_eq!(world.fetch_right().origin, Origin::Resumed);
}

#[test]
fn a_redirect_down_to_plain_http_is_refused_unless_the_host_allows_it() {
    let mut world = over_tls();
    let other = World::new();
    world.server.fault(Fault::on("/files/*").redirect(&format!("{}/files/app-2.bin", other.server.url())));
    let error = world.fetch().unwrap_err();
    assert_eq!((error.status, error.stage), (Status::Service, Stage::Download), "{error}");
    assert_eq!(other.requests().len(), 0);
    world.config.allow_http = true;
    world.fetch_right();
}

#[test]
fn a_plain_link_is_refused_unless_the_host_allows_it() {
    let world = over_tls();
    let other = World::new();
    let error = world.fetch_link(&format!("{}/files/app-2.bin?Signature=x", other.server.url())).unwrap_err();
    assert_eq!(error.status, Status::InvalidArgument);
    assert!(!error.message.contains("Signature"), "{error}");
}

/// Links are good for so many requests.
fn presigned(requests: u64) -> World {
    let world = World::new();
    world.server.catalogue(|catalogue| {
        catalogue.files.push(dev_server::catalogue::File {
            name: NAME.into(),
            path: Some(NAME.into()),
            presigned: Some(dev_server::catalogue::Presigned { requests: Some(requests), seconds: None }),
            ..Default::default()
        });
    });
    world
}

#[test]
fn a_link_that_has_expired_is_asked_for_again_and_the_part_gone_on_with() {
    let world = presigned(1);
    world.server.fault(Fault::on("/files/*").cut(Cut::after(1_000_000)).times(1));
    assert_eq!(world.fetch_right().network_bytes, 3_000_000);
    let statuses: Vec<_> = world.requests().iter().map(|request| request.status).collect();
    assert_eq!(statuses, [200, 403, 206]);
}

#[test]
fn a_fresh_link_too_is_believed_when_the_services_clock_has_jumped() {
    let world = presigned(1);
    world.server.fault(Fault::on("/v1/apk/upgrade").skip(1).clock_skew(7200));
    world.server.fault(Fault::on("/files/*").cut(Cut::after(1_000_000)).times(1));
    world.fetch_right();
}

#[test]
fn a_remembered_part_is_gone_on_with_under_another_signature() {
    let world = presigned(1);
    world.server.catalogue(|catalogue| {
        catalogue.apps[0].versions[0].download.md5 = Some(String::new());
    });
    world.cut_run(1_000_000);
    assert_eq!(world.fetch_right().network_bytes, 2_000_000);
}

#[test]
fn the_service_is_asked_for_another_link_once() {
    let world = presigned(0);
    let error = world.fetch().unwrap_err();
    assert_eq!((error.status, error.http_status), (Status::Service, 403));
    assert_eq!(world.requests().len(), 2);
}

#[test]
fn a_service_that_gives_no_other_link_is_not_asked_again() {
    let world = presigned(0);
    let limited = r#"{"code":429001,"msg":"flow limit","docs":""}"#;
    world.server.fault(Fault::on("/v1/apk/upgrade").skip(1).status(429).body(limited));
    assert_eq!(world.status(), Status::RateLimited);
    let asked = world.server.requests().iter().filter(|request| request.path() == "/v1/apk/upgrade").count();
    assert_eq!(asked, 2);
}

#[test]
fn another_offer_behind_the_fresh_link_is_a_clear_error() {
    let world = presigned(0);
    let strategy = world.offer();
    world.server.catalogue(|catalogue| catalogue.apps[0].versions[0].download.size = Some(5));
    let error =
        world.client().fetch(&strategy, &world.options, Progress::default(), Cancel::default()).unwrap_err();
    assert_eq!((error.status, error.http_status), (Status::Service, 403));
    assert_eq!(
        error.message,
        "download: the link has expired, and the service now offers another file; check again"
    );
}

#[test]
fn a_403_of_a_link_of_the_hosts_own_asks_nobody() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").status(403));
    let error = world.fetch_link(&format!("{}/files/app-2.bin", world.server.url())).unwrap_err();
    assert_eq!((error.status, error.http_status), (Status::Service, 403));
    assert_eq!(world.server.requests().len(), 1);
}

#[test]
fn statuses_of_the_files_server_have_their_own_errors() {
    for (status, expected, attempts) in [
        (401, Status::Service, 1),
        (404, Status::NotFound, 1),
        (410, Status::NotFound, 1),
        (418, Status::Service, 1),
        (204, Status::Service, 1),
        (429, Status::RateLimited, 2),
        (500, Status::Service, 2),
        (504, Status::Service, 2),
    ] {
        let mut world = World::new();
        world.config.max_attempts = 2;
        world.server.fault(Fault::on("/files/*").status(status));
        let error = world.fetch().unwrap_err();
        assert_eq!((error.status, error.stage), (expected, Stage::Download), "{status}");
        assert_eq!((error.http_status, world.requests().len()), (status, attempts), "{status}");
    }
}

#[test]
fn spaces_and_letters_of_every_alphabet_are_escaped() {
    let world = World::new();
    let name = "Ordner \u{fc}/\u{66f4}\u{65b0} {2}.bin";
    fs::create_dir(world.hosted.path().join("Ordner \u{fc}")).unwrap();
    fs::write(world.hosted.path().join(name), bytes(2, SIZE)).unwrap();
    let artifact = world.fetch_link(&format!(" {}/files/{name} ", world.server.url())).unwrap();
    world.assert_right(&artifact);
    assert_eq!(artifact.path, world.folder.path().join("\u{66f4}\u{65b0} {2}.bin"));
}

#[test]
fn a_name_that_the_link_does_not_give_is_made_of_key_and_version() {
    let world = World::new();
    let mut strategy = world.offer();
    let base = world.server.url();
    strategy.url = Some(format!("{base}/files/.."));
    world.server.fault(Fault::on("/files/..").redirect("/files/app-2.bin"));
    let artifact =
        world.client().fetch(&strategy, &world.options, Progress::default(), Cancel::default()).unwrap();
    assert_eq!(artifact.path, world.folder.path().join("LOYlLXNy7wV3ySuh0XgtSg-2"));
}

#[test]
fn the_host_may_name_the_file_itself_but_not_out_of_the_folder() {
    let mut world = World::new();
    world.options.file_name = Some("new.bin".into());
    assert_eq!(world.fetch_right().path, world.folder.path().join("new.bin"));
    for name in ["../new.bin", "/etc/new", "a/b", "", "..", "new.bin.part", "con"] {
        world.options.file_name = Some(name.into());
        assert_eq!(world.status(), Status::InvalidArgument, "{name:?}");
    }
}

#[test]
fn a_link_that_holds_a_nul_is_refused() {
    let world = World::new();
    assert_eq!(world.fetch_link("http://127.0.0.1/a\0b").unwrap_err().status, Status::Verify);
}
