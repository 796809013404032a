//! One safe file name out of whatever a link holds.

/// The longest name that leaves room for what is put behind it, in bytes.
const LONGEST: usize = 200;

/// What the library puts beside a file that it fetches.
const SUFFIXES: [&str; 6] = [".part", ".resume", ".lock", ".tmp", ".patched", PATCH];

/// Behind the name of a file: its patch, while it is stored.
pub const PATCH: &str = ".delta";

/// The last component of the link's path as a file name, or `fallback` where it gives none.
pub fn from_url(url: &str, fallback: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path =
        path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let last = decode(path.rsplit('/').next().unwrap_or_default());
    let last = last.rsplit(['/', '\\']).next().unwrap_or_default();
    sanitize(last).or_else(|| sanitize(fallback)).unwrap_or_else(|| "download".into())
}

/// Whether the host may use `name` as it is.
pub fn is_safe(name: &str) -> bool {
    sanitize(name).as_deref() == Some(name)
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = tail.get(..2).filter(|_| first == b'%').and_then(crate::seal::unhex);
        match escaped.as_deref() {
            Some([byte]) => {
                bytes.push(*byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `None` where nothing of the name is left.
fn sanitize(name: &str) -> Option<String> {
    let mut safe: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    shorten(&mut safe);
    // Windows drops dots and spaces at the end; a dot in front would hide the file, a dash make it an
    // option of a program.
    let safe = safe.trim_start_matches([' ', '.', '-']).trim_end_matches([' ', '.']);
    if safe.is_empty() {
        return None;
    }
    let lower = safe.to_ascii_lowercase();
    let mut name = safe.to_owned();
    if SUFFIXES.iter().any(|suffix| lower.ends_with(suffix)) {
        name.push('_');
    }
    if is_device(&lower) {
        name.insert(name.find('.').unwrap_or(name.len()), '_');
    }
    Some(name)
}

/// Neither a separator or pattern of any system, nor invisible, nor turning the text around.
fn is_plain(c: char) -> bool {
    let invisible = matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFD}' | '\u{E0000}'..='\u{E007F}');
    !c.is_control() && !invisible && !matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

/// Keeps the extension, which says what the file is.
fn shorten(name: &mut String) {
    if name.len() <= LONGEST {
        return;
    }
    let extension =
        name.rfind('.').map(|dot| name[dot..].to_owned()).filter(|extension| extension.len() <= 16);
    let extension = extension.unwrap_or_default();
    let mut end = LONGEST - extension.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.truncate(end);
    name.push_str(&extension);
}

/// Names that Windows keeps for devices, with any extension.
fn is_device(lower: &str) -> bool {
    let stem = lower.split('.').next().unwrap_or_default().trim_end();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| {
            let mut rest = rest.chars();
            matches!(rest.next(), Some('0'..='9' | '¹' | '²' | '³')) && rest.next().is_none()
        })
    };
    matches!(stem, "con" | "prn" | "aux" | "nul" | "conin$" | "conout$") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::{from_url, is_safe};

    #[test]
    fn a_name_from_a_link_is_one_safe_component() {
        for (url, name) in [
            ("https://h/a/app-2.apk?Expires=1#x", "app-2.apk"),
            ("https://h/a%20b/%E6%9B%B4%E6%96%B0.exe", "更新.exe"),
            ("https://h/..%2F..%2Fetc%2Fpasswd", "passwd"),
            ("https://h/..%5C..%5Cboot.ini", "boot.ini"),
            ("https://h/%2e%2e", "app-2"),
            ("https://h/", "app-2"),
            ("https://h", "app-2"),
            ("https://h/con.txt", "con_.txt"),
            ("https://h/NUL", "NUL_"),
            ("https://h/a.part", "a.part_"),
            ("https://h/a%00b%0a.bin", "a_b_.bin"),
            ("https://h/a.exe%20.%20", "a.exe"),
            ("https://h/.bashrc", "bashrc"),
            ("https://h/-.%20-.profile", "profile"),
            ("https://h/con.part", "con_.part_"),
            ("https://h/gpj%E2%80%AEexe.png", "gpj_exe.png"),
            ("https://h/a%E1%A0%8Eb%F3%A0%81%81.bin", "a_b_.bin"),
            ("https://h/100%.zip", "100%.zip"),
            ("https://h/%ff%fe.bin", "__.bin"),
        ] {
            assert_eq!(from_url(url, "app-2"), name, "{url}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = from_url(&format!("https://h/{}.apk", "ü".repeat(300)), "x");
        assert!(name.len() <= 200 && name.ends_with("ü.apk"), "{name}");
    }

    #[test]
    fn what_comes_out_is_safe_itself() {
        for name in ["app.apk", "更新.exe", "a b.zip"] {
            assert!(is_safe(name), "{name}");
        }
        for name in ["", ".", "..", "a/b", "a\\b", "con", "x.lock", "a\0b", "-rf"] {
            assert!(!is_safe(name), "{name}");
        }
    }
}
