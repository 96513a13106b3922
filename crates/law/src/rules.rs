//! The rulebook: every rule is one small function with its citation, and its comment is the page a reader sees.
//!
//! Six laws for whoever writes a rule. Facts of the case come first, fields of the draft last, so that an empty draft already shows what the
//! case forbids. The subject is an address, not a field. Order is the number of the act, never its day. `or_na` is used only where another
//! rule bars the absence. A later act of a kind never erases duties that hang on an earlier one. A check of every item has its "at least one" twin.

mod choice;
mod closing;
mod decision;
mod discretion;
mod dispute;
mod enforcement;
mod evidence;
mod execution;
mod filing;
mod hearing;
mod inquiry;
mod measure;
mod notice;
mod office;
mod review;
mod seizure;
mod service;
mod simple;

use std::sync::LazyLock;

use crate::Day;
use crate::acts::{Draft, Kind};
use crate::case::Case;
use crate::judge::{Ctx, Ruling};

pub use notice::fine_heard;
pub use review::{REVIEW, review_wanted};
pub use simple::on_spot_most;

/// The version of the rulebook, recorded with every act: a repaired rule gives the book a new version, and never changes an old grade silently.
pub const RULEBOOK: u32 = 5;

/// What an unmet rule does to a live act. A reported act is only ever marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The act is refused.
    Bars,
    /// The act is recorded with a mark.
    Marks,
}

/// A rule of law.
pub struct Rule {
    /// Its number, as refusals, marks and scenarios name it.
    pub id: &'static str,
    /// What it does when it is not met.
    pub effect: Effect,
    /// Its articles.
    pub article: &'static str,
    /// The first day of acts it speaks about; always, where there is none.
    pub from: Option<Day>,
    /// What it says, in our words.
    pub text: &'static str,
    /// The kinds of act it speaks about.
    pub on: &'static [Kind],
    pub(crate) run: fn(&Case, &Draft, &Ctx<'_>) -> Ruling,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rule")
            .field("id", &self.id)
            .field("effect", &self.effect)
            .field("on", &self.on)
            .finish_non_exhaustive()
    }
}

/// Every rule, in the order in which refusals list them.
pub fn rules() -> &'static [&'static Rule] {
    static ALL: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
        [
            office::RULES,
            closing::ORDER,
            filing::RULES,
            inquiry::RULES,
            evidence::RULES,
            seizure::RULES,
            simple::RULES,
            notice::RULES,
            hearing::RULES,
            review::RULES,
            decision::RULES,
            choice::RULES,
            measure::RULES,
            discretion::RULES,
            service::RULES,
            execution::RULES,
            enforcement::RULES,
            dispute::RULES,
            closing::RULES,
        ]
        .into_iter()
        .flatten()
        .collect()
    });
    &ALL
}

/// The rule of a number.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().iter().copied().find(|rule| rule.id == id)
}

/// The rules that speak about a kind of act, in order.
pub(crate) fn of_kind(kind: Kind) -> &'static [&'static Rule] {
    static BY_KIND: LazyLock<Vec<Vec<&'static Rule>>> = LazyLock::new(|| {
        Kind::ALL.iter().map(|kind| rules().iter().copied().filter(|rule| rule.on.contains(kind)).collect()).collect()
    });
    &BY_KIND[kind as usize]
}

/// Declares a table of rules. `on Kind` binds the draft of that kind, `on [A B]` and `on all` the draft of any of them.
macro_rules! table {
    ($name:ident: $(
        $(#[doc = $doc:literal])+
        $effect:ident $id:literal $article:literal $(from $from:literal)? on $on:tt |$c:pat_param, $d:pat_param, $x:pat_param| $body:block
    )*) => {
        pub(super) const $name: &[$crate::rules::Rule] = &[$(
            $crate::rules::Rule {
                id: $id,
                effect: $crate::rules::Effect::$effect,
                article: $article,
                from: $crate::rules::first_day(concat!($($from)?)),
                text: concat!($($doc),+).trim_ascii(),
                on: $crate::rules::kinds!($on),
                run: { $crate::rules::body!($on, $c, $d, $x, $body); run },
            }
        ),*];
    };
}

macro_rules! kinds {
    (all) => { $crate::acts::Kind::ALL };
    ([$($kind:ident)*]) => { &[$( $crate::acts::Kind::$kind ),*] };
    ($kind:ident) => { &[$crate::acts::Kind::$kind] };
}

macro_rules! body {
    (all, $c:pat_param, $d:pat_param, $x:pat_param, $body:block) => {
        fn run($c: &$crate::case::Case, $d: &$crate::acts::Draft, $x: &$crate::judge::Ctx<'_>) -> $crate::judge::Ruling $body
    };
    ([$($kind:ident)*], $c:pat_param, $d:pat_param, $x:pat_param, $body:block) => {
        fn run($c: &$crate::case::Case, $d: &$crate::acts::Draft, $x: &$crate::judge::Ctx<'_>) -> $crate::judge::Ruling $body
    };
    ($kind:ident, $c:pat_param, $d:pat_param, $x:pat_param, $body:block) => {
        fn run($c: &$crate::case::Case, draft: &$crate::acts::Draft, $x: &$crate::judge::Ctx<'_>) -> $crate::judge::Ruling {
            let $crate::acts::Draft::$kind($d) = draft else { return Err($crate::judge::Stop::Na) };
            $body
        }
    };
}

/// A day written `2024-09-27`; none where nothing is written.
const fn first_day(text: &str) -> Option<Day> {
    let b = text.as_bytes();
    if b.is_empty() {
        return None;
    }
    const fn digit(b: u8) -> i16 {
        (b - b'0') as i16
    }
    let year = digit(b[0]) * 1000 + digit(b[1]) * 100 + digit(b[2]) * 10 + digit(b[3]);
    Some(jiff::civil::date(year, (digit(b[5]) * 10 + digit(b[6])) as i8, (digit(b[8]) * 10 + digit(b[9])) as i8))
}

pub(crate) use closing::shown;
pub(crate) use measure::{branch, conducts as conducts_named, known};
use {body, kinds, table};

/// The terms the rules and the clocks share.
pub(crate) mod terms {
    pub(crate) use super::closing::{CLOSE, PUBLISH, WITHDRAW};
    pub(crate) use super::dispute::{POLICE_REVIEW, POSTED, reply_term};
    pub(crate) use super::execution::{CASH, CRIME_ANSWER, CRIME_TRANSFER};
    pub(crate) use super::filing::{VERIFY, VERIFY_EXTENDED};
    pub(crate) use super::hearing::{HEARING, suspensions};
    pub(crate) use super::seizure::{APPROVAL, CLAIM, LIFT};
    pub(crate) use super::service::SERVICE;
    pub(crate) use super::simple::SPOT_FILING;
}
