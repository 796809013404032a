//! The checksums that a patch may carry.

use md5::{Digest as _, Md5};
use xxhash_rust::xxh3::Xxh3Default;

pub(super) enum Digest {
    Xxh128(Box<Xxh3Default>),
    Xxh3(Box<Xxh3Default>),
    Md5(Box<Md5>),
    Crc32(u32),
}

impl Digest {
    /// None for a checksum that is not known here: it stays unchecked.
    pub fn new(name: &str) -> Option<Digest> {
        match name {
            "xxh128" => Some(Digest::Xxh128(Box::default())),
            "xxh3" => Some(Digest::Xxh3(Box::default())),
            "md5" => Some(Digest::Md5(Box::default())),
            "crc32" => Some(Digest::Crc32(!0)),
            _ => None,
        }
    }

    pub fn size(&self) -> u64 {
        match self {
            Digest::Xxh128(_) | Digest::Md5(_) => 16,
            Digest::Xxh3(_) => 8,
            Digest::Crc32(_) => 4,
        }
    }

    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Digest::Xxh128(state) | Digest::Xxh3(state) => state.update(bytes),
            Digest::Md5(state) => state.update(bytes),
            Digest::Crc32(state) => *state = crc32(*state, bytes),
        }
    }

    /// The numbers lie in the patch with their lowest byte first; MD5 is bytes already.
    pub fn finish(self) -> Vec<u8> {
        match self {
            Digest::Xxh128(state) => state.digest128().to_le_bytes().to_vec(),
            Digest::Xxh3(state) => state.digest().to_le_bytes().to_vec(),
            Digest::Md5(state) => state.finalize().to_vec(),
            Digest::Crc32(state) => (!state).to_le_bytes().to_vec(),
        }
    }
}

fn crc32(mut state: u32, bytes: &[u8]) -> u32 {
    for byte in bytes {
        let [low, ..] = state.to_le_bytes();
        state = TABLE[usize::from(low ^ byte)] ^ (state >> 8);
    }
    state
}

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { 0xEDB8_8320 ^ (value >> 1) } else { value >> 1 };
            bit += 1;
        }
        table[byte] = value;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(name: &str, text: &str) -> String {
        let mut digest = Digest::new(name).unwrap();
        digest.update(text.as_bytes());
        digest.finish().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_published_values_come_out_lowest_byte_first() {
        assert_eq!(hex("crc32", "123456789"), "2639f4cb");
        assert_eq!(hex("md5", "abc"), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hex("xxh3", ""), "c294d3380580062d");
        assert_eq!(hex("xxh128", ""), "7f498d4624c30160d8984701d306aa99");
        assert!(Digest::new("fadler64").is_none());
    }
}
