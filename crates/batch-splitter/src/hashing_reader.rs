//! A reader that hashes and counts what passes through it.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// Hashes and counts every byte that is read from the reader within.
pub(crate) struct HashingReader<R> {
    inner: R,
    hash: Sha256,
    length: u64,
}

impl<R> HashingReader<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            length: 0,
        }
    }

    /// The reader, once the hash is of no use.
    pub(crate) fn into_inner(self) -> R {
        self.inner
    }

    /// How many bytes were read so far.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// The SHA-256 of the bytes so far, and the reader.
    pub(crate) fn finish(self) -> ([u8; 32], R) {
        (self.hash.finalize().into(), self.inner)
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.hash.update(&buffer[..length]);
        self.length += length as u64;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_and_length_are_of_every_byte_read() {
        let mut reader = HashingReader::new(&b"abc"[..]);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "abc");
        assert_eq!(reader.length(), 3);
        // The SHA-256 of "abc" is an example of FIPS 180.
        assert_eq!(reader.finish().0[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
