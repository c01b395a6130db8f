//! Files without an end.

use std::io::{self, Read};

use transaction::xml::TransactionReader;

/// A beginning, and then the same text for ever.
pub struct Endless {
    begin: Vec<u8>,
    /// Many repetitions.
    block: Vec<u8>,
    read: usize,
}

impl Endless {
    pub fn new(begin: &str, repeated: &str) -> Self {
        Self {
            begin: begin.as_bytes().to_vec(),
            block: repeated.repeat(10_000).into_bytes(),
            read: 0,
        }
    }
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = match self.read.checked_sub(self.begin.len()) {
            None => &self.begin[self.read..],
            Some(beyond) => &self.block[beyond % self.block.len()..],
        };
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.read += length;
        Ok(length)
    }
}

/// The code with which an endless file is refused, and how many bytes of it were read.
pub fn refusal(begin: &str, repeated: &str) -> (&'static str, usize) {
    let mut file = Endless::new(begin, repeated);
    let refusal = TransactionReader::new(&mut file).find_map(Result::err);
    (refusal.expect("a refusal").code(), file.read)
}
