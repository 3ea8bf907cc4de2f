//! Bytes of files as text: files come in UTF-8 with and without a mark, in UTF-16 as PowerShell's `>` writes it, in what
//! Windows calls ANSI, and with the line ends of every system.
//!
//! This module must not know what a file is for.

/// The text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The line, from 1, of the first byte that is no UTF-8. Such bytes were read as Windows-1252, one by one, so that
    /// rows of binary data in a dump spoil nothing but themselves.
    pub foreign: Option<usize>,
}

/// Reads bytes as text; there are none that it refuses.
pub fn decode(bytes: Vec<u8>) -> Decoded {
    let (text, foreign) = match utf16(&bytes) {
        Some(text) => (text, None),
        None => match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => mixed(error.as_bytes()),
        },
    };
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    // Lines that end as on the first Macs: a comment would go on to the end of the file.
    let text = if text.contains('\r') && !text.contains('\n') { text.replace('\r', "\n") } else { text };
    Decoded { text, foreign }
}

/// Reads bytes of which each is one character.
pub fn single_bytes(bytes: &[u8]) -> String {
    bytes.iter().copied().map(windows_1252).collect()
}

fn mixed(bytes: &[u8]) -> (String, Option<usize>) {
    let mut text = String::with_capacity(bytes.len());
    let mut first = None;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            first.get_or_insert_with(|| text.bytes().filter(|byte| *byte == b'\n').count() + 1);
            text.extend(chunk.invalid().iter().copied().map(windows_1252));
        }
    }
    (text, first)
}

/// <https://encoding.spec.whatwg.org/index-windows-1252.txt>, which outside of this table is Latin-1.
fn windows_1252(byte: u8) -> char {
    const FROM_80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => FROM_80[usize::from(byte) - 0x80],
        other => char::from(other),
    }
}

/// The text of UTF-16, with its mark or, as far as it begins with ASCII, without.
fn utf16(bytes: &[u8]) -> Option<String> {
    let decode = |unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        Some(String::from_utf16_lossy(&units))
    };
    match bytes {
        [0xff, 0xfe, ..] => decode(u16::from_le_bytes),
        [0xfe, 0xff, ..] => decode(u16::from_be_bytes),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => decode(u16::from_le_bytes),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => decode(u16::from_be_bytes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_whatever_wrote_it() {
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        for (bytes, text, foreign) in [
            (b"a\nb".to_vec(), "a\nb", None),
            ("\u{feff}a".as_bytes().to_vec(), "a", None),
            (utf16("\u{feff}-- ü"), "-- ü", None),
            (utf16("-- ü"), "-- ü", None),
            (b"\xfe\xff\0a".to_vec(), "a", None),
            (b"\xff\xfea\0b".to_vec(), "a", None),
            (b"a\nb\xe9 \x80\n\xc3\xbc".to_vec(), "a\nbé €\nü", Some(2)),
            (b"-- a\rb".to_vec(), "-- a\nb", None),
            (b"a\r\nb\rc".to_vec(), "a\r\nb\rc", None),
            (Vec::new(), "", None),
            (vec![0xff], "ÿ", Some(1)),
        ] {
            assert_eq!(decode(bytes), Decoded { text: text.to_owned(), foreign });
        }
    }
}
