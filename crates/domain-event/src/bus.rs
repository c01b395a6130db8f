//! The event bus, as its publishers see it.

use aws_sdk_eventbridge::{Client, types::PutEventsRequestEntry};

use crate::{
    Event, PublishError,
    batch::{MAX_BYTES, batches, entry_bytes},
    delivery::deliver,
};

/// The stack's event bus. A clone shares its connections.
#[derive(Clone, Debug)]
pub struct EventBus {
    pub(crate) client: Client,
    pub(crate) name: String,
}

impl EventBus {
    /// The bus of that name.
    #[must_use]
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// Publishes events. All of them are on the bus once this returns.
    ///
    /// # Errors
    /// [`PublishError`]. Some of the events may be on the bus then; publishing all of them again
    /// is right, since their ids are the same.
    pub async fn publish(&self, events: &[Event]) -> Result<(), PublishError> {
        let entries = events
            .iter()
            .map(|event| self.entry(event))
            .collect::<Result<Vec<_>, _>>()?;
        for batch in batches(entries) {
            deliver(&self.client, batch).await?;
        }
        Ok(())
    }

    fn entry(&self, event: &Event) -> Result<PutEventsRequestEntry, PublishError> {
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(event.source())
            .detail_type(event.detail_type())
            .detail(event.to_json())
            .build();
        match entry_bytes(&entry) {
            bytes if bytes > MAX_BYTES => Err(PublishError::TooLarge { bytes }),
            _ => Ok(entry),
        }
    }
}

#[cfg(test)]
mod tests;
