//! What messages have in common: the line of the file they speak about, the name that was probably meant, no password
//! and no control character, wherever a text came from.
//!
//! This module must not know what a message is about.

mod excerpt;
mod mask;
mod nearest;
mod visible;

pub use excerpt::{Excerpt, offset_of};
pub use mask::{is_secret, mask_argument, mask_secrets};
pub use nearest::nearest;
pub use visible::{visible, visible_line};
