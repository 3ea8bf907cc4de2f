//! What needs no server: the house rules, plans and reports of schemas written in SQL, error texts, and that the pages say
//! what the program does.

mod explain;
mod layers;
mod plan;
mod readme;
mod reference;
mod reports;
