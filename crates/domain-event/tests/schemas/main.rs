//! The schemas, the events that code publishes, and those that workflows publish agree.

#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod deliveries;
#[cfg(test)]
mod events;
#[cfg(test)]
mod workflows;
