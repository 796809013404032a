//! What one thread tells another that does not wait without end.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

pub struct Mailbox<T>(Arc<(Mutex<VecDeque<T>>, Condvar)>);

impl<T> Mailbox<T> {
    pub fn new() -> Mailbox<T> {
        Mailbox(Arc::new((Mutex::new(VecDeque::new()), Condvar::new())))
    }

    pub fn put(&self, letter: T) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(letter);
        self.0.1.notify_all();
    }

    /// The oldest letter, `None` when none comes for so long.
    pub fn take(&self, limit: Duration) -> Option<T> {
        let letters = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.1.wait_timeout_while(letters, limit, |letters| letters.is_empty());
        waited.unwrap_or_else(PoisonError::into_inner).0.pop_front()
    }
}

impl<T> Clone for Mailbox<T> {
    fn clone(&self) -> Mailbox<T> {
        Mailbox(self.0.clone())
    }
}
