//! The key that an external system answers with.

/// Bytes of an order id at most: DynamoDB's limit of a partition key.
const ORDER_ID_BYTES: usize = 2048;

/// Bytes of a task type at most: DynamoDB's limit of a sort key.
const TASK_TYPE_BYTES: usize = 1024;

/// What names a task to the outside: the order, and which of its tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackTaskKey {
    order_id: String,
    task_type: String,
}

/// A part that is no part of a key. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    /// The order id is empty or too long.
    #[error("An order id has 1 to 2,048 bytes.")]
    OrderId,
    /// The task type is empty or too long.
    #[error("A task type has 1 to 1,024 bytes.")]
    TaskType,
}

impl CallbackTaskKey {
    /// Accepts an order id of 1 to 2,048 and a task type of 1 to 1,024 bytes of UTF-8.
    ///
    /// # Errors
    /// [`InvalidKey`] names the part that breaks its limit.
    pub fn parse(
        order_id: impl Into<String>,
        task_type: impl Into<String>,
    ) -> Result<Self, InvalidKey> {
        let (order_id, task_type) = (order_id.into(), task_type.into());
        if order_id.is_empty() || order_id.len() > ORDER_ID_BYTES {
            return Err(InvalidKey::OrderId);
        }
        if task_type.is_empty() || task_type.len() > TASK_TYPE_BYTES {
            return Err(InvalidKey::TaskType);
        }
        Ok(Self {
            order_id,
            task_type,
        })
    }

    /// The partition key.
    #[must_use]
    pub fn order_id(&self) -> &str {
        &self.order_id
    }

    /// The sort key.
    #[must_use]
    pub fn task_type(&self) -> &str {
        &self.task_type
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_those_of_the_tables_keys() {
        let (order_id, task_type) = ("ä".repeat(1024), "x".repeat(1024));
        let key = CallbackTaskKey::parse(&order_id, &task_type).unwrap();
        assert_eq!(key.order_id(), order_id);
        assert_eq!(key.task_type(), task_type);
        for order_id in [String::new(), order_id + "x"] {
            assert_eq!(
                CallbackTaskKey::parse(order_id, "T"),
                Err(InvalidKey::OrderId)
            );
        }
        for task_type in [String::new(), task_type + "x"] {
            assert_eq!(
                CallbackTaskKey::parse("1", task_type),
                Err(InvalidKey::TaskType)
            );
        }
    }
}
