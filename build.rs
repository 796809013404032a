//! Link arguments and, with the feature `header`, the C header.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    link_arguments();
    #[cfg(feature = "header")]
    header::generate();
}

/// A plain cdylib has neither a SONAME nor the promise that it stays loaded.
fn link_arguments() {
    let of = |name: &str| std::env::var(name).unwrap_or_default();
    let arguments: &[String] = &match of("CARGO_CFG_TARGET_OS").as_str() {
        "linux" => vec![
            format!("-Wl,-soname,libupgradelink.so.{}", of("CARGO_PKG_VERSION_MAJOR")),
            "-Wl,-z,nodelete".into(),
        ],
        "android" => vec![
            "-Wl,-soname,libupgradelink.so".into(),
            "-Wl,-z,nodelete".into(),
            "-Wl,-z,max-page-size=16384".into(),
        ],
        "macos" | "ios" => vec!["-Wl,-install_name,@rpath/libupgradelink.dylib".into()],
        _ => Vec::new(),
    };
    for argument in arguments {
        println!("cargo::rustc-cdylib-link-arg={argument}");
    }
}

#[cfg(feature = "header")]
mod header {
    use std::{env, fmt::Write, fs, path::Path};

    use cbindgen::{Builder, Config, ItemType};

    /// The files of `src/ffi`, in the order in which a program meets their handles.
    const SECTIONS: [&str; 16] = [
        "version",
        "config",
        "client",
        "query",
        "strategy",
        "details",
        "statistics",
        "fetch",
        "artifact",
        "patch",
        "event",
        "memory",
        "scheduler",
        "operation",
        "transport",
        "error",
    ];

    pub fn generate() {
        println!("cargo::rerun-if-changed=src/ffi");
        println!("cargo::rerun-if-changed=cbindgen.toml");
        let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
        let ffi = Path::new(&root).join("src/ffi");
        let frame = fs::read_to_string(ffi.join("header.h")).expect("src/ffi/header.h is there");
        let (before, after) = frame.split_once("@BODY@\n").expect("header.h has a place for the body");

        let mut header = before.to_owned();
        for items in [ItemType::OpaqueItems, ItemType::Typedefs, ItemType::Constants] {
            header.push_str(&part(&root, &ffi, &SECTIONS, items));
        }
        for section in SECTIONS {
            let text =
                fs::read_to_string(ffi.join(section).with_extension("rs")).expect("the section is there");
            let about = text.lines().map_while(|line| line.strip_prefix("//! "));
            let about: String = about.map(|line| format!(" * {line}\n")).collect();
            write!(header, "\n/*\n{about} */\n\n").expect("a String takes all");
            header.push_str(&part(&root, &ffi, &[section], ItemType::Functions));
        }
        header.push_str(after);
        let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("upgradelink.h");
        fs::write(&out, header).expect("OUT_DIR can be written");
    }

    /// What cbindgen sees of some files, without the blank lines around it.
    fn part(root: &str, ffi: &Path, sections: &[&str], items: ItemType) -> String {
        let mut config = Config::from_root_or_default(root);
        config.export.item_types = vec![items];
        let files = sections.iter().map(|section| ffi.join(section).with_extension("rs"));
        let builder = files.fold(Builder::new().with_config(config), Builder::with_src);
        let bindings = builder.generate().expect("cbindgen reads src/ffi");
        let mut text = Vec::new();
        bindings.write(&mut text);
        let text = String::from_utf8(text).expect("cbindgen writes UTF-8");
        match text.trim() {
            "" => String::new(),
            text => format!("{}\n\n", compact(text)),
        }
    }

    /// A comment of one line on one line, and no blank line between constants.
    fn compact(text: &str) -> String {
        let mut out = String::new();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            if line == "/**" {
                let body: Vec<&str> = std::iter::from_fn(|| lines.next_if(|line| *line != " */")).collect();
                lines.next();
                match body[..] {
                    [only] => writeln!(out, "/** {} */", only.trim_start_matches(" * ")),
                    _ => writeln!(out, "/**\n{}\n */", body.join("\n")),
                }
                .expect("a String takes all");
            } else if !(line.is_empty()
                && out.lines().next_back().is_some_and(|last| last.starts_with("#define")))
            {
                writeln!(out, "{line}").expect("a String takes all");
            }
        }
        out.trim_end().to_owned()
    }
}
