//! What the C ABI does with arguments that cannot be: outputs are emptied, setters keep their fault for
//! the call that uses the handle, and that call names the setter.

use std::{
    ffi::{CStr, CString, c_char, c_void},
    ptr,
};

use upgradelink::ffi::{
    client::*, config::*, details::*, error::*, operation::*, query::*, statistics::*, strategy::*,
    transport::upgradelink_transport_request_body,
};

use crate::support::show_panics;

const NOT_UTF8: *const c_char = c"\xff\xfe".as_ptr();

fn config() -> *mut Config {
    show_panics();
    // SAFETY: texts with a NUL.
    unsafe {
        let config = upgradelink_config_new(c"access".as_ptr(), c"secret".as_ptr());
        upgradelink_config_set_endpoint(config, c"http://127.0.0.1:9".as_ptr());
        upgradelink_config_set_allow_http(config, 2);
        upgradelink_config_set_proxy(config, c"".as_ptr());
        config
    }
}

fn client() -> *mut Client {
    let config = config();
    let mut client = ptr::null_mut();
    // SAFETY: a live handle and a place.
    unsafe {
        assert_eq!(upgradelink_client_new(config, &mut client, ptr::null_mut()), UPGRADELINK_OK);
        upgradelink_config_free(config);
    }
    client
}

/// Frees the error and gives its status and message.
fn told(status: i32, error: *mut Error) -> (i32, String) {
    // SAFETY: a live error.
    unsafe {
        assert_eq!(upgradelink_error_status(error), status);
        let message = CStr::from_ptr(upgradelink_error_message(error)).to_str().unwrap().to_owned();
        upgradelink_error_free(error);
        (status, message)
    }
}

/// What `upgradelink_client_new` says of a configuration on which `set` was called.
fn of_config(set: impl FnOnce(*mut Config)) -> (i32, String) {
    let config = config();
    set(config);
    let (mut client, mut error) = (ptr::dangling_mut(), ptr::dangling_mut());
    // SAFETY: a live handle and places.
    unsafe {
        let status = upgradelink_client_new(config, &mut client, &mut error);
        upgradelink_config_free(config);
        assert!(client.is_null());
        told(status, error)
    }
}

/// What `upgradelink_check` says of a query on which `set` was called; describe and the background
/// form say the same.
fn of_query(set: impl FnOnce(*mut Query)) -> (i32, String) {
    let client = client();
    // SAFETY: live handles and places.
    unsafe {
        let query = upgradelink_query_new(UPGRADELINK_KIND_URL, c"key".as_ptr(), 1);
        set(query);
        let (mut strategy, mut error) = (ptr::dangling_mut(), ptr::dangling_mut());
        let status = upgradelink_check(client, query, &mut strategy, &mut error);
        assert!(strategy.is_null());
        let by_check = told(status, error);

        let (mut details, mut error) = (ptr::dangling_mut(), ptr::null_mut());
        let status = upgradelink_describe(client, query, &mut details, &mut error);
        assert!(details.is_null());
        assert_eq!(told(status, error), by_check);

        let (mut operation, mut error) = (ptr::dangling_mut(), ptr::null_mut());
        let status =
            upgradelink_check_start(client, query, None, ptr::null_mut(), &mut operation, &mut error);
        assert!(operation.is_null());
        assert_eq!(told(status, error), by_check);
        upgradelink_query_free(query);
        upgradelink_client_free(client);
        by_check
    }
}

fn refused(message: &str) -> (i32, String) {
    (UPGRADELINK_ERROR_INVALID_ARGUMENT, message.to_owned())
}

type TextSetter<H> = unsafe extern "C" fn(*mut H, *const c_char);

#[test]
fn a_text_that_is_not_utf8_is_told_with_its_setter() {
    let setters: [(TextSetter<Config>, &str); 5] = [
        (upgradelink_config_set_endpoint, "upgradelink_config_set_endpoint"),
        (upgradelink_config_set_proxy, "upgradelink_config_set_proxy"),
        (upgradelink_config_set_user_agent, "upgradelink_config_set_user_agent"),
        (upgradelink_config_set_device_key, "upgradelink_config_set_device_key"),
        (upgradelink_config_set_device_model_key, "upgradelink_config_set_device_model_key"),
    ];
    for (set, name) in setters {
        // SAFETY: a live handle and a text with a NUL.
        let said = of_config(|config| unsafe { set(config, NOT_UTF8) });
        assert_eq!(said, refused(&format!("{name}: the text is not UTF-8")));
    }
    let setters: [(TextSetter<Query>, &str); 3] = [
        (upgradelink_query_set_arch, "upgradelink_query_set_arch"),
        (upgradelink_query_set_device_key, "upgradelink_query_set_device_key"),
        (upgradelink_query_set_device_model_key, "upgradelink_query_set_device_model_key"),
    ];
    for (set, name) in setters {
        // SAFETY: as above.
        let said = of_query(|query| unsafe { set(query, NOT_UTF8) });
        assert_eq!(said, refused(&format!("{name}: the text is not UTF-8")));
    }
}

#[test]
fn null_is_told_with_its_setter_where_a_text_is_required() {
    // SAFETY: live handles, NULL texts.
    unsafe {
        let said = of_config(|config| upgradelink_config_set_endpoint(config, ptr::null()));
        assert_eq!(said, refused("upgradelink_config_set_endpoint: the text is NULL"));
        let said = of_config(|config| upgradelink_config_set_user_agent(config, ptr::null()));
        assert_eq!(said, refused("upgradelink_config_set_user_agent: the text is NULL"));
    }
}

#[test]
fn keys_that_are_null_or_not_utf8_are_told_with_new() {
    show_panics();
    for (access, secret, why) in [
        (ptr::null(), c"s".as_ptr(), "the text is NULL"),
        (c"a".as_ptr(), ptr::null(), "the text is NULL"),
        (NOT_UTF8, c"s".as_ptr(), "the text is not UTF-8"),
        (c"a".as_ptr(), NOT_UTF8, "the text is not UTF-8"),
    ] {
        let mut client = ptr::null_mut();
        let mut error = ptr::null_mut();
        // SAFETY: NULL or texts with a NUL; live handles and places.
        let said = unsafe {
            let config = upgradelink_config_new(access, secret);
            let status = upgradelink_client_new(config, &mut client, &mut error);
            upgradelink_config_free(config);
            told(status, error)
        };
        assert_eq!(said, refused(&format!("upgradelink_config_new: {why}")));
    }
}

#[test]
fn a_query_of_an_unknown_kind_or_without_key_is_told_with_new() {
    let client = client();
    for (kind, key, why) in [
        (0, c"k".as_ptr(), "the kind is 0, known are 1 to 7"),
        (8, c"k".as_ptr(), "the kind is 8, known are 1 to 7"),
        (-1, c"k".as_ptr(), "the kind is -1, known are 1 to 7"),
        (UPGRADELINK_KIND_URL, ptr::null(), "the text is NULL"),
        (UPGRADELINK_KIND_URL, NOT_UTF8, "the text is not UTF-8"),
    ] {
        let mut strategy = ptr::null_mut();
        let mut error = ptr::null_mut();
        // SAFETY: NULL or texts with a NUL; live handles and places.
        let said = unsafe {
            let query = upgradelink_query_new(kind, key, 1);
            let status = upgradelink_check(client, query, &mut strategy, &mut error);
            upgradelink_query_free(query);
            told(status, error)
        };
        assert_eq!(said, refused(&format!("upgradelink_query_new: {why}")));
    }
    // SAFETY: live and not used again.
    unsafe { upgradelink_client_free(client) }
}

unsafe extern "C" fn log_nothing(_: *mut c_void, _: i32, _: *const c_char) {}

#[test]
fn a_log_level_that_is_unknown_is_told_with_its_setter() {
    for level in [0, 5, -1] {
        let said = of_config(|config| {
            // SAFETY: a live handle and a function that fits.
            unsafe { upgradelink_config_set_log(config, level, Some(log_nothing), ptr::null_mut()) }
        });
        assert_eq!(
            said,
            refused(&format!("upgradelink_config_set_log: the level is {level}, known are 1 to 4"))
        );
    }
}

#[test]
fn a_pem_whose_length_no_text_has_is_told_with_its_setter() {
    let said = of_config(|config| {
        // SAFETY: the length is refused before the text is read.
        unsafe { upgradelink_config_set_ca_pem(config, c"x".as_ptr(), usize::MAX) }
    });
    assert_eq!(said.0, UPGRADELINK_ERROR_INVALID_ARGUMENT);
    assert!(said.1.starts_with("upgradelink_config_set_ca_pem: "), "{}", said.1);
}

#[test]
fn the_first_fault_is_the_one_that_is_told() {
    // SAFETY: live handles and texts.
    let said = of_config(|config| unsafe {
        upgradelink_config_set_user_agent(config, ptr::null());
        upgradelink_config_set_endpoint(config, ptr::null());
        upgradelink_config_set_user_agent(config, c"fine".as_ptr());
    });
    assert_eq!(said, refused("upgradelink_config_set_user_agent: the text is NULL"));
}

#[test]
fn values_that_cannot_be_used_are_told_by_client_new_with_their_name() {
    type Set = unsafe fn(*mut Config);
    let cases: [(Set, &str); 5] = [
        (
            |config| unsafe { upgradelink_config_set_connect_timeout_ms(config, 0) },
            "connect timeout: is 0; give at least 1 ms or no limit",
        ),
        (
            |config| unsafe { upgradelink_config_set_response_timeout_ms(config, 0) },
            "response timeout: is 0; give at least 1 ms or no limit",
        ),
        (
            |config| unsafe { upgradelink_config_set_total_timeout_ms(config, 0) },
            "total timeout: is 0; give at least 1 ms or no limit",
        ),
        (
            |config| unsafe { upgradelink_config_set_max_attempts(config, 0) },
            "max attempts: is 0, allowed are 1 to 100",
        ),
        (
            |config| unsafe { upgradelink_config_set_user_agent(config, c"a\r\nb".as_ptr()) },
            "user agent: holds a character that is not printable ASCII",
        ),
    ];
    for (set, message) in cases {
        // SAFETY: a live handle.
        let said = of_config(|config| unsafe { set(config) });
        assert_eq!(said, (UPGRADELINK_ERROR_CONFIG, message.to_owned()));
    }
}

#[test]
fn setters_of_a_null_handle_do_nothing() {
    show_panics();
    let (config, query) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: NULL handles.
    unsafe {
        upgradelink_config_set_endpoint(config, c"x".as_ptr());
        upgradelink_config_set_max_attempts(config, 1);
        upgradelink_query_set_arch(query, c"x64".as_ptr());
        upgradelink_query_set_patch_algo(query, 1);
    }
}

#[test]
fn optional_texts_can_be_taken_back_with_null() {
    let (client, mut strategy) = (client(), ptr::null_mut());
    // SAFETY: live handles and texts.
    unsafe {
        let query = upgradelink_query_new(UPGRADELINK_KIND_URL, c"k".as_ptr(), 1);
        upgradelink_query_set_arch(query, c"x64".as_ptr());
        let status = upgradelink_check(client, query, &mut strategy, ptr::null_mut());
        assert_eq!(status, UPGRADELINK_ERROR_INVALID_ARGUMENT);
        upgradelink_query_set_arch(query, ptr::null());
        let status = upgradelink_check(client, query, &mut strategy, ptr::null_mut());
        assert_eq!(status, UPGRADELINK_ERROR_CONNECT);
        upgradelink_query_free(query);
        upgradelink_client_free(client);
    }
}

#[test]
fn a_place_for_the_result_that_is_null_is_refused() {
    let (client, mut error) = (client(), ptr::null_mut());
    // SAFETY: live handles; NULL places are what is tested.
    unsafe {
        let query = upgradelink_query_new(UPGRADELINK_KIND_URL, c"k".as_ptr(), 1);
        let status = upgradelink_check(client, query, ptr::null_mut(), &mut error);
        assert_eq!(told(status, error), refused("the place for the result is NULL"));
        let status = upgradelink_measure(client, c"k".as_ptr(), ptr::null_mut(), &mut error);
        assert_eq!(told(status, error), refused("the place for the result is NULL"));
        upgradelink_query_free(query);
        upgradelink_client_free(client);
    }
}

#[test]
fn handles_that_are_null_are_named() {
    let client = client();
    // SAFETY: live or NULL handles and places.
    unsafe {
        let query = upgradelink_query_new(UPGRADELINK_KIND_URL, c"k".as_ptr(), 1);
        let (mut strategy, mut error) = (ptr::null_mut(), ptr::null_mut());
        let status = upgradelink_check(ptr::null(), query, &mut strategy, &mut error);
        assert_eq!(told(status, error), refused("the client handle is NULL"));
        let status = upgradelink_check(client, ptr::null(), &mut strategy, &mut error);
        assert_eq!(told(status, error), refused("the query handle is NULL"));
        let status = upgradelink_operation_take_strategy(ptr::null_mut(), &mut strategy, &mut error);
        assert_eq!(told(status, error), refused("the operation handle is NULL"));
        let mut statistics = ptr::null_mut();
        let status = upgradelink_measure(client, ptr::null(), &mut statistics, &mut error);
        assert_eq!(told(status, error), refused("the text is NULL"));
        upgradelink_query_free(query);
        upgradelink_client_free(client);
    }
}

#[test]
fn the_length_of_what_a_null_handle_gives_is_0() {
    show_panics();
    // SAFETY: NULL handles and a place.
    unsafe {
        let mut length = 7;
        assert!(upgradelink_strategy_json(ptr::null(), &mut length).is_null());
        assert_eq!(length, 0);
        length = 7;
        assert!(upgradelink_version_details_json(ptr::null(), &mut length).is_null());
        assert_eq!(length, 0);
        length = 7;
        assert!(upgradelink_statistics_json(ptr::null(), &mut length).is_null());
        assert_eq!(length, 0);
        length = 7;
        assert!(upgradelink_transport_request_body(ptr::null(), &mut length).is_null());
        assert_eq!(length, 0);
    }
}

#[test]
fn every_status_has_its_name() {
    let name = |status| {
        let name = upgradelink_status_name(status);
        // SAFETY: a text that is never freed.
        unsafe { CStr::from_ptr(name) }.to_str().unwrap()
    };
    let names = [
        "OK",
        "INVALID_ARGUMENT",
        "CONFIG",
        "CONNECT",
        "TLS",
        "TIMEOUT",
        "CANCELLED",
        "REPLY",
        "SERVICE",
        "AUTHENTICATION",
        "NOT_FOUND",
        "RATE_LIMITED",
        "IO",
        "NO_SPACE",
        "VERIFY",
        "PATCH",
        "BUSY",
        "DOWNGRADE",
        "INTERNAL",
        "UNSUPPORTED",
        "NETWORK",
    ];
    for (number, expected) in (0..).zip(names) {
        assert_eq!(name(number), expected);
    }
    for unknown in [-1, 21, i32::MIN, i32::MAX] {
        assert_eq!(name(unknown), "UNKNOWN");
    }
}

#[test]
fn log_lines_reach_the_host_with_its_data() {
    unsafe extern "C" fn keep(data: *mut c_void, level: i32, line: *const c_char) {
        // SAFETY: the vector of the test, and a text of the library.
        unsafe { (*data.cast::<Vec<(i32, CString)>>()).push((level, CStr::from_ptr(line).to_owned())) };
    }
    let mut lines: Vec<(i32, CString)> = Vec::new();
    let config = config();
    // SAFETY: live handles; the vector outlives the client, which is used on this thread alone.
    unsafe {
        upgradelink_config_set_log(config, UPGRADELINK_LOG_WARN, Some(keep), (&raw mut lines).cast());
        upgradelink_config_set_max_attempts(config, 2);
        let (mut client, mut strategy) = (ptr::null_mut(), ptr::null_mut());
        assert_eq!(upgradelink_client_new(config, &mut client, ptr::null_mut()), UPGRADELINK_OK);
        upgradelink_config_free(config);
        let query = upgradelink_query_new(UPGRADELINK_KIND_URL, c"k".as_ptr(), 1);
        let status = upgradelink_check(client, query, &mut strategy, ptr::null_mut());
        assert_eq!(status, UPGRADELINK_ERROR_CONNECT);
        upgradelink_query_free(query);
        upgradelink_client_free(client);
    }
    assert_eq!((lines.len(), lines[0].0), (1, UPGRADELINK_LOG_WARN));
    assert!(lines[0].1.to_str().unwrap().starts_with("/v1/url/upgrade: 127.0.0.1 at 127.0.0.1:9: "));
}
