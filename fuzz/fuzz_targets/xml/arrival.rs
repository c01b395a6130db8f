//! The ways in which a file's bytes come in.

use std::io::{Cursor, Error, ErrorKind, Read};

use fastrand::Rng;

/// The reader looks at a file through buffers of these sizes. Their ends come to lie within the
/// content, at a place that the content itself draws, by blanks put before it.
const BUFFER_BYTES: [usize; 3] = [32 * 1024, 64 * 1024, 128 * 1024];

/// One way. It is drawn from the file, so that a finding comes back.
pub struct Arrival {
    file: Vec<u8>,
    blanks: usize,
    /// What one call reads at most.
    piece_bytes: usize,
    /// Where the file breaks off.
    break_at: usize,
    seed: u64,
}

impl Arrival {
    /// FNV-1a makes the seed.
    pub fn drawn_from(file: &[u8]) -> Self {
        let seed = file.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut random = Rng::with_seed(seed);
        let boundary = BUFFER_BYTES[random.usize(..BUFFER_BYTES.len())];
        // One time in eight: to read the blanks takes many times as long as to read the content.
        let blanks = if random.u8(..8) == 0 {
            boundary.saturating_sub(random.usize(..=file.len()))
        } else {
            0
        };
        let file = with_blanks(file, blanks);
        Self {
            blanks,
            piece_bytes: 1 + (file.len() >> random.u32(..8)),
            break_at: random.usize(..=file.len()),
            seed,
            file,
        }
    }

    /// The whole file, some bytes at a time, and now and then an interruption.
    pub fn in_pieces(&self) -> impl Read {
        Pieces {
            file: Cursor::new(&self.file[..]),
            piece_bytes: self.piece_bytes,
            random: Rng::with_seed(self.seed),
        }
    }

    /// A part of the file, and then an error.
    pub fn broken(&self) -> impl Read {
        Cursor::new(&self.file[..self.break_at]).chain(Broken)
    }
}

/// The file itself is in the reproducer.
impl std::fmt::Debug for Arrival {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            blanks,
            piece_bytes,
            break_at,
            ..
        } = self;
        write!(
            formatter,
            "with {blanks} bytes of blanks before the content, \
             in pieces of up to {piece_bytes} bytes, or broken off after {break_at} bytes"
        )
    }
}

/// Puts so many bytes of blanks where they change nothing: behind a byte order mark, or behind an
/// XML declaration, which has to stand within the first bytes.
fn with_blanks(file: &[u8], bytes: usize) -> Vec<u8> {
    let (head, blank): (_, &[u8]) = match file {
        [0xff, 0xfe, ..] => (2, b" \0"),
        [0xfe, 0xff, ..] => (2, b"\0 "),
        [0xef, 0xbb, 0xbf, ..] => (3, b" "),
        _ => (declaration_end(file), b" "),
    };
    let (head, content) = file.split_at(head);
    let blanks = blank.repeat(bytes / blank.len());
    [head, &blanks, content].concat()
}

fn declaration_end(file: &[u8]) -> usize {
    if !file.trim_ascii_start().starts_with(b"<?xml") {
        return 0;
    }
    let end = file.windows(2).position(|pair| pair == b"?>");
    end.map_or(0, |at| at + 2)
}

struct Pieces<'f> {
    file: Cursor<&'f [u8]>,
    piece_bytes: usize,
    random: Rng,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.random.u8(..16) == 0 {
            return Err(ErrorKind::Interrupted.into());
        }
        let length = self.random.usize(1..=self.piece_bytes).min(buffer.len());
        self.file.read(&mut buffer[..length])
    }
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(Error::other("the connection is gone"))
    }
}
