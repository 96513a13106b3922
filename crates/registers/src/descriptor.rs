//! What one file of `data/` says, and the mistakes it may hold, each named with file and line.

use law::obligations;
use ledger::Table;
use serde::Deserialize;

use crate::export::{NUMBER, VERSION};

/// A register: what a record is, its fields and lines.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Descriptor {
    /// Stable name, as the file: in addresses, tables and streams.
    pub name: String,
    /// Title on pages.
    pub title: String,
    /// Section of the yearly report it belongs to, `一`.
    pub section: String,
    /// Row of the map of the yearly report, `S1.3`.
    pub row: String,
    /// What one record is.
    pub about: String,
    /// The field that says when it was: by it the list is sorted, by it figures count.
    pub day: String,
    /// What a record is called: text with `{key}` of fields.
    pub called: String,
    /// More orders of the list; newest day first is always there.
    #[serde(default)]
    pub orders: Vec<Order>,
    /// The fields of a record.
    pub fields: Vec<Field>,
    /// Its child rows.
    #[serde(default)]
    pub lines: Vec<Lines>,
    /// Its terms.
    #[serde(default)]
    pub clocks: Vec<Clock>,
    /// The kind under which its records are searched, `register/NAME`.
    #[serde(skip)]
    pub search: &'static str,
}

/// An order of the list. Each has an index.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The field.
    pub field: String,
    /// What the choice is called.
    pub label: String,
    /// Largest first.
    #[serde(default)]
    pub descending: bool,
}

/// A field of a record or of a line.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Stable name: column and key in the journal.
    pub key: String,
    /// Name on pages and in sheets.
    pub label: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub ty: Type,
    /// A record without it is refused.
    #[serde(default)]
    pub required: bool,
    /// Shown in the list.
    #[serde(default)]
    pub list: bool,
    /// Said under the input.
    #[serde(default)]
    pub hint: String,
    /// Codes and labels of a choice.
    #[serde(default)]
    pub options: Vec<[String; 2]>,
    /// The register a record reference points into.
    #[serde(default)]
    pub register: Option<String>,
    /// A day that may lie after today.
    #[serde(default)]
    pub future: bool,
    /// A day field that this day does not precede.
    #[serde(default)]
    pub not_before: Option<String>,
    /// A field: when it is filled in, this one must be.
    #[serde(default)]
    pub with: Option<String>,
    /// A unit field: the number is not larger than the number of people in that unit.
    #[serde(default)]
    pub within_unit: Option<String>,
    /// Smallest number.
    #[serde(default)]
    pub min: Option<i64>,
    /// Largest number.
    #[serde(default)]
    pub max: Option<i64>,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// A short text.
    Line,
    /// A long text, kept beside the journal.
    Words,
    /// Name or address of a private person, kept beside the journal, masked in lists and sheets, never searchable.
    Private,
    /// A civil day.
    Day,
    /// A time of day.
    Time,
    /// A whole number.
    Number,
    /// A number with one decimal, in tenths.
    Tenths,
    /// An amount, in fen.
    Money,
    /// Yes or no.
    Bool,
    /// One of the options.
    Choice,
    /// A person of the bureau.
    Person,
    /// Several of them.
    Persons,
    /// A unit.
    Unit,
    /// An organ.
    Organ,
    /// A case.
    Case,
    /// A ticket.
    Ticket,
    /// A place.
    Place,
    /// A matter.
    Matter,
    /// A record of another register.
    Record,
    /// Attached files.
    Blobs,
}

impl Type {
    /// Is its column a whole number?
    pub fn is_int(self) -> bool {
        use Type::{Bool, Case, Money, Number, Person, Record, Tenths, Ticket};
        matches!(self, Number | Tenths | Money | Bool | Person | Case | Ticket | Record)
    }

    /// Does it stand beside the journal?
    pub fn is_kept(self) -> bool {
        matches!(self, Type::Words | Type::Private)
    }
}

/// Child rows of a record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// Stable name.
    pub key: String,
    /// Name on pages and in sheets.
    pub label: String,
    /// Said above the rows.
    #[serde(default)]
    pub hint: String,
    /// A record without any is refused.
    #[serde(default)]
    pub required: bool,
    /// Fields that no two rows of a record share.
    #[serde(default)]
    pub unique: Vec<String>,
    /// Filled from every record of another register where none is given with a new record.
    #[serde(default)]
    pub snapshot: Option<Snapshot>,
    /// The fields of a row.
    pub fields: Vec<Field>,
}

/// A picture of another register at the time of recording.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The register.
    pub register: String,
    /// The line's field that points to its record.
    pub field: String,
    /// Fields copied from it.
    pub copy: Vec<String>,
}

/// A term of a record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Stable name; its last day is the column `due_KEY`.
    pub key: String,
    /// What must be done.
    pub label: String,
    /// The day it starts from.
    pub start: String,
    /// The day it was done.
    pub done: String,
    /// The obligation of [`law::obligations`].
    pub term: String,
    /// A yes-or-no field: the term was extended.
    #[serde(default)]
    pub extended: Option<String>,
    /// First and last day of a time that does not count.
    #[serde(default)]
    pub excluded: Option<[String; 2]>,
    /// A choice field and the code with which the term runs.
    #[serde(default)]
    pub when: Option<[String; 2]>,
}

impl Descriptor {
    /// The field of this key.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.key == key)
    }

    /// The lines of this key.
    pub fn lines_of(&self, key: &str) -> Option<&Lines> {
        self.lines.iter().find(|l| l.key == key)
    }

    /// Every order of the list: newest day first, then those described.
    pub fn all_orders(&self) -> Vec<Order> {
        let first = Order { field: self.day.clone(), label: "最近在前".into(), descending: true };
        std::iter::once(first).chain(self.orders.iter().cloned()).collect()
    }

    /// Its table.
    pub fn table(&self) -> String {
        format!("register_{}", self.name)
    }
}

impl Field {
    /// The label of a code of a choice.
    pub fn option<'a>(&'a self, code: &'a str) -> &'a str {
        self.options.iter().find(|o| o[0] == code).map_or(code, |o| o[1].as_str())
    }
}

/// The registers there are, with their tables.
#[derive(Debug)]
pub struct Set {
    /// In the order of their list.
    pub descriptors: Vec<Descriptor>,
    /// Their tables.
    pub tables: Vec<&'static Table>,
}

/// Words that one of the two databases keeps for itself, or that every table of a register has.
const TAKEN: &[&str] = &[
    "add",
    "all",
    "alter",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "autoincrement",
    "between",
    "binary",
    "both",
    "bureau",
    "by",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "commit",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "delete",
    "desc",
    "distinct",
    "do",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "exists",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "id",
    "if",
    "ilike",
    "in",
    "index",
    "indexed",
    "initially",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "key",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "line",
    "localtime",
    "localtimestamp",
    "natural",
    "no",
    "not",
    "nothing",
    "notnull",
    "null",
    "of",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "record",
    "recorded",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "set",
    "similar",
    "some",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "title",
    "to",
    "trailing",
    "transaction",
    "true",
    "union",
    "unique",
    "update",
    "user",
    "using",
    "values",
    "variadic",
    "verbose",
    "version",
    "when",
    "where",
    "window",
    "with",
];

impl Set {
    /// Reads every description and checks each against itself and the others. `files` are names and texts.
    ///
    /// # Errors
    /// The first mistake: file, line, and what to do.
    pub fn parse(files: &[(&str, &str)]) -> Result<Set, String> {
        let mut descriptors: Vec<Descriptor> = Vec::new();
        for (file, text) in files {
            let mut descriptor: Descriptor = toml::from_str(text).map_err(|e| {
                let line = e.span().map_or(1, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
                format!("{file}:{line}: {}", e.message().trim())
            })?;
            check(&descriptor, file, text)?;
            if descriptors.iter().any(|d| d.name == descriptor.name) {
                return Err(format!("{file}:1: `{}` is the name of another register: rename one", descriptor.name));
            }
            // A search kind lives as long as the program, as tables do.
            descriptor.search = format!("register/{}", descriptor.name).leak();
            descriptors.push(descriptor);
        }
        for (descriptor, (file, text)) in descriptors.iter().zip(files) {
            across(descriptor, &descriptors, &Says { file, text })?;
        }
        let tables = crate::tables::tables(&descriptors);
        Ok(Set { descriptors, tables })
    }

    /// The register of this name.
    pub fn get(&self, name: &str) -> Option<&Descriptor> {
        self.descriptors.iter().find(|d| d.name == name)
    }
}

/// Words a complaint with its place.
struct Says<'a> {
    file: &'a str,
    text: &'a str,
}

impl Says<'_> {
    /// Holds, or the mistake at the line where `near` first stands.
    fn must(&self, holds: bool, near: &str, why: &str) -> Result<(), String> {
        if holds {
            return Ok(());
        }
        let line = self.text.lines().position(|l| l.contains(near)).map_or(1, |at| at + 1);
        Err(format!("{}:{line}: {why}", self.file))
    }
}

fn named(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && key.len() <= 30
}

fn check(d: &Descriptor, file: &str, text: &str) -> Result<(), String> {
    let says = Says { file, text };
    let quoted = |key: &str| format!("\"{key}\"");
    let own = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".toml");
    says.must(d.name == own, "name", &format!("the name must be that of the file: write `name = \"{own}\"`"))?;
    says.must(named(&d.name), "name", "a name has small letters, digits and underscores: rename the file")?;
    for (what, text) in
        [("title", &d.title), ("section", &d.section), ("row", &d.row), ("about", &d.about), ("called", &d.called)]
    {
        says.must(!text.trim().is_empty(), what, &format!("`{what}` must be said: write it"))?;
    }
    fields(&d.fields, &says)?;
    let day = d.field(&d.day);
    says.must(
        day.is_some_and(|f| f.ty == Type::Day && f.required),
        &quoted(&d.day),
        &format!("`day` names `{}`, which is not a required day field: make it one or name another", d.day),
    )?;
    for (at, key) in d.called.match_indices('{') {
        let key = d.called[at + key.len()..].split('}').next().unwrap_or_default();
        let fits = d.field(key).is_some_and(|f| !matches!(f.ty, Type::Private | Type::Blobs | Type::Persons));
        says.must(
            fits,
            "called",
            &format!("`called` names `{key}`, which is no field that can be read out: name another"),
        )?;
    }
    says.must(
        d.called.contains('{'),
        "called",
        "`called` names no field: every record would be called the same; name one",
    )?;
    for order in &d.orders {
        let fits = d
            .field(&order.field)
            .is_some_and(|f| f.required && !f.ty.is_kept() && !matches!(f.ty, Type::Blobs | Type::Persons));
        says.must(
            fits,
            &quoted(&order.field),
            &format!("an order needs a required field, `{}` is none: name another", order.field),
        )?;
    }
    for (at, lines) in d.lines.iter().enumerate() {
        says.must(
            named(&lines.key),
            &quoted(&lines.key),
            "the key of lines has small letters, digits and underscores: rename it",
        )?;
        let once = d.lines[..at].iter().all(|l| l.key != lines.key && l.label != lines.label);
        says.must(once, &quoted(&lines.key), &format!("two kinds of lines are called `{}`: rename one", lines.key))?;
        fields(&lines.fields, &says)?;
        for key in &lines.unique {
            let fits = lines.fields.iter().any(|f| &f.key == key && !f.ty.is_kept());
            says.must(
                fits,
                &quoted(key),
                &format!("`unique` names `{key}`, which is no field of `{}`: name one", lines.key),
            )?;
        }
    }
    for clock in &d.clocks {
        clock_fits(d, clock, &says)?;
    }
    Ok(())
}

fn clock_fits(d: &Descriptor, clock: &Clock, says: &Says<'_>) -> Result<(), String> {
    let near = format!("\"{}\"", clock.term);
    says.must(named(&clock.key), &near, "the key of a clock has small letters, digits and underscores: rename it")?;
    says.must(
        obligations::obligation(&clock.term).is_some(),
        &near,
        &format!("`{}` is no obligation of the law crate: add it there or name another", clock.term),
    )?;
    let excluded = clock.excluded.iter().flatten();
    for key in [&clock.start, &clock.done].into_iter().chain(excluded) {
        let fits = d.field(key).is_some_and(|f| f.ty == Type::Day);
        says.must(fits, &near, &format!("a clock names `{key}`, which is no day field: name one"))?;
    }
    if let Some(key) = &clock.extended {
        let fits = d.field(key).is_some_and(|f| f.ty == Type::Bool);
        says.must(fits, &near, &format!("`extended` names `{key}`, which is no bool field: name one"))?;
    }
    if let Some([key, code]) = &clock.when {
        let fits = d.field(key).is_some_and(|f| f.options.iter().any(|o| &o[0] == code));
        says.must(fits, &near, &format!("`when` names `{key}` with `{code}`, which is no option: name one"))?;
    }
    Ok(())
}

fn fields(all: &[Field], says: &Says<'_>) -> Result<(), String> {
    says.must(!all.is_empty(), "fields", "there are no fields: write at least one")?;
    for (at, field) in all.iter().enumerate() {
        let near = format!("key = \"{}\"", field.key);
        let must = |holds: bool, why: String| says.must(holds, &near, &why);
        must(named(&field.key), format!("a key has small letters, digits and underscores: rename `{}`", field.key))?;
        must(
            !TAKEN.contains(&field.key.as_str()) && !field.key.starts_with("due_"),
            format!("`{}` is a word the databases or every register use: rename it", field.key),
        )?;
        must(
            !field.label.trim().is_empty() && !field.label.contains(['·', '：']),
            format!("`{}` needs a label without · and ：: write one", field.key),
        )?;
        must(
            ![NUMBER, VERSION].contains(&field.label.as_str()),
            format!("every sheet has a column `{}` of its own: give `{}` another label", field.label, field.key),
        )?;
        let once = all[..at].iter().all(|f| f.key != field.key && f.label != field.label);
        must(once, format!("two fields have the key `{}` or the label `{}`: rename one", field.key, field.label))?;
        must(
            (field.ty == Type::Choice) == (field.options.len() >= 2),
            format!("a choice, and nothing else, has two or more options: see `{}`", field.key),
        )?;
        must(
            (field.ty == Type::Record) == field.register.is_some(),
            format!("a record, and nothing else, names its register: see `{}`", field.key),
        )?;
        let mut codes: Vec<&String> = field.options.iter().flatten().collect();
        codes.sort();
        codes.dedup();
        must(
            codes.len() == field.options.len() * 2,
            format!("an option of `{}` has the code or label of another: rename it", field.key),
        )?;
        let number = matches!(field.ty, Type::Number | Type::Tenths | Type::Money);
        must(
            number || (field.min.is_none() && field.max.is_none() && field.within_unit.is_none()),
            format!("`{}` is no number and has no bounds: take them out", field.key),
        )?;
        must(
            field.ty == Type::Day || (!field.future && field.not_before.is_none()),
            format!("`{}` is no day: take `future` and `not_before` out", field.key),
        )?;
        let other = |key: &Option<String>, ty: Option<Type>| {
            key.as_ref().is_none_or(|key| all.iter().any(|f| &f.key == key && ty.is_none_or(|ty| f.ty == ty)))
        };
        must(
            other(&field.not_before, Some(Type::Day)),
            format!("`not_before` of `{}` names no day field: name one", field.key),
        )?;
        must(
            other(&field.within_unit, Some(Type::Unit)),
            format!("`within_unit` of `{}` names no unit field: name one", field.key),
        )?;
        must(other(&field.with, None), format!("`with` of `{}` names no field: name one", field.key))?;
        must(
            !(field.list && matches!(field.ty, Type::Private | Type::Blobs)),
            format!("`{}` may not be shown in lists: take `list` out", field.key),
        )?;
    }
    Ok(())
}

fn across(d: &Descriptor, all: &[Descriptor], says: &Says<'_>) -> Result<(), String> {
    for field in d.fields.iter().chain(d.lines.iter().flat_map(|l| &l.fields)) {
        if let Some(register) = &field.register {
            let there = all.iter().any(|o| &o.name == register);
            says.must(
                there,
                &format!("\"{register}\""),
                &format!("there is no register `{register}`: name one that is"),
            )?;
        }
    }
    for lines in &d.lines {
        let Some(snapshot) = &lines.snapshot else { continue };
        let near = "snapshot";
        let other = all.iter().find(|o| o.name == snapshot.register);
        let points =
            lines.fields.iter().any(|f| f.key == snapshot.field && f.register.as_ref() == Some(&snapshot.register));
        says.must(other.is_some() && points, near, "a snapshot needs a field that points into its register: name one")?;
        for key in &snapshot.copy {
            let theirs = other.and_then(|o| o.field(key));
            let ours = lines.fields.iter().find(|f| &f.key == key);
            let same = theirs.zip(ours).is_some_and(|(a, b)| a.ty == b.ty && a.options == b.options);
            says.must(
                same,
                near,
                &format!("`{key}` is not the same field in `{}`: describe it alike", snapshot.register),
            )?;
        }
    }
    Ok(())
}
