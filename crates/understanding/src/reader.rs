//! Reading a complaint: everything proposed at once, each with its reasons.

use std::sync::LazyLock;

use serde::Serialize;

use crate::Trouble;
use crate::catalogue::{Answer, Catalogue};
use crate::concepts::Concepts;
use crate::data;
use crate::gazetteer::Gazetteer;
use crate::lesson::{BODIES, Core};
use crate::locate::{Whereabouts, locate};
use crate::mind::{Belief, Mind};
use crate::text::Text;
use crate::urgency::{Flag, Flags};

/// A matter proposed.
#[derive(Debug, Clone, Serialize)]
pub struct Matter {
    /// Its code, as `A01`.
    pub code: String,
    /// Its family's key.
    pub family: String,
    /// How likely, from 0 to 1.
    pub score: f32,
    /// The words that decided, as written.
    pub words: Vec<String>,
}

/// A family proposed, with the question that chooses the matter.
#[derive(Debug, Clone, Serialize)]
pub struct FamilyProposed {
    /// Its key.
    pub id: String,
    /// What citizens call it.
    pub name: String,
    /// How likely, from 0 to 1.
    pub score: f32,
    /// What the desk asks.
    pub ask: String,
    /// Answers and the matters they choose.
    pub choose: Vec<Answer>,
}

/// Another body whose business it may be.
#[derive(Debug, Clone, Serialize)]
pub struct Body {
    /// Its key, one of `BODIES`.
    pub key: &'static str,
    /// How likely among the bodies, from 0 to 1.
    pub score: f32,
    /// The words that spoke for it.
    pub words: Vec<String>,
}

/// What a complaint says.
#[derive(Debug, Clone, Serialize)]
pub struct Reading {
    /// Matters, the likeliest first: at least three, at most six. Always there, whosever business it seems.
    pub matters: Vec<Matter>,
    /// How many of them the text names in its own sentences: several problems in one call.
    pub problems: usize,
    /// Families, the likeliest first.
    pub families: Vec<FamilyProposed>,
    /// Other bodies, the likeliest first; always three, however little speaks for them.
    pub bodies: Vec<Body>,
    /// How likely it is that the complaint is the bureau's own, from 0 to 1.
    pub ours: f32,
    /// Whether the desk may let the first matter be filled in unasked.
    pub sure: bool,
    /// How far the first matter is ahead of the next family, from 0 to 1.
    pub margin: f32,
    /// The place.
    pub place: Whereabouts,
    /// What cannot wait; empty when nothing presses.
    pub urgent: Vec<Flag>,
    /// What needs care.
    pub sensitive: Vec<Flag>,
    /// Hashes of the text's own words, for likeness of texts; at most 48, the smallest ones.
    #[serde(skip)]
    pub sketch: Vec<u32>,
}

/// From this margin on the first matter is filled in, when the complaint is likely the bureau's own.
/// Set on the own sentences held out in folds. The keyword table and the model must agree as well; other hands write less clearly.
const SURE: f32 = 0.5;
/// From this share on it is taken for the bureau's own when filling in.
const OURS: f32 = 0.65;
/// What a sentence of another body's business counts for beside one of ours.
const OTHERS: f32 = 3.0;
/// From this belief in a family that cannot wait by its nature the complaint is urgent.
const PRESSES: f32 = 0.4;
/// A matter is shown as a further problem when it has this share of the likeliest one's belief.
const FURTHER: f32 = 0.5;

/// Reads complaints.
#[derive(Debug, Clone)]
pub struct Reader {
    catalogue: Catalogue,
    mind: Mind,
    gazetteer: Gazetteer,
    urgent: Flags,
    sensitive: Flags,
}

impl Reader {
    /// A reader as the product begins, with the bureau's places.
    ///
    /// # Errors
    /// When a committed table is broken.
    pub fn new(gazetteer: Gazetteer) -> Result<Self, Trouble> {
        Self::taught(gazetteer, &data::sentences()?)
    }

    /// [`Reader::new`], trained once in the process: for whoever opens many bureaus.
    ///
    /// # Errors
    /// When a committed table is broken.
    pub fn base(gazetteer: Gazetteer) -> Result<Self, Trouble> {
        static BASE: LazyLock<Result<Reader, Trouble>> = LazyLock::new(|| Reader::new(Gazetteer::default()));
        let mut reader = BASE.clone()?;
        reader.gazetteer = gazetteer;
        Ok(reader)
    }

    /// A reader that begins with other sentences, for folds and for replay.
    ///
    /// # Errors
    /// When a committed table is broken or a sentence names an unknown code.
    pub fn taught(gazetteer: Gazetteer, sentences: &[Core]) -> Result<Self, Trouble> {
        let catalogue = Catalogue::read(data::CATALOGUE)?;
        let (concepts, urgent, sensitive) = Concepts::read(data::CONCEPTS)?;
        let mind = Mind::train(&catalogue, &concepts, sentences)?;
        Ok(Self { catalogue, mind, gazetteer, urgent: Flags::new(&urgent), sensitive: Flags::new(&sensitive) })
    }

    /// The families and matters.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The places.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// Puts other places in.
    pub fn set_gazetteer(&mut self, gazetteer: Gazetteer) {
        self.gazetteer = gazetteer;
    }

    /// How many features the models know.
    pub fn size(&self) -> usize {
        self.mind.size()
    }

    /// Reads a complaint.
    pub fn understand(&self, text: &str) -> Reading {
        let text = Text::new(text);
        let (place, spans) = locate(&self.gazetteer, &text);
        let belief = self.mind.believe(&text, &spans);
        let order = order(&belief.matters);
        let problems = self.problems(&belief, &order);
        let mut shown: Vec<usize> = order.iter().copied().take(3.max(problems).min(6)).collect();
        for further in self.further(&belief, &order) {
            if !shown.contains(&further) && shown.len() < 6 {
                shown.push(further);
            }
        }
        let matters: Vec<Matter> = shown.iter().map(|&at| self.matter(&text, &belief, at)).collect();
        let families = self.families(&belief);
        let margin = families.first().map_or(0.0, |f| f.score) - families.get(1).map_or(0.0, |f| f.score);
        let ours = own_share(belief.bodies.get(BODIES.len()).copied().unwrap_or(1.0));
        let mut urgent = self.urgent.met(&text);
        if let Some(first) = families.first().filter(|f| f.score >= PRESSES)
            && self.catalogue.families().iter().any(|f| f.id == first.id && f.presses)
        {
            let words = matters.first().map(|m| m.words.clone()).unwrap_or_default();
            urgent.push(Flag { kind: "matter".to_owned(), words });
        }
        Reading {
            matters,
            problems,
            sure: margin >= SURE && ours >= OURS && belief.agreed,
            margin,
            families: families.into_iter().take(3).collect(),
            bodies: bodies(&text, &belief),
            ours,
            place,
            urgent,
            sensitive: self.sensitive.met(&text),
            sketch: belief.features.sketch(),
        }
    }

    /// Learns a correction of the desk at once.
    ///
    /// # Errors
    /// When it names an unknown code or body.
    pub fn correct(&mut self, correction: &Core) -> Result<(), Trouble> {
        let text = Text::new(&correction.text);
        let (_, spans) = locate(&self.gazetteer, &text);
        self.mind.correct(&self.catalogue, &text, &spans, correction)
    }

    /// Remembers a correction as a near text only, for one that was trained in.
    pub(crate) fn remember(&mut self, correction: &Core) {
        let text = Text::new(&correction.text);
        let (_, spans) = locate(&self.gazetteer, &text);
        self.mind.keep_text(&self.catalogue, &text, &spans, correction);
    }

    fn matter(&self, text: &Text, belief: &Belief, at: usize) -> Matter {
        let code = self.catalogue.codes()[at].clone();
        let words = self.mind.reasons(belief, at).iter().take(4).map(|(span, _)| text.written(span)).collect();
        Matter {
            family: self.catalogue.family(&code).map(|f| f.id.clone()).unwrap_or_default(),
            score: belief.matters[at],
            words,
            code,
        }
    }

    fn families(&self, belief: &Belief) -> Vec<FamilyProposed> {
        let mut scores = vec![0.0_f32; self.catalogue.families().len()];
        for (matter, share) in belief.matters.iter().enumerate() {
            scores[self.catalogue.family_number(matter)] += share;
        }
        order(&scores)
            .into_iter()
            .take(4)
            .map(|at| {
                let family = &self.catalogue.families()[at];
                FamilyProposed {
                    id: family.id.clone(),
                    name: family.name.clone(),
                    score: scores[at],
                    ask: family.ask.clone(),
                    choose: family.choose.clone(),
                }
            })
            .collect()
    }

    /// How many different families the text speaks of: the likeliest matter, and every one of another family that has half its belief.
    fn problems(&self, belief: &Belief, order: &[usize]) -> usize {
        1 + self.further(belief, order).len()
    }

    fn further(&self, belief: &Belief, order: &[usize]) -> Vec<usize> {
        let Some(&best) = order.first() else { return Vec::new() };
        let top = belief.matters[best].max(belief.clauses[best]);
        let mut families = vec![self.catalogue.family_number(best)];
        let mut further = Vec::new();
        let mut by_clause: Vec<usize> = (0..belief.clauses.len()).collect();
        by_clause.sort_by(|&a, &b| belief.clauses[b].total_cmp(&belief.clauses[a]).then(a.cmp(&b)));
        for at in by_clause.into_iter().take(8) {
            let family = self.catalogue.family_number(at);
            if belief.clauses[at] > FURTHER * top && belief.said[at].score > 0.0 && !families.contains(&family) {
                families.push(family);
                further.push(at);
            }
        }
        further
    }
}

/// The share of “ours”, weighed back: the sentences have several of ours for each of other bodies, an inbox has about three.
fn own_share(share: f32) -> f32 {
    share / (share + OTHERS * (1.0 - share))
}

fn bodies(text: &Text, belief: &Belief) -> Vec<Body> {
    let shares = &belief.bodies[..BODIES.len()];
    let sum: f32 = shares.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    order(shares)
        .into_iter()
        .take(3)
        .map(|at| Body {
            key: BODIES[at],
            score: shares[at] / sum,
            words: belief.body_said[at].spans.iter().take(3).map(|(span, _)| text.written(span)).collect(),
        })
        .collect()
}

/// Numbers of the shares, the highest first.
fn order(shares: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]).then(a.cmp(&b)));
    order
}
