//! The kinds of document: one folder each in `kinds/`, named here in one list.
//!
//! A new kind is a folder and a line in the list: `kind.toml` says what it is called, which fields it needs and what the law
//! demands to be on the paper; `template.typ` sets it with what `parts/` shares; `example.json` is an invented
//! input that every test renders.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::Input;

/// The penalty whose amount has fields of its own.
const FINE: &str = "罚款";

/// Paths into the rows of a form begin so; the label of the row follows.
const ROWS: &str = "rows.";

/// Page, head, paragraphs and signature that all templates share.
const SHARED: &str = concat!(
    include_str!("../parts/base.typ"),
    include_str!("../parts/party.typ"),
    include_str!("../parts/page.typ"),
    include_str!("../parts/form.typ"),
);

/// The list of kinds: name the folder here and it exists.
macro_rules! kinds {
    ($($code:literal),* $(,)?) => {
        [$((
            $code,
            include_str!(concat!("../kinds/", $code, "/kind.toml")),
            include_str!(concat!("../kinds/", $code, "/template.typ")),
            include_str!(concat!("../kinds/", $code, "/example.json")),
        )),*]
    };
}

static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    kinds![
        "clue_register",
        "transfer_letter",
        "inspection_approval",
        "inspection_notice",
        "scene_record",
        "interview_record",
        "evidence_sheet",
        "sampling_notice",
        "sampling_list",
        "registration_approval",
        "registration_notice",
        "registration_list",
        "registered_disposal",
        "assistance_letter",
        "test_commission",
        "test_notice",
        "filing_approval",
        "filing_refusal_approval",
        "filing_refusal_notice",
        "recusal_application",
        "recusal_decision",
        "order_to_stop",
        "order_to_correct",
        "correction_check",
        "seizure_approval",
        "seizure_decision",
        "seizure_list",
        "seizure_extension",
        "seizure_lifting",
        "goods_receipt",
        "claim_announcement",
        "goods_disposal",
        "suspension_approval",
        "resumption_approval",
        "extension_approval",
        "final_report",
        "prior_notice",
        "defence_record",
        "recheck_opinion",
        "hearing_refusal",
        "hearing_notice",
        "hearing_announcement",
        "hearing_record",
        "hearing_end_notice",
        "hearing_report",
        "legal_review",
        "discussion_record",
        "decision_approval",
        "penalty_decision",
        "no_penalty_decision",
        "unproven_decision",
        "education_record",
        "on_spot_decision",
        "demolition_order",
        "demolition_announcement",
        "address_confirmation",
        "served_return",
        "cash_register",
        "postponement_application",
        "postponement_approval",
        "postponement_decision",
        "surcharge_notice",
        "payment_demand",
        "performance_demand",
        "enforcement_decision",
        "substitute_decision",
        "immediate_substitute_notice",
        "enforcement_record",
        "court_application",
        "crime_report",
        "crime_transfer",
        "review_reply",
        "suit_defence",
        "withdrawal_note",
        "correction_slip",
        "revocation",
        "change_decision",
        "case_end_approval",
        "closing_report",
        "file_cover",
        "file_index",
        "file_remarks",
    ]
    .into_iter()
    .map(|(code, about, template, example)| Kind::parse(code, about, template, example))
    .collect()
});

/// All kinds, in the order of a case.
pub fn kinds() -> &'static [Kind] {
    &KINDS
}

/// The kind with this code.
pub fn kind(code: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.code == code)
}

/// A kind of document.
#[derive(Debug)]
pub struct Kind {
    /// Code, the folder's name: `penalty_decision`.
    pub code: &'static str,
    /// Title as printed: `行政处罚决定书`.
    pub title: &'static str,
    /// Numbers in the standard list of papers of a penalty case, 1 to 53; several where one paper stands for several.
    pub forms: Vec<u8>,
    /// Word in the document number: `罚`. Empty: it has no number of its own and carries that of the case.
    pub word: &'static str,
    /// Title where the party may ask for a hearing, if it differs.
    pub hearing_title: Option<&'static str>,
    /// Word in the number where the party may ask for a hearing, if it differs.
    pub hearing_word: Option<&'static str>,
    /// It is served on the party and needs a service return.
    pub served: bool,
    /// The articles that shape it, in short.
    pub basis: &'static str,
    /// What the law demands to be on the paper.
    pub contents: Vec<Content>,
    /// Papers made of the same input and under the same number: its list, its approval form.
    pub annexes: Vec<Annex>,
    /// The sizes it can be printed on; A4 first.
    pub sizes: Vec<Size>,
    labels: BTreeMap<String, &'static str>,
    needs: Vec<String>,
    needs_with_fine: Vec<String>,
    template: &'static str,
    example: &'static str,
}

/// A field of the input that a kind needs and that is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap<'a> {
    /// Its path, `pay.address`.
    pub path: &'a str,
    /// Its Chinese name.
    pub label: &'a str,
}

/// Something the law demands to be on the paper.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The article that demands it.
    pub article: String,
    /// What it demands, in our words.
    pub what: String,
    /// Where it applies: a path into the input that must be filled (or true). None: always.
    #[serde(default)]
    pub when: Option<String>,
    /// Where it does not apply: a path that must be empty (or false). None: it always applies.
    #[serde(default)]
    pub unless: Option<String>,
    /// Phrases that must stand on the paper; `{party.name}` is the value at that path of the input.
    pub text: Vec<String>,
}

/// A paper made of the input of another one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annex {
    /// Its kind.
    pub kind: String,
    /// Where it is made: a path into the input that must be filled (or true). None: always.
    #[serde(default)]
    pub when: Option<String>,
}

/// What a document is printed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// 210 by 297 mm, the paper of the file.
    #[default]
    A4,
    /// 148 by 210 mm.
    A5,
    /// The roll of a printer carried along, 80 mm wide and as long as the text.
    Roll,
}

impl Size {
    /// The word of addresses and templates.
    pub fn code(self) -> &'static str {
        match self {
            Size::A4 => "a4",
            Size::A5 => "a5",
            Size::Roll => "roll",
        }
    }

    /// The size of a word.
    pub fn from_code(code: &str) -> Option<Size> {
        [Size::A4, Size::A5, Size::Roll].into_iter().find(|size| size.code() == code)
    }

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Size::A4 => "A4",
            Size::A5 => "A5",
            Size::Roll => "窄条（80毫米）",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    title: String,
    forms: Vec<u8>,
    #[serde(default)]
    word: String,
    hearing_title: Option<String>,
    hearing_word: Option<String>,
    served: bool,
    basis: String,
    /// Paths of the input that must be filled.
    needs: Vec<String>,
    /// The same, where a fine is among the penalties.
    #[serde(default)]
    needs_with_fine: Vec<String>,
    /// Sizes besides A4.
    #[serde(default)]
    sizes: Vec<Size>,
    /// What a field is called on this paper, where it has another name than elsewhere.
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annex: Vec<Annex>,
    #[serde(default)]
    content: Vec<Content>,
}

impl Kind {
    fn parse(code: &'static str, about: &str, template: &'static str, example: &'static str) -> Kind {
        // Part of the program, not input; a test reads every kind. Read once, so what is leaked is bounded.
        let about: About = toml::from_str(about).unwrap_or_else(|error| panic!("kinds/{code}/kind.toml: {error}"));
        Kind {
            code,
            title: about.title.leak(),
            word: about.word.leak(),
            hearing_title: about.hearing_title.map(|title| &*title.leak()),
            hearing_word: about.hearing_word.map(|word| &*word.leak()),
            served: about.served,
            basis: about.basis.leak(),
            contents: about.content,
            forms: about.forms,
            annexes: about.annex,
            sizes: std::iter::once(Size::A4).chain(about.sizes).collect(),
            labels: about.labels.into_iter().map(|(path, label)| (path, &*label.leak())).collect(),
            needs: about.needs,
            needs_with_fine: about.needs_with_fine,
            template,
            example,
        }
    }

    /// The title this input gets.
    pub fn heading<'a>(&self, input: &'a Input) -> &'a str {
        match (&input.title, self.hearing_title) {
            (Some(title), _) => title,
            (None, Some(title)) if input.hearing_right => title,
            _ => self.title,
        }
    }

    /// The word in the number of a document of this kind, with or without the right to a hearing.
    pub fn word_for(&self, hearing_right: bool) -> &'static str {
        self.hearing_word.filter(|_| hearing_right).unwrap_or(self.word)
    }

    /// The complete Typst source, shared parts included: all that has to be kept to set an issue again with
    /// [`Engine::render_template`](crate::Engine::render_template).
    pub fn source(&self) -> String {
        format!("{SHARED}\n{}", self.template)
    }

    /// SHA-256 of [`source`](Self::source), in hexadecimal digits.
    pub fn digest(&self) -> String {
        crate::sha256_hex(self.source().as_bytes())
    }

    /// An invented input of this kind, for previews and tests.
    pub fn example(&self) -> Input {
        // Part of the program, not input; a test reads every example.
        serde_json::from_str(self.example).unwrap_or_else(|error| panic!("kinds/{}/example.json: {error}", self.code))
    }

    /// What the input lacks to be a document of this kind, as Chinese names of fields. Empty: it can be rendered.
    pub fn missing<'a>(&'a self, input: &'a Input) -> Vec<&'a str> {
        self.gaps(input).into_iter().map(|gap| gap.label).collect()
    }

    /// The same, with where in the input it is lacking.
    pub fn gaps(&self, input: &Input) -> Vec<Gap<'_>> {
        let value = Value::of(input);
        let fined = input.sorts.iter().any(|sort| sort == FINE);
        let on_spot = input.pay.as_ref().is_some_and(|pay| pay.on_spot);
        let with_fine = if fined { self.needs_with_fine.as_slice() } else { &[] };
        self.needs
            .iter()
            .chain(with_fine)
            // A need below an optional part (`pay.bank`) binds where the part is there; the part is a need of its own.
            .filter(|path| {
                path.starts_with(ROWS) || path.rsplit_once('.').is_none_or(|(part, _)| value.at(part).is_some())
            })
            // Money taken on the spot goes to no bank.
            .filter(|path| !(on_spot && path.starts_with("pay.")))
            .filter(|path| !value.filled(path))
            .filter_map(|path| Some(Gap { path, label: self.label(path)? }))
            .collect()
    }

    /// Chinese name of the field at a path, as this paper calls it.
    fn label<'a>(&'a self, path: &'a str) -> Option<&'a str> {
        let own = self.labels.get(path).copied();
        own.or_else(|| path.strip_prefix(ROWS)).or_else(|| crate::input::label(path))
    }

    /// Every field the kind needs, as paths; those of a fine last.
    pub fn needs(&self) -> impl Iterator<Item = &str> {
        self.needs.iter().chain(&self.needs_with_fine).map(String::as_str)
    }

    /// Whether the template, or that of an annex, reads this field. Who fills an input need not fetch what nothing prints.
    pub fn reads(&self, field: &str) -> bool {
        let own = |kind: &Kind| kind.template.contains(field);
        own(self) || self.annexes.iter().filter_map(|annex| crate::kind(&annex.kind)).any(own)
    }

    /// The annexes this input has.
    pub fn annexes_of(&self, input: &Input) -> Vec<&'static Kind> {
        let value = Value::of(input);
        self.annexes
            .iter()
            .filter(|annex| annex.when.as_deref().is_none_or(|path| value.filled(path)))
            .filter_map(|annex| crate::kind(&annex.kind))
            .collect()
    }

    /// The contents the law demands which this text lacks, in words, each with its article.
    pub fn lacks(&self, input: &Input, text: &str) -> Vec<String> {
        let words = |content: &Content| format!("{}（{}）", content.what, content.article);
        self.lacking(input, text).into_iter().map(words).collect()
    }

    fn lacking(&self, input: &Input, text: &str) -> Vec<&Content> {
        let value = Value::of(input);
        // Letters and digits only: lines break anywhere, and a template may close a clause with another stop.
        let squeeze = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let text = squeeze(text);
        self.contents
            .iter()
            .filter(|content| content.when.as_deref().is_none_or(|path| value.filled(path)))
            .filter(|content| content.unless.as_deref().is_none_or(|path| !value.filled(path)))
            .filter(|content| {
                let stands =
                    |phrase: &String| value.fill(phrase).is_some_and(|phrase| text.contains(&squeeze(&phrase)));
                !content.text.iter().all(stands)
            })
            .collect()
    }
}

/// An input seen by paths such as `party.name`.
struct Value(serde_json::Value);

impl Value {
    fn of(input: &Input) -> Value {
        Value(serde_json::to_value(input).unwrap_or_default())
    }

    fn at(&self, path: &str) -> Option<&serde_json::Value> {
        if let Some(label) = path.strip_prefix(ROWS) {
            return self.0.get("rows")?.as_array()?.iter().find(|row| row["label"] == label)?.get("value");
        }
        path.split('.').try_fold(&self.0, |value, key| value.get(key)).filter(|value| !value.is_null())
    }

    fn filled(&self, path: &str) -> bool {
        use serde_json::Value::{Array, Bool, Number, String};
        match self.at(path) {
            None => false,
            Some(Bool(yes)) => *yes,
            Some(String(text)) => !text.trim().is_empty(),
            Some(Array(items)) => !items.is_empty(),
            Some(Number(number)) => number.as_i64().is_some_and(|number| number > 0),
            Some(_) => true,
        }
    }

    /// The phrase with every `{path}` replaced by its value. None: one of them is empty, so the phrase cannot stand anywhere.
    fn fill(&self, phrase: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = phrase;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((path, tail)) = after.split_once('}') else { break };
            if !self.filled(path) {
                return None;
            }
            out.push_str(before);
            match self.at(path) {
                Some(serde_json::Value::String(text)) => out.push_str(text),
                Some(other) => out.push_str(&other.to_string()),
                None => {}
            }
            rest = tail;
        }
        Some(out + rest)
    }
}
