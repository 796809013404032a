//! The containers and how to tell them by their first bytes.

use std::fmt;

/// A patch format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Container {
    /// Four sections read side by side; what `hdiffz old new patch` writes.
    Hdiff13,
    /// One stream in steps; `hdiffz -SD`.
    HdiffSf20,
    /// One stream in windows, with checksums; `hdiffz -WD`.
    HdiffW26,
    /// A patch of folders. Recognised, not read: it carries paths.
    Hdiff19,
    Bsdiff40,
    EndsleyBsdiff43,
    /// RFC 3284. Recognised, not read.
    Vcdiff,
}

/// How many of the first bytes [`Container::sniff`] wants to see.
pub const SNIFF_BYTES: usize = 16;

impl Container {
    const ALL: [Container; 7] = [
        Container::Hdiff13,
        Container::HdiffSf20,
        Container::HdiffW26,
        Container::Hdiff19,
        Container::Bsdiff40,
        Container::EndsleyBsdiff43,
        Container::Vcdiff,
    ];

    /// Tells the container by the first [`SNIFF_BYTES`] bytes of a patch (or all, if it is shorter).
    pub fn sniff(first: &[u8]) -> Option<Container> {
        let container = Self::ALL.into_iter().find(|container| first.starts_with(container.magic()))?;
        match (container, first.get(3)) {
            (Container::Vcdiff, Some(0 | b'S')) => Some(container),
            (Container::Vcdiff, _) => None,
            _ => Some(container),
        }
    }

    /// Whether the patch is one stream, so that [`apply_stream`](super::apply_stream) can apply it
    /// while it arrives.
    pub fn is_sequential(self) -> bool {
        matches!(self, Container::HdiffSf20 | Container::HdiffW26 | Container::EndsleyBsdiff43)
    }

    /// Whether patches of this container are applied at all; the others are only told by name.
    pub fn is_supported(self) -> bool {
        !matches!(self, Container::Hdiff19 | Container::Vcdiff)
    }

    pub fn name(self) -> &'static str {
        match self {
            Container::Hdiff13 => "HDIFF13",
            Container::HdiffSf20 => "HDIFFSF20",
            Container::HdiffW26 => "HDIFFW26",
            Container::Hdiff19 => "HDIFF19",
            Container::Bsdiff40 => "BSDIFF40",
            Container::EndsleyBsdiff43 => "ENDSLEY/BSDIFF43",
            Container::Vcdiff => "VCDIFF",
        }
    }

    pub(super) fn magic(self) -> &'static [u8] {
        match self {
            Container::Hdiff13 => b"HDIFF13&",
            Container::HdiffSf20 => b"HDIFFSF20&",
            Container::HdiffW26 => b"HDIFFW26",
            Container::Hdiff19 => b"HDIFF19&",
            Container::Bsdiff40 => b"BSDIFF40",
            Container::EndsleyBsdiff43 => b"ENDSLEY/BSDIFF43",
            Container::Vcdiff => b"\xD6\xC3\xC4",
        }
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
