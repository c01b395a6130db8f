//! Entries gathered into batches that Amazon EventBridge takes in one call.

use aws_sdk_eventbridge::types::PutEventsRequestEntry;

/// Entries of one `PutEvents` at most (API reference of `PutEvents`, parameter `Entries`).
const MAX_ENTRIES: usize = 10;

/// Bytes of all entries of one `PutEvents` together, and so of one entry (user guide, "Calculating
/// `PutEvents` event entry size").
pub(crate) const MAX_BYTES: usize = 262_144;

/// The size of an entry as Amazon EventBridge counts it: source, detail type and detail.
pub(crate) fn entry_bytes(entry: &PutEventsRequestEntry) -> usize {
    [entry.source(), entry.detail_type(), entry.detail()]
        .into_iter()
        .flatten()
        .map(str::len)
        .sum()
}

/// The entries in their order, in as few batches as the limits allow for that order.
pub(crate) fn batches(entries: Vec<PutEventsRequestEntry>) -> Vec<Vec<PutEventsRequestEntry>> {
    let mut batches: Vec<Vec<_>> = Vec::new();
    let mut bytes = 0;
    for entry in entries {
        let size = entry_bytes(&entry);
        match batches.last_mut() {
            Some(batch) if batch.len() < MAX_ENTRIES && bytes + size <= MAX_BYTES => {
                bytes += size;
                batch.push(entry);
            }
            _ => {
                bytes = size;
                batches.push(vec![entry]);
            }
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(bytes: usize) -> PutEventsRequestEntry {
        PutEventsRequestEntry::builder()
            .source("s")
            .detail_type("t")
            .detail("x".repeat(bytes - 2))
            .build()
    }

    fn sizes(batch: &[PutEventsRequestEntry]) -> Vec<usize> {
        batch.iter().map(entry_bytes).collect()
    }

    #[test]
    fn ten_entries_are_one_batch_and_the_eleventh_begins_another() {
        let lengths: Vec<_> = batches(vec![entry(2); 21]).iter().map(Vec::len).collect();
        assert_eq!(lengths, [10, 10, 1]);
    }

    #[test]
    fn the_limit_to_the_byte_is_one_batch() {
        let half = MAX_BYTES / 2;
        assert_eq!(batches(vec![entry(half), entry(half)]).len(), 1);
        assert_eq!(batches(vec![entry(half), entry(half), entry(2)]).len(), 2);
        assert_eq!(batches(vec![entry(half), entry(half + 1)]).len(), 2);
    }

    #[test]
    fn no_entries_are_no_batch() {
        assert_eq!(batches(Vec::new()), Vec::<Vec<_>>::new());
    }

    proptest! {
        #[test]
        fn no_entry_is_lost_or_moved_and_no_batch_breaks_a_limit(
            entries in proptest::collection::vec(prop_oneof![2..100_usize, 50_000..=MAX_BYTES], 0..30)
        ) {
            let batches = batches(entries.iter().map(|&bytes| entry(bytes)).collect());
            for batch in &batches {
                prop_assert!(batch.len() <= MAX_ENTRIES);
                prop_assert!(sizes(batch).iter().sum::<usize>() <= MAX_BYTES);
            }
            prop_assert_eq!(sizes(&batches.concat()), entries);
        }
    }
}
