//! The macro that makes everything of a kind of act from its one declaration.

/// From each declaration: the recorded struct, the draft struct, and the arms of [`super::Act`], [`super::Draft`] and [`super::Kind`].
macro_rules! acts {
    ($(
        #[doc = $doc:literal]
        $Kind:ident $label:literal on $Subject:ident [$($of:ident)*] $Entries:ident $Stage:ident [$($document:literal)?] $article:literal {
            $( $(#[$serde:meta])? $field:ident: $ty:ty = $flabel:literal $($hint:literal)? ),* $(,)?
        }
    )*) => {
        /// A kind of act. The label is the word of the law, the code its one English word.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Kind { $( #[doc = $doc] $Kind ),* }

        $(
            #[doc = $doc]
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $Kind { $( #[doc = $flabel] $(#[$serde])? pub $field: $ty ),* }
        )*

        /// An act as it is recorded: every field is known.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        pub enum Act { $( #[doc = $doc] $Kind($Kind) ),* }

        /// The same acts while they are being written: every field is known or open.
        pub mod draft {
            #[allow(unused_imports, reason = "which value types are used depends on the declarations")]
            use super::{choices::*, value::*, Day, Fen, Measures, Sort};
            use jiff::civil::Time;
            $(
                #[doc = $doc]
                #[derive(Debug, Clone, PartialEq, Eq)]
                pub struct $Kind { $( #[doc = $flabel] pub $field: Ask<$ty> ),* }
            )*
        }

        /// An act while it is being written.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Draft { $( #[doc = $doc] $Kind(draft::$Kind) ),* }

        impl Kind {
            /// Every kind, in the order of a case.
            pub const ALL: &'static [Kind] = &[$( Kind::$Kind ),*];

            /// The English word, as in the journal.
            pub fn code(self) -> &'static str {
                match self { $( Kind::$Kind => stringify!($Kind) ),* }
            }

            /// The kind of an English word.
            pub fn from_code(code: &str) -> Option<Kind> {
                match code { $( stringify!($Kind) => Some(Kind::$Kind), )* _ => None }
            }

            /// The Chinese word.
            pub fn label(self) -> &'static str {
                match self { $( Kind::$Kind => $label ),* }
            }

            /// The kind of a Chinese word.
            pub fn from_label(label: &str) -> Option<Kind> {
                match label { $( $label => Some(Kind::$Kind), )* _ => None }
            }

            /// Whether such an act arises here, has already happened elsewhere, or either.
            pub fn entries(self) -> Entries {
                match self { $( Kind::$Kind => Entries::$Entries ),* }
            }

            /// What such an act is addressed to.
            pub fn subject(self) -> SubjectKind {
                match self { $( Kind::$Kind => SubjectKind::$Subject ),* }
            }

            /// The kinds of act a document or item subject may be; empty for acts on the case or a party.
            pub fn subject_kinds(self) -> &'static [Kind] {
                match self { $( Kind::$Kind => &[$( Kind::$of ),*] ),* }
            }

            /// The step of the case it belongs to.
            pub fn stage(self) -> Stage {
                match self { $( Kind::$Kind => Stage::$Stage ),* }
            }

            /// The code of the document it issues, where it issues one.
            pub fn document(self) -> Option<&'static str> {
                match self { $( Kind::$Kind => [$($document)?].first().copied() ),* }
            }

            /// The articles it rests on.
            pub fn article(self) -> &'static str {
                match self { $( Kind::$Kind => $article ),* }
            }

            /// Its fields in the order of the form.
            pub fn fields(self) -> &'static [FieldSpec] {
                match self { $(
                    Kind::$Kind => const { &[$( FieldSpec {
                        key: stringify!($field),
                        label: $flabel,
                        ty: <$ty as Value>::TYPE,
                        hint: concat!($($hint)?),
                        optional: <$ty as Value>::OPTIONAL,
                    } ),*] }
                ),* }
            }
        }

        impl Act {
            /// Its kind.
            pub fn kind(&self) -> Kind {
                match self { $( Act::$Kind(_) => Kind::$Kind ),* }
            }

            /// Its long texts by field, to be kept outside the journal: the caller replaces each given text by its commitment.
            pub fn words_mut(&mut self) -> Vec<(&'static str, &mut Words)> {
                let mut list = Vec::new();
                match self { $(
                    #[allow(unused_variables, reason = "a kind may have no field")]
                    Act::$Kind(act) => {
                        $( list.extend(act.$field.words_mut().map(|words| (stringify!($field), words))); )*
                    }
                ),* }
                list
            }

            /// The files it names; each is stored before the act.
            pub fn blobs(&self) -> Vec<&Blob> {
                let mut list = Vec::new();
                match self { $(
                    #[allow(unused_variables, reason = "a kind may have no field")]
                    Act::$Kind(act) => {
                        $( list.extend(act.$field.blobs()); )*
                    }
                ),* }
                list
            }

            /// The same act as a draft, so that a recorded act is judged by the same rules as a proposed one.
            pub fn to_draft(&self) -> Draft {
                match self { $(
                    #[allow(unused_variables, reason = "a kind may have no field")]
                    Act::$Kind(act) => Draft::$Kind(draft::$Kind {
                        $( $field: Ask::known(stringify!($field), act.$field.clone()) ),*
                    })
                ),* }
            }
        }

        impl Draft {
            /// A draft with every field open, except those whose emptiness is a value.
            pub fn empty(kind: Kind) -> Draft {
                match kind { $( Kind::$Kind => Draft::$Kind(draft::$Kind { $( $field: Ask::blank(stringify!($field)) ),* }) ),* }
            }

            /// Its kind.
            pub fn kind(&self) -> Kind {
                match self { $( Draft::$Kind(_) => Kind::$Kind ),* }
            }

            /// Fills one field from text; an empty text opens it again.
            ///
            /// # Errors
            /// There is no such field, or the text is not a value of its type.
            pub fn set(&mut self, field: &str, text: &str, names: &dyn Names) -> Result<(), FieldError> {
                match self { $(
                    #[allow(unused_variables, reason = "a kind may have no field")]
                    Draft::$Kind(d) => match field {
                        $( stringify!($field) | $flabel => d.$field.set(text, names), )*
                        _ => Err(FieldError { field: field.to_owned(), text: format!("“{}”没有“{field}”这一项", $label) }),
                    }
                ),* }
            }

            /// Opens one field, also where its emptiness would be a value: somebody else has still to fill it.
            pub fn open(&mut self, key: &str) {
                match self { $(
                    #[allow(unused_variables, reason = "a kind may have no field")]
                    Draft::$Kind(d) => match key {
                        $( stringify!($field) => d.$field.value = None, )*
                        _ => {}
                    }
                ),* }
            }

            /// Fills one field with a value that says nothing, as a program may pass and no text does; a field whose type has none is opened.
            #[doc(hidden)]
            pub fn hollow(&mut self, key: &str) {
                match self { $(
                    #[allow(unused_variables, reason = "a kind may have no field")]
                    Draft::$Kind(d) => match key {
                        $( stringify!($field) | $flabel => d.$field.hollow(), )*
                        _ => {}
                    }
                ),* }
            }

            /// The text of one field as [`Draft::set`] reads it; nothing when the field is open or unknown.
            pub fn get_text(&self, key: &str) -> Option<String> {
                match self { $(
                    #[allow(unused_variables, reason = "a kind may have no field")]
                    Draft::$Kind(d) => match key {
                        $( stringify!($field) | $flabel => d.$field.value.as_ref().map(Value::write), )*
                        _ => None,
                    }
                ),* }
            }

            /// The act, when every field is known.
            ///
            /// # Errors
            /// The fields still open, in the order of the form.
            pub fn complete(&self) -> Result<Act, Vec<&'static FieldSpec>> {
                match self { $(
                    Draft::$Kind(d) => {
                        #[allow(unused_mut, reason = "a kind may have no field")]
                        let mut missing: Vec<&'static str> = Vec::new();
                        $( if d.$field.value.is_none() { missing.push(stringify!($field)); } )*
                        if missing.is_empty() {
                            if let ($( Some($field), )*) = ($( d.$field.value.clone(), )*) {
                                return Ok(Act::$Kind($Kind { $( $field ),* }));
                            }
                        }
                        Err(missing.iter().filter_map(|key| Kind::$Kind.field(key)).collect())
                    }
                ),* }
            }
        }

        $(
            impl ActType for $Kind {
                const KIND: Kind = Kind::$Kind;
                fn of(act: &Act) -> Option<&Self> {
                    match act { Act::$Kind(act) => Some(act), _ => None }
                }
            }
        )*
    };
}

pub(crate) use acts;
