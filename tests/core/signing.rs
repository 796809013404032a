//! The signature, against vectors that the service's own code and two of its SDKs confirm.

use serde::Deserialize;
use upgradelink::{
    api::statistics_target,
    sign::{Credentials, Signed, signature},
};

#[derive(Deserialize)]
struct File {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    name: String,
    body: Option<String>,
    nonce: String,
    secret_key: String,
    timestamp: String,
    uri: String,
    request_target: Option<String>,
    sign_string: String,
    md5: String,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str::<File>(include_str!("../data/signature-vectors.json")).unwrap().vectors
}

#[test]
fn every_confirmed_vector_has_its_signature() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 16);
    for vector in vectors {
        let body = vector.body.unwrap_or_default();
        let signed =
            signature(body.as_bytes(), &vector.nonce, &vector.secret_key, &vector.timestamp, &vector.uri);
        assert_eq!(signed, vector.md5, "{}: {}", vector.name, vector.sign_string);
    }
}

#[test]
fn the_target_of_statistics_is_signed_decoded_and_sent_escaped() {
    for (key, signed, sent) in [
        ("kPUtUMDIjBhS48q5771pow", "kPUtUMDIjBhS48q5771pow", "kPUtUMDIjBhS48q5771pow"),
        ("a b", "a b", "a%20b"),
        ("a+b/c=", "a+b/c=", "a%2Bb%2Fc%3D"),
        ("a&b", "a&b", "a%26b"),
        ("50%", "50%", "50%25"),
        ("钥", "钥", "%E9%92%A5"),
    ] {
        let targets = statistics_target(key).unwrap();
        assert_eq!(targets.0, format!("/v1/app/statistics/info?appKey={signed}"));
        assert_eq!(targets.1, format!("/v1/app/statistics/info?appKey={sent}"));
    }
}

#[test]
fn the_targets_that_we_send_are_those_of_the_vectors() {
    for vector in vectors() {
        let Some(target) = vector.request_target else { continue };
        let key = vector.uri.strip_prefix("/v1/app/statistics/info?appKey=").unwrap();
        if target.contains('+') {
            continue; // the raw plus, which we never send
        }
        assert_eq!(statistics_target(key).unwrap(), (vector.uri, target));
    }
}

#[test]
fn each_signing_has_a_new_nonce_of_32_lowercase_hex_digits_and_a_utc_timestamp_in_seconds() {
    let credentials = Credentials { access_key: "access".into(), secret_key: "secret".to_owned().into() };
    let now = std::time::UNIX_EPOCH + std::time::Duration::from_millis(1_767_589_864_789);
    let nonces: std::collections::BTreeSet<String> = (0..1000)
        .map(|_| {
            let signed = Signed::new(&credentials, b"{}", "/v1/url/upgrade", now).unwrap();
            assert_eq!(signed.timestamp, "2026-01-05T05:11:04Z");
            assert_eq!(signed.nonce.len(), 32);
            assert!(signed.nonce.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
            signed.nonce
        })
        .collect();
    assert_eq!(nonces.len(), 1000);
}
