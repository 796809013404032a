//! Whatever happens on the way, each event arrives, in order, and none whose answer came is repeated.

use std::time::Duration;

use dev_server::{Cut, Fault};
use upgradelink::{client::Client, config::Config, reports::EventType, watch::Watch};

use crate::{Folder, REPORT, config, counts, eventually, report, reports, server, version_code};

#[test]
fn no_fault_on_the_way_loses_or_swaps_events() {
    let faults = [
        ("busy", Fault::on(REPORT).status(503)),
        ("empty 500", Fault::on(REPORT).status(500)),
        ("bad gateway with a page", Fault::on(REPORT).status(502).body("<html>").content_type("text/html")),
        ("portal page", Fault::on(REPORT).status(200).body("<html>sign in</html>").content_type("text/html")),
        ("internal error", Fault::on(REPORT).code(500_001)),
        ("signature refused", Fault::on(REPORT).code(401_002)),
        ("too many", Fault::on(REPORT).code(429_001)),
        ("too many, no envelope", Fault::on(REPORT).status(429).header("Retry-After", 1)),
        ("not found, no envelope", Fault::on(REPORT).status(404).body("404 page not found\n")),
        ("redirect", Fault::on(REPORT).redirect("{base}/elsewhere")),
        ("cut before the reply", Fault::on(REPORT).cut(Cut::before_reply())),
        ("reset before the reply", Fault::on(REPORT).cut(Cut::before_reply().reset())),
        ("cut within the reply", Fault::on(REPORT).cut(Cut::after(5))),
        ("silence", Fault::on(REPORT).delay_ms(1500)),
        ("stall", Fault::on(REPORT).stall(4, 1500)),
        ("half a reply", Fault::on(REPORT).truncate(9)),
        ("clock", Fault::on(REPORT).clock_skew(900)),
    ];
    for (name, fault) in faults {
        let (server, folder) = (server(), Folder::fresh());
        server.fault(fault.skip(2).times(2));
        let config = Config {
            response_timeout: Some(Duration::from_millis(500)),
            ..config(&server.url(), Some(folder.path()))
        };
        let client = Client::new(config).unwrap();
        for code in 1..=9 {
            report(&client, EventType::ALL[code as usize % 3], code);
        }
        eventually(name, || {
            folder.let_pauses_pass();
            client.flush(Duration::from_secs(5), &Watch::default()).is_ok()
        });

        let seen = reports(&server);
        let good = |fault: &Option<String>| fault.as_ref().is_none_or(|fault| fault.contains("clock_skew"));
        let (answered, failed): (Vec<_>, Vec<_>) =
            seen.iter().partition(|request| request.code == Some(0) && good(&request.fault));
        let answered: Vec<i64> = answered.iter().map(|request| version_code(&request.text())).collect();
        assert_eq!(counts(&answered).len(), 9, "{name}: {answered:?}");
        assert_eq!(answered.len(), 9, "{name}: an answer came, and the event was repeated: {answered:?}");
        assert!(failed.len() <= 2, "{name}: {} failures", failed.len());
        for kind in 0..3 {
            let of_kind: Vec<_> = answered.iter().filter(|code| **code % 3 == kind).collect();
            assert!(of_kind.is_sorted(), "{name}: {answered:?}");
        }
    }
}
