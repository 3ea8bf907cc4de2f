//! Any text as a database's URL. A password in it is never shown.
#![no_main]

use drift::catalog::DatabaseUrl;
use drift::message::mask_secrets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let masked = mask_secrets(text);
    assert_eq!(masked.len(), text.len(), "positions in the text move");
    match DatabaseUrl::parse(text) {
        Ok(url) => drop(url.redacted().to_owned()),
        Err(error) => drop(error.to_string()),
    }
    // The text as a password, between what is none.
    let secret = "xhushx";
    let url = format!("postgres://u:{}{secret}@h/d", text.replace(secret, ""));
    if let Ok(url) = DatabaseUrl::parse(&url) {
        assert!(!url.redacted().contains(secret) && !format!("{url:?}").contains(secret), "{}", url.redacted());
    }
});
