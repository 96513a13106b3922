//! The acts of a ticket by name, for whoever does not build an [`Act`] by hand.

use crate::Intake;
use crate::act::Act;
use crate::write::{Error, Who};

impl Intake {
    /// A unit takes the ticket (受理并分派).
    ///
    /// # Errors
    /// As [`Intake::perform`], and so for every act here.
    pub async fn assign(
        &self,
        who: Who,
        ticket: i64,
        seen: Option<i64>,
        unit: String,
        note: Option<String>,
    ) -> Result<(), Error> {
        self.perform(who, ticket, seen, Act::Assigned { unit, note: None, with: Vec::new(), rule: None }, note).await
    }

    /// The caller was called first (先行联系).
    ///
    /// # Errors
    /// As [`Intake::perform`].
    pub async fn contact(
        &self,
        who: Who,
        ticket: i64,
        seen: Option<i64>,
        reached: bool,
        note: String,
    ) -> Result<(), Error> {
        self.perform(who, ticket, seen, Act::Contacted { reached, note: String::new() }, Some(note)).await
    }

    /// The caller was answered.
    ///
    /// # Errors
    /// As [`Intake::perform`].
    pub async fn answer(
        &self,
        who: Who,
        ticket: i64,
        seen: Option<i64>,
        solved: bool,
        note: String,
    ) -> Result<(), Error> {
        self.perform(who, ticket, seen, Act::Answered { solved, note: String::new(), shared: None }, Some(note)).await
    }

    /// It is done.
    ///
    /// # Errors
    /// As [`Intake::perform`].
    pub async fn close(&self, who: Who, ticket: i64, seen: Option<i64>) -> Result<(), Error> {
        self.perform(who, ticket, seen, Act::Closed {}, None).await
    }

    /// The caller was asked afterwards (回访).
    ///
    /// # Errors
    /// As [`Intake::perform`].
    pub async fn call_back(
        &self,
        who: Who,
        ticket: i64,
        seen: Option<i64>,
        solved: bool,
        satisfied: bool,
    ) -> Result<(), Error> {
        self.perform(who, ticket, seen, Act::CalledBack { solved, satisfied }, None).await
    }

    /// It is given back for one of [`RETURN_REASONS`](crate::RETURN_REASONS), naming the body it belongs to.
    ///
    /// # Errors
    /// As [`Intake::perform`].
    pub async fn give_back(
        &self,
        who: Who,
        ticket: i64,
        seen: Option<i64>,
        reason: String,
        body: String,
        note: String,
    ) -> Result<(), Error> {
        self.perform(who, ticket, seen, Act::Returned { reason, body, note: String::new() }, Some(note)).await
    }
}
