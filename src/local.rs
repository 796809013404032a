//! What a thread has at hand, to its very end.
//!
//! A host may call from `atexit` or from a destructor of its own, when the thread's ordinary locals are gone
//! and to ask for them is a panic. One that needs no drop stays; what is left in it is not dropped.

use std::{cell::Cell, mem::ManuallyDrop};

pub struct Local<T>(Cell<ManuallyDrop<Option<T>>>);

impl<T> Local<T> {
    pub const fn new() -> Local<T> {
        Local(Cell::new(ManuallyDrop::new(None)))
    }

    /// Puts `value` there and gives what was there before.
    pub fn replace(&self, value: Option<T>) -> Option<T> {
        ManuallyDrop::into_inner(self.0.replace(ManuallyDrop::new(value)))
    }

    pub fn get(&self) -> Option<T>
    where
        T: Clone,
    {
        let value = self.replace(None);
        self.replace(value.clone());
        value
    }
}
