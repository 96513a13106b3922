//! One change of the standing order: what the journal keeps, and how it is made.

use jiff::civil::Date;
use ledger::{Draft, Entry, Fault, Tx};
use serde::{Deserialize, Serialize};

use crate::{Role, STREAM};

/// A change as the journal keeps it. Frozen: a changed shape is a new variant with a new `kind`.
///
/// Names and telephone numbers of persons are not here: they are kept beside the journal (`keep`), the entry carries
/// their commitments, so that they can be erased by order without breaking the chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// The bureau itself: its name, and whether it is a demonstration.
    Bureau {
        /// Full name.
        name: String,
        /// Short name on pages.
        short: String,
        /// Place name that begins document numbers, `青`.
        place: String,
        /// Authority that reviews its acts (行政复议法 24), `青浦区人民政府`.
        review_authority: String,
        /// Court of first instance for suits.
        court: String,
        /// A demonstration bureau may decide on example power lists.
        demonstration: bool,
    },
    /// A body that signs: district bureau, sub-district office, town government.
    Organ {
        /// Stable id, `qp`, `xujing`.
        id: String,
        /// Name on documents.
        name: String,
        /// Name on the seal.
        seal: String,
        /// `bureau`, `subdistrict` or `town`.
        kind: String,
        /// Abbreviation in document numbers, `青城管`.
        short: String,
        /// Bank, account and address that receive fines (罚缴分离办法 7): `示例银行 专户，地址：示例路 1 号`.
        bank: String,
        /// Address printed on documents.
        address: String,
        /// Telephone printed on documents.
        phone: String,
    },
    /// Where people work: department, brigade, mobile squadron, squad.
    Unit {
        /// Stable id.
        id: String,
        /// The organ it acts for.
        organ: String,
        /// Name.
        name: String,
        /// `department`, `brigade`, `squadron` or `squad`.
        kind: String,
    },
    /// A person of the bureau.
    Person {
        /// Number within the bureau.
        id: u32,
        /// The unit they work in.
        unit: String,
        /// Post, `四级主任科员`.
        post: String,
        /// Commitment to the name (slot 1 of this entry).
        name: String,
        /// Commitment to the telephone number (slot 2), if one is known.
        phone: Option<String>,
        /// False once they have left.
        active: bool,
    },
    /// An enforcement certificate 执法证 (行政处罚法 42).
    Certificate {
        /// Holder.
        person: u32,
        /// Printed number.
        number: String,
        /// First day of validity.
        from: Date,
        /// Last day of validity.
        to: Date,
        /// Published on the government site.
        published: bool,
    },
    /// A role, from a day to a day.
    Role {
        /// Holder.
        person: u32,
        /// Which role.
        role: Role,
        /// For this organ.
        organ: String,
        /// First day.
        from: Date,
        /// Last day, none while it lasts.
        to: Option<Date>,
    },
    /// What lets a person give the final legal review (行政处罚法 58).
    Qualification {
        /// Holder.
        person: u32,
        /// `legal`: national legal professional qualification; `reviewed_before_2018`: recorded review work before first-time
        /// reviewers needed it; `public_lawyer`: licence to practise as a public lawyer 公职律师.
        kind: String,
        /// Held since.
        from: Date,
        /// Where this is recorded.
        source: String,
    },
    /// A matter the organ may punish (行政处罚法 17, 18, 24).
    Power {
        /// The organ.
        organ: String,
        /// Matter code.
        matter: String,
        /// In force from.
        from: Date,
        /// Last day, none while in force.
        to: Option<Date>,
        /// Legal basis of the power.
        basis: String,
        /// Where the list is published, `示例` for what we ship.
        source: String,
        /// Confirmed by the bureau's legal officer.
        confirmed: bool,
    },
    /// The chain of roles that an act passes, last the one who signs.
    Chain {
        /// The organ.
        organ: String,
        /// Act kind code.
        act: String,
        /// Roles in order; none: the act needs no approval any more.
        roles: Vec<Role>,
        /// One person may submit and sign several steps, where an organ is too small to keep them apart.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        one_person: bool,
    },
    /// A person signs for another for some days.
    Delegation {
        /// Whose role.
        from_person: u32,
        /// Who acts for them.
        to_person: u32,
        /// The role handed over.
        role: Role,
        /// First day.
        from: Date,
        /// Last day; before the first: it never took effect.
        to: Date,
    },
    /// The word a kind of document carries in its number, `罚`.
    Series {
        /// The organ.
        organ: String,
        /// Document kind code.
        document: String,
        /// The word.
        word: String,
    },
    /// A place with a stable id.
    Place {
        /// Stable id.
        id: String,
        /// Usual name.
        name: String,
        /// Other names.
        aliases: Vec<String>,
        /// The unit responsible.
        unit: String,
        /// Longitude and latitude in WGS-84, millionths of a degree.
        wgs84: Option<(i64, i64)>,
        /// The pair as received and its system, `(121.1,31.1) GCJ-02`.
        raw: Option<String>,
    },
    /// An account was made, locked or given a new password. Never carries the password or its hash.
    Account {
        /// Sign-in name.
        login: String,
        /// Whose.
        person: u32,
        /// `created`, `password`, `locked`, `unlocked`.
        what: String,
    },
}

impl Change {
    /// The kind under which the journal files it, `office.person`.
    pub fn kind(&self) -> &'static str {
        match self {
            Change::Bureau { .. } => "office.bureau",
            Change::Organ { .. } => "office.organ",
            Change::Unit { .. } => "office.unit",
            Change::Person { .. } => "office.person",
            Change::Certificate { .. } => "office.certificate",
            Change::Role { .. } => "office.role",
            Change::Qualification { .. } => "office.qualification",
            Change::Power { .. } => "office.power",
            Change::Chain { .. } => "office.chain",
            Change::Delegation { .. } => "office.delegation",
            Change::Series { .. } => "office.series",
            Change::Place { .. } => "office.place",
            Change::Account { .. } => "office.account",
        }
    }
}

/// Records a change of the standing order, effective on `on`.
///
/// # Errors
/// The database fails.
pub fn record(tx: &mut Tx<'_>, actor: &str, on: Date, change: &Change) -> Result<Entry, Fault> {
    let body = serde_json::to_string(change).map_err(|e| Fault::Bug(e.to_string()))?;
    tx.append(Draft {
        stream: STREAM,
        expects: None,
        happened_at: on,
        actor,
        kind: change.kind(),
        kind_version: 1,
        body,
    })
}

/// A person as they are entered, with what is kept beside the journal.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Number within the bureau; see [`next_person`].
    pub id: u32,
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: Option<String>,
    /// Unit id.
    pub unit: String,
    /// Post.
    pub post: String,
    /// Works here now.
    pub active: bool,
}

/// Records a person: name and telephone beside the journal, the rest in it.
///
/// # Errors
/// The database fails.
pub fn record_person(tx: &mut Tx<'_>, actor: &str, on: Date, person: &NewPerson) -> Result<Entry, Fault> {
    let name = tx.keep(1, &person.name)?;
    let phone = person.phone.as_deref().map(|phone| tx.keep(2, phone)).transpose()?;
    let change = Change::Person {
        id: person.id,
        unit: person.unit.clone(),
        post: person.post.clone(),
        name,
        phone,
        active: person.active,
    };
    record(tx, actor, on, &change)
}

/// The number the next person gets.
///
/// # Errors
/// The database fails.
pub fn next_person(tx: &mut Tx<'_>) -> Result<u32, Fault> {
    let bureau = tx.bureau().to_owned();
    let last =
        tx.row("SELECT MAX(id) FROM persons WHERE bureau = $1", &[bureau.as_str().into()], |row| Ok(row.opt_int(0)))?;
    Ok(u32::try_from(last.flatten().unwrap_or(0) + 1).expect("person numbers stay below 2^32"))
}
