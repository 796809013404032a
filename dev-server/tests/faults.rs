//! Each fault does what it says, as a bare TCP stream sees it.

mod common;

use common::*;
use dev_server::catalogue::{File, Nothing, Pattern};
use dev_server::{Cut, Fault, Framing, Server};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const PATH: &str = "/v1/apk/upgrade";
const SIZE: u64 = 100_000;

fn hosting() -> Server {
    let server = server();
    server.catalogue(|catalogue| {
        let pattern = Some(Pattern { seed: 7, size: SIZE });
        catalogue.files.push(File { name: "app.bin".into(), pattern, ..File::default() });
    });
    server
}

fn hosting_with(fault: Fault) -> (Vec<u8>, Reply) {
    let server = hosting();
    let right = get(&server, "/files/app.bin", "").body;
    assert_eq!(right.len() as u64, SIZE);
    server.fault(fault);
    (right, get(&server, "/files/app.bin", ""))
}

fn api_with(fault: Fault) -> Reply {
    let server = server();
    server.fault(fault);
    ask_apk(&server)
}

#[test]
fn a_fault_skips_and_counts_its_requests() {
    let server = server();
    server.fault(Fault::on(PATH).status(503).skip(1).times(2));
    let statuses: Vec<_> = (0..4).map(|_| ask_apk(&server).status()).collect();
    assert_eq!(statuses, [200, 503, 503, 200]);
}

#[test]
fn faults_on_one_path_are_used_up_in_order() {
    let server = server();
    server.fault(Fault::on("/v1/*").status(502).times(1));
    server.fault(Fault::on(PATH).status(504).times(1));
    let statuses: Vec<_> = (0..3).map(|_| ask_apk(&server).status()).collect();
    assert_eq!(statuses, [502, 504, 200]);
    server.fault(Fault::on("*").status(500));
    server.clear_faults();
    assert_eq!(ask_apk(&server).status(), 200);
}

#[test]
fn a_status_alone_has_no_body() {
    let reply = api_with(Fault::on(PATH).status(503));
    assert_eq!((reply.status(), reply.text(), reply.header("Content-Length")), (503, "", Some("0")));
}

#[test]
fn a_code_makes_an_envelope_with_its_status() {
    let reply = api_with(Fault::on(PATH).code(429_001).header("Retry-After", 7));
    assert_eq!((reply.status(), reply.code(), reply.header("Retry-After")), (429, 429_001, Some("7")));
}

#[test]
fn any_body_of_any_type_can_be_sent() {
    let reply = api_with(Fault::on(PATH).body("<html>").content_type("text/html"));
    assert_eq!(
        (reply.status(), reply.text(), reply.header("Content-Type")),
        (200, "<html>", Some("text/html"))
    );
    let giant = api_with(Fault::on(PATH).body("ab").body_size(5_000_001));
    assert_eq!((giant.body.len(), giant.body[5_000_000]), (5_000_001, b'a'));
}

#[test]
fn replies_are_truncated_or_trailed_with_a_length_that_agrees() {
    let truncated = api_with(Fault::on(PATH).truncate(20));
    assert_eq!(
        (truncated.text(), truncated.header("Content-Length")),
        (r#"{"code":200,"msg":"N"#, Some("20"))
    );
    let trailed = api_with(Fault::on(PATH).trailing("{}"));
    assert!(trailed.text().ends_with("}}{}"));
    assert_eq!(trailed.header("Content-Length"), Some(trailed.body.len().to_string().as_str()));
}

#[test]
fn redirects_lead_where_they_are_told() {
    let server = server();
    server.fault(Fault::on(PATH).redirect("{base}/v1/apk/upgrade").times(1));
    server.fault(Fault::on(PATH).redirect("http://other.example/").status(307));
    let first = ask_apk(&server);
    assert_eq!((first.status(), first.header("Location")), (302, Some("http://127.0.0.1/v1/apk/upgrade")));
    let second = ask_apk(&server);
    assert_eq!((second.status(), second.header("Location")), (307, Some("http://other.example/")));
}

#[test]
fn nothing_can_be_null_or_missing() {
    let server = server();
    let newest = r#"{"apkKey":"isVZBUvkFhv6oHxk_X-D0Q","versionCode":2}"#;
    server.fault(Fault::on(PATH).nothing(Nothing::Null).times(1));
    server.fault(Fault::on(PATH).nothing(Nothing::Missing));
    let body = r#"{"code":0,"msg":"Already at the latest version""#;
    assert_eq!(ask(&server, PATH, newest).text(), format!(r#"{body},"data":null}}"#));
    assert_eq!(ask(&server, PATH, newest).text(), format!("{body}}}"));
}

#[test]
fn latency_comes_before_the_head() {
    let begun = Instant::now();
    assert_eq!(api_with(Fault::on(PATH).delay_ms(150)).status(), 200);
    assert!(begun.elapsed() >= Duration::from_millis(150));
}

#[test]
fn a_stall_at_0_comes_between_head_and_body() {
    let server = server();
    server.fault(Fault::on(PATH).stall(0, 1_000));
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    stream.write_all(&Ask::default().bytes()).unwrap();
    let begun = Instant::now();
    let mut buffer = [0; 4096];
    let length = stream.read(&mut buffer).unwrap();
    assert!(buffer[..length].ends_with(b"\r\n\r\n"));
    assert!(begun.elapsed() < Duration::from_millis(900));
    assert!(read_to_end(&mut stream).head.starts_with('{'));
    assert!(begun.elapsed() >= Duration::from_millis(1_000));
}

#[test]
fn a_stall_in_the_body_lets_exactly_so_many_bytes_through_first() {
    let server = hosting();
    server.fault(Fault::on("/files/*").stall(4_321, 60_000));
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    stream.write_all(b"GET /files/app.bin HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let reply = read_to_end(&mut stream);
    assert_eq!((reply.body.len(), reply.error), (4_321, Some(ErrorKind::WouldBlock)));
}

#[test]
fn a_cut_ends_the_body_after_so_many_bytes() {
    for (cut, error) in
        [(Cut::after(4_321), None), (Cut::after(4_321).reset(), Some(ErrorKind::ConnectionReset))]
    {
        let (right, reply) = hosting_with(Fault::on("/files/*").cut(cut));
        assert_eq!((reply.status(), reply.error), (200, error));
        assert_eq!(reply.header("Content-Length"), Some("100000"));
        assert!(reply.body == right[..4_321]);
    }
}

#[test]
fn a_cut_at_0_leaves_the_head() {
    let reply = api_with(Fault::on(PATH).cut(Cut::after(0)));
    assert_eq!((reply.status(), reply.body.len(), reply.error), (200, 0, None));
}

#[test]
fn a_cut_before_the_reply_leaves_nothing() {
    for (cut, error) in
        [(Cut::before_reply(), None), (Cut::before_reply().reset(), Some(ErrorKind::ConnectionReset))]
    {
        let reply = api_with(Fault::on(PATH).cut(cut));
        assert_eq!((reply.head.as_str(), reply.error), ("", error));
    }
}

#[test]
fn a_rate_slows_the_body_down() {
    let begun = Instant::now();
    let (right, reply) = hosting_with(Fault::on("/files/*").rate(250_000));
    assert!(reply.body == right);
    let took = begun.elapsed();
    assert!(took > Duration::from_millis(300) && took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn one_byte_is_altered_and_the_size_stays() {
    let (mut right, reply) = hosting_with(Fault::on("/files/*").alter(99_999));
    right[99_999] = !right[99_999];
    assert!(reply.body == right);
}

#[test]
fn a_byte_is_altered_by_its_offset_in_the_file() {
    let server = hosting();
    let range = "Range: bytes=500-599\r\n";
    let mut right = get(&server, "/files/app.bin", range).body;
    server.fault(Fault::on("/files/*").alter(510));
    right[10] = !right[10];
    assert!(get(&server, "/files/app.bin", range).body == right);
    assert_eq!(get(&server, "/files/app.bin", "Range: bytes=511-599\r\n").body, &right[11..]);
}

#[test]
fn lengths_can_be_wrong_in_both_directions() {
    let (right, long) = hosting_with(Fault::on("/files/*").length_off_by(5));
    assert_eq!(long.header("Content-Length"), Some("100005"));
    assert!(long.body == right);
    let (right, short) = hosting_with(Fault::on("/files/*").length_off_by(-5));
    assert_eq!(short.header("Content-Length"), Some("99995"));
    assert!(short.body == right);
}

#[test]
fn lengths_can_be_unknown() {
    let (right, closed) = hosting_with(Fault::on("/files/*").framing(Framing::Close));
    assert!(closed.head.starts_with("HTTP/1.0 200"));
    assert_eq!(closed.header("Content-Length"), None);
    assert!(closed.body == right);
    let (_, chunked) = hosting_with(Fault::on("/files/*").framing(Framing::Chunked));
    assert_eq!(
        (chunked.header("Content-Length"), chunked.header("Transfer-Encoding")),
        (None, Some("chunked"))
    );
    assert!(chunked.body.ends_with(b"\r\n0\r\n\r\n"));
}

#[test]
fn headers_are_set_and_lost() {
    let (_, reply) =
        hosting_with(Fault::on("/files/*").drop_header("ETag").header("Content-Range", "bytes 1-2/3"));
    assert_eq!((reply.header("ETag"), reply.header("Content-Range")), (None, Some("bytes 1-2/3")));
    assert!(reply.header("Last-Modified").is_some());
    let without_date = api_with(Fault::on(PATH).drop_header("Date"));
    assert_eq!((without_date.status(), without_date.header("Date")), (200, None));
}

#[test]
fn a_skewed_clock_moves_date_and_window() {
    let server = server();
    server.fault(Fault::on(PATH).clock_skew(3_600));
    let reply = ask_apk(&server);
    assert_eq!(reply.code(), 401_001);
    let date = httpdate::parse_http_date(reply.header("Date").unwrap()).unwrap();
    let ahead = date.duration_since(std::time::SystemTime::now()).unwrap().as_secs();
    assert!((3_598..=3_600).contains(&ahead), "{ahead}");
    let skewed = Ask { timestamp: Some(timestamp(3_600)), ..Ask::default() }.send(&server);
    assert_eq!(skewed.code(), 200);
}

#[test]
fn a_range_can_be_ignored_or_refused() {
    let server = hosting();
    server.fault(Fault::on("/files/*").ignore_range(true).times(1));
    server.fault(Fault::on("/files/*").status(416));
    let range = "Range: bytes=500-599\r\n";
    let whole = get(&server, "/files/app.bin", range);
    assert_eq!((whole.status(), whole.body.len()), (200, SIZE as usize));
    assert_eq!(get(&server, "/files/app.bin", range).status(), 416);
}

#[test]
fn a_validator_of_its_own_takes_part_in_if_range() {
    let server = hosting();
    server.fault(Fault::on("/files/*").etag("\"other\""));
    let status = |etag: &str| {
        let headers = format!("Range: bytes=500-599\r\nIf-Range: {etag}\r\n");
        get(&server, "/files/app.bin", &headers).status()
    };
    assert_eq!((status("\"other\""), status("\"real\"")), (206, 200));
    assert_eq!(get(&server, "/files/app.bin", "").header("ETag"), Some("\"other\""));
}

#[test]
fn a_connection_can_be_closed_after_each_reply() {
    let server = server();
    server.fault(Fault::on(PATH).close(true));
    let reply = Ask { keep_alive: true, ..Ask::default() }.send(&server);
    assert_eq!((reply.header("Connection"), reply.error), (Some("close"), None));
}

#[test]
fn faults_come_with_the_catalogue() {
    let server = server_of(
        "[[faults]]\non = \"/v1/*\"\ncut = { after = 3, reset = true }\nstatus = 200\nbody = \"12345\"\n",
    );
    assert_eq!(ask_apk(&server).text(), "123");
}
