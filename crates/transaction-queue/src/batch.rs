//! Message bodies gathered into batches that Amazon SQS takes in one call.

/// Entries of one `SendMessageBatch` at most (Amazon SQS message quotas).
const MAX_ENTRIES: usize = 10;

/// Bytes of all bodies of one `SendMessageBatch` together at most, and so of one body (Amazon SQS
/// message quotas).
pub(crate) const MAX_BYTES: usize = 1_048_576;

/// The bodies that wait to be sent together.
#[derive(Default)]
pub(crate) struct Batch {
    bodies: Vec<String>,
    bytes: usize,
}

impl Batch {
    /// Adds a body of at most [`MAX_BYTES`]. Where it does not fit, the bodies before it are
    /// handed back as one full batch, and it begins the next.
    pub(crate) fn push(&mut self, body: String) -> Option<Vec<String>> {
        let fits = self.bodies.len() < MAX_ENTRIES && self.bytes + body.len() <= MAX_BYTES;
        let full = (!fits).then(|| self.take());
        self.bytes += body.len();
        self.bodies.push(body);
        full
    }

    /// The bodies so far; the batch is empty afterwards.
    pub(crate) fn take(&mut self) -> Vec<String> {
        self.bytes = 0;
        std::mem::take(&mut self.bodies)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn batches(bodies: &[String]) -> Vec<Vec<String>> {
        let mut batch = Batch::default();
        let mut batches: Vec<_> = bodies
            .iter()
            .filter_map(|body| batch.push(body.clone()))
            .collect();
        batches.push(batch.take());
        batches
    }

    fn bytes(bodies: &[String]) -> usize {
        bodies.iter().map(String::len).sum()
    }

    #[test]
    fn ten_bodies_are_one_batch_and_the_eleventh_begins_another() {
        let sizes: Vec<_> = batches(&vec!["x".to_owned(); 21])
            .iter()
            .map(Vec::len)
            .collect();
        assert_eq!(sizes, [10, 10, 1]);
    }

    #[test]
    fn one_mebibyte_to_the_byte_is_one_batch() {
        let half = "x".repeat(MAX_BYTES / 2);
        assert_eq!(batches(&[half.clone(), half.clone()]).len(), 1);
        assert_eq!(batches(&[half.clone(), half, "x".to_owned()]).len(), 2);
    }

    #[test]
    fn bytes_are_counted_and_not_characters() {
        let half = "é".repeat(MAX_BYTES / 4);
        assert_eq!(batches(&[half.clone(), half, "x".to_owned()]).len(), 2);
    }

    fn some_bodies() -> impl Strategy<Value = Vec<String>> {
        let size = prop_oneof![0..200_usize, 90_000..220_000_usize, Just(MAX_BYTES)];
        proptest::collection::vec(size.prop_map(|size| "x".repeat(size)), 0..40)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_body_is_lost_or_moved_and_no_batch_breaks_a_limit(bodies in some_bodies()) {
            let batches = batches(&bodies);
            for batch in &batches {
                prop_assert!(batch.len() <= MAX_ENTRIES && bytes(batch) <= MAX_BYTES);
            }
            prop_assert_eq!(batches.concat(), bodies);
        }

        #[test]
        fn a_batch_is_sent_only_when_the_next_body_does_not_fit(bodies in some_bodies()) {
            for pair in batches(&bodies).windows(2) {
                let with_next = bytes(&pair[0]) + pair[1][0].len();
                prop_assert!(pair[0].len() == MAX_ENTRIES || with_next > MAX_BYTES);
            }
        }
    }
}
