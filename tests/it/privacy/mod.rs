//! Being erased: nothing tells who the person was, and no sum changes.

mod erasing;
mod traces;
