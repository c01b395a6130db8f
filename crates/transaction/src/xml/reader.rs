//! The reader of a partner's file.

use std::{collections::VecDeque, io::Read, iter::FusedIterator, ops::ControlFlow};

use super::{
    Entry, Limit, Refusal,
    batch::Batch,
    document::{Document, Scanned},
    source::{RefillError, Source, Window},
};

/// How many entries are collected before they are handed out, so that a window of tiny
/// transactions does not become many times as much memory.
const MAX_ENTRIES: usize = 256;

/// The entries of a file, in its order, as they are read.
///
/// A [`Refusal`] is the last item: the file holds no batch, or could not be read. Entries before it
/// were found in a file that is refused, so nothing may be done with them for good until the
/// reader has ended without one.
///
/// ```
/// use transaction::xml::TransactionReader;
///
/// let file = r#"<Transactions>
///   <Transaction TransactionID="1"><Notes>Fish &amp; chips</Notes></Transaction>
///   <Transaction TransactionID=""><Notes>No id</Notes></Transaction>
/// </Transactions>"#;
/// let mut entries = TransactionReader::new(file.as_bytes());
///
/// let first = entries.next().unwrap()?;
/// assert_eq!(first.outcome.unwrap().message.as_str(), "Fish & chips");
/// let second = entries.next().unwrap()?;
/// assert_eq!((second.ordinal, second.line), (2, 3));
/// assert_eq!(second.outcome.unwrap_err().reason.code(), "ID_EMPTY");
/// assert!(entries.next().is_none());
/// # Ok::<(), transaction::xml::Refusal>(())
/// ```
pub struct TransactionReader<R> {
    source: Source<R>,
    collector: Collector,
    ended: bool,
    /// What is handed out after the entries found before it.
    refusal: Option<Refusal>,
}

impl<R: Read> TransactionReader<R> {
    /// Reads from the beginning of a file. The reader need not be buffered.
    pub fn new(reader: R) -> Self {
        Self::over(Source::new(reader))
    }

    pub(super) fn over(source: Source<R>) -> Self {
        Self {
            source,
            collector: Collector::new(),
            ended: false,
            refusal: None,
        }
    }

    /// Reads on until there are entries, or the file ends.
    fn advance(&mut self) -> Result<(), Refusal> {
        let (length, scanned) = self.collector.collect(&self.source.window())?;
        self.source.consume(length);
        match scanned {
            Scanned::Paused => Ok(()),
            Scanned::Finished => {
                self.ended = true;
                Ok(())
            }
            Scanned::Incomplete => self.source.refill().map_err(|error| {
                let text = self.source.window().text;
                match error {
                    RefillError::Io(error) => Refusal::Io(error),
                    RefillError::Full => self.collector.document.refuse(Limit::TokenBytes, &[]),
                    RefillError::IllFormed(rule) => self.collector.document.refuse(rule, text),
                }
            }),
        }
    }
}

impl<R: Read> Iterator for TransactionReader<R> {
    type Item = Result<Entry, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.collector.entries.pop_front() {
                return Some(Ok(entry));
            }
            if self.ended {
                return self.refusal.take().map(Err);
            }
            if let Err(refusal) = self.advance() {
                self.ended = true;
                self.refusal = Some(refusal);
            }
        }
    }
}

impl<R: Read> FusedIterator for TransactionReader<R> {}

/// What does not depend on the reader, so that it is compiled once.
struct Collector {
    document: Document,
    batch: Batch,
    /// Found and not yet handed out.
    entries: VecDeque<Entry>,
}

impl Collector {
    fn new() -> Self {
        Self {
            document: Document::new(),
            batch: Batch::default(),
            entries: VecDeque::with_capacity(MAX_ENTRIES),
        }
    }

    fn collect(&mut self, window: &Window<'_>) -> Result<(usize, Scanned), Refusal> {
        self.document.scan(window, |token, line| {
            if let Some(entry) = self.batch.take(token, line)? {
                self.entries.push_back(entry);
            }
            Ok(if self.entries.len() < MAX_ENTRIES {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            })
        })
    }
}
