//! The program from outside: arguments in, streams and exit code out. The password of these tests is `geheim`, and no
//! stream may ever show it.

mod commands;
mod gate;
mod mistakes;
mod servers;
