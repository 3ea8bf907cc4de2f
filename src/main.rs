//! Arguments in, exit code out.

use std::process::ExitCode;

/// A schema is many small values: with the C library's allocator a fifth of a check goes into making and freeing them.
/// Its huge pages (`no_thp`) would have the kernel clear more memory than is used.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    drift::commands::run(std::env::args_os()).into()
}
