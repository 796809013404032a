//! What a build without some compressor says: run with `--no-default-features --features patch`.
#![cfg(feature = "patch")]

use std::io::Cursor;
use std::ops::ControlFlow;

use upgradelink::hdiff::{self, Kind, Limits};

#[test]
fn a_compressor_that_was_left_out_is_named() {
    let compressors = [
        ("zlib", cfg!(feature = "zlib")),
        ("bz2", cfg!(feature = "bz2")),
        ("lzma", cfg!(feature = "lzma")),
        ("lzma2", cfg!(feature = "lzma")),
        ("zstd", cfg!(feature = "zstd")),
    ];
    for (name, is_in) in compressors {
        let header = [0, 9, 0, 0, 0, 0, 1, 0, 0, 0, 9, 3];
        let patch = [b"HDIFF13&", name.as_bytes(), &header, &[8, 9, 9, 9]].concat();
        let mut go_on = |_, _| ControlFlow::Continue(());
        let result =
            hdiff::apply([].as_slice(), Cursor::new(patch), &mut Vec::new(), &Limits::default(), &mut go_on);
        let error = result.unwrap_err();
        assert_eq!(error.kind() == Kind::Unsupported, !is_in, "{error}");
        assert_eq!(
            error.message().ends_with(&format!("this build was made without {name}")),
            !is_in,
            "{error}"
        );
    }
}

#[test]
fn what_is_stored_as_it_is_needs_no_compressor() {
    let patch = [&b"HDIFF13&anything\0"[..], &[2, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0x01], b"ok"].concat();
    let mut new = Vec::new();
    let mut go_on = |_, _| ControlFlow::Continue(());
    hdiff::apply([].as_slice(), Cursor::new(patch), &mut new, &Limits::default(), &mut go_on).unwrap();
    assert_eq!(new, b"ok");
}
