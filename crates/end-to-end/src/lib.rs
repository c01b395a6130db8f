//! Tests alone: see `tests/end_to_end`. `cargo xtask test end-to-end` runs them on a stack of
//! their own.
