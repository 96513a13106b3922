//! The trained part: which matters, and which other body, a text speaks of.

use std::ops::Range;

use crate::catalogue::Catalogue;
use crate::concepts::Concepts;
use crate::features::{self, Features, Rarity};
use crate::lesson::{BODIES, CORRECTION, Core, Lesson, balance, body_number, wanted, wanted_bodies};
use crate::linear::{Chance, Linear};
use crate::text::Text;
use crate::words::{self, Said, Words};
use crate::{Trouble, data};

/// How far the words decide beside the model, from 0 to 1.
const WORDS_SHARE: f32 = 0.3;
/// How far a single sentence decides beside the whole text, from 0 to 1.
const CLAUSE_SHARE: f32 = 0.3;
/// What a later sentence counts for, as a share of the one before: callers begin with what brought them.
const LATER: f32 = 0.85;
/// How much the first entry of the keyword table stands out over the next.
const SHARPNESS: f32 = 1.5;
/// How far a near-identical corrected text decides, from 0 to 1.
const NEAR_SHARE: f32 = 0.5;
/// A corrected text counts as near from this cosine.
const NEAR: f32 = 0.4;
/// Rounds over the sentences when training.
const ROUNDS: usize = 9;
/// Step of AdaGrad.
const RATE: f32 = 0.35;
/// Everything learnt.
#[derive(Debug, Clone)]
pub(crate) struct Mind {
    concepts: Concepts,
    matter_words: Words,
    body_words: Words,
    rarity: Rarity,
    matters: Linear,
    bodies: Linear,
    near: Vec<Near>,
    codes: usize,
}

#[derive(Debug, Clone)]
struct Near {
    values: Vec<(u32, f32)>,
    matters: Vec<usize>,
    bodies: Vec<usize>,
}

/// Belief about a text: shares by matter (in the order of the catalogue's codes) and by body (`BODIES`, then ours).
#[derive(Debug, Clone)]
pub(crate) struct Belief {
    pub(crate) matters: Vec<f32>,
    pub(crate) bodies: Vec<f32>,
    pub(crate) said: Vec<Said>,
    pub(crate) body_said: Vec<Said>,
    pub(crate) features: Features,
    /// The highest share of each matter in any single sentence of the text.
    pub(crate) clauses: Vec<f32>,
    /// Whether the keyword table and the model name the same matter first.
    pub(crate) agreed: bool,
}

struct Seen {
    features: Features,
    said: Vec<Said>,
    body_said: Vec<Said>,
}

impl Mind {
    /// Learns from sentences. The same sentences give the same mind on every machine.
    ///
    /// # Errors
    /// When the committed tables do not fit together or a sentence names an unknown code.
    pub(crate) fn train(catalogue: &Catalogue, concepts: &Concepts, cores: &[Core]) -> Result<Self, Trouble> {
        let (matter_lines, body_lines) = words::read(data::WORDS)?;
        let bodies: Vec<String> = BODIES.iter().map(|&b| b.to_owned()).collect();
        let mut mind = Self {
            concepts: concepts.clone(),
            matter_words: Words::new(&matter_lines, catalogue.codes(), concepts)?,
            body_words: Words::new(&body_lines, &bodies, concepts)?,
            rarity: Rarity::default(),
            matters: Linear::new(catalogue.codes().len()),
            bodies: Linear::new(BODIES.len() + 1),
            near: Vec::new(),
            codes: catalogue.codes().len(),
        };
        let mut raw = Vec::new();
        for core in cores {
            let text = Text::new(&core.text);
            let masked = text.masked(&[]);
            let features = mind.see(&masked).features;
            mind.rarity.count(&features);
            let (matters, bodies) = (wanted(catalogue, core)?, wanted_bodies(core)?);
            if let Some(features) = mind.telling(&text, &masked, matters.as_deref()) {
                raw.push(Lesson { features, matters: matters.clone(), bodies: bodies.clone() });
            }
            raw.push(Lesson { features, matters, bodies });
        }
        let mut lessons: Vec<Lesson> = Vec::new();
        for mut lesson in raw {
            mind.rarity.weigh(&mut lesson.features);
            mind.rarity.leave_out_lonely(&mut lesson.features);
            lessons.push(lesson);
        }
        balance(&mut lessons, mind.codes);
        let mut chance = Chance::new(20_241_121);
        let mut order: Vec<usize> = (0..lessons.len()).collect();
        for _ in 0..ROUNDS {
            chance.shuffle(&mut order);
            for &at in &order {
                let lesson = &lessons[at];
                if let Some(wanted) = &lesson.matters {
                    mind.matters.learn(&lesson.features, wanted, RATE);
                }
                mind.bodies.learn(&lesson.features, &lesson.bodies, RATE);
            }
        }
        Ok(mind)
    }

    fn see(&self, chars: &[char]) -> Seen {
        let said = self.matter_words.say(chars, self.codes);
        let body_said = self.body_words.say(chars, BODIES.len());
        Seen { features: features::read(chars, &self.concepts, &said, &body_said), said, body_said }
    }

    /// What it believes of a text whose places are known.
    pub(crate) fn believe(&self, text: &Text, places: &[Range<usize>]) -> Belief {
        let masked = text.masked(places);
        let whole = self.part(&masked);
        let mut belief = Belief {
            matters: whole.matters,
            bodies: whole.bodies,
            said: whole.seen.said,
            body_said: whole.seen.body_said,
            features: whole.seen.features,
            clauses: vec![0.0; self.codes],
            agreed: whole.agreed,
        };
        let clauses = text.clauses();
        if clauses.len() > 1 {
            let mut bodies = vec![0.0_f32; BODIES.len() + 1];
            let mut heard = 0;
            for clause in clauses {
                let mut part = self.part(&masked[clause]);
                // A sentence without a word of the table (“上周打过一次”) believes in anything: it has no say.
                if part.silent {
                    continue;
                }
                for share in &mut part.matters {
                    *share *= LATER.powi(heard);
                }
                heard += 1;
                raise(&mut belief.clauses, &part.matters);
                raise(&mut bodies, &part.bodies);
            }
            if heard > 0 {
                mix(&mut belief.matters, &belief.clauses, CLAUSE_SHARE);
                mix(&mut belief.bodies, &bodies, CLAUSE_SHARE);
            }
        } else {
            belief.clauses.clone_from(&belief.matters);
        }
        self.remember(&mut belief);
        belief
    }

    fn part(&self, chars: &[char]) -> Part {
        let mut seen = self.see(chars);
        self.rarity.weigh(&mut seen.features);
        let mut matters = self.matters.shares(&seen.features);
        let mut bodies = self.bodies.shares(&seen.features);
        let agreed = top(&matters).is_some_and(|at| {
            seen.said[at].score > 0.0 && top(&seen.said.iter().map(|s| s.score).collect::<Vec<_>>()) == Some(at)
        });
        let silent = seen.said.iter().chain(&seen.body_said).all(|s| s.score == 0.0);
        blend(&mut matters, &seen.said);
        blend_bodies(&mut bodies, &seen.body_said, &seen.said);
        Part { matters, bodies, silent, agreed, seen }
    }

    /// Lets the nearest corrected texts speak.
    fn remember(&self, belief: &mut Belief) {
        let mut matters = vec![0.0_f32; self.codes];
        let mut bodies = vec![0.0_f32; BODIES.len() + 1];
        let mut best = 0.0_f32;
        for near in &self.near {
            let cosine = belief.features.cosine(&near.values);
            if cosine >= NEAR {
                best = best.max(cosine);
                for &matter in &near.matters {
                    matters[matter] += cosine * cosine;
                }
                for &body in &near.bodies {
                    bodies[body] += cosine * cosine;
                }
            }
        }
        if best > 0.0 {
            if mend(&mut matters) {
                mix(&mut belief.matters, &matters, NEAR_SHARE * best);
            }
            if mend(&mut bodies) {
                mix(&mut belief.bodies, &bodies, NEAR_SHARE * best);
            }
        }
    }

    /// Learns a correction at once: three steps of the model, and the text itself to be remembered.
    ///
    /// # Errors
    /// When the correction names an unknown code or body.
    pub(crate) fn correct(
        &mut self,
        catalogue: &Catalogue,
        text: &Text,
        places: &[Range<usize>],
        core: &Core,
    ) -> Result<(), Trouble> {
        let matters = wanted(catalogue, core)?;
        let bodies = wanted_bodies(core)?;
        let masked = text.masked(places);
        let mut seen = self.see(&masked);
        self.rarity.weigh(&mut seen.features);
        let mut told = self.telling(text, &masked, matters.as_deref());
        if let Some(told) = &mut told {
            self.rarity.weigh(told);
        }
        for _ in 0..CORRECTION {
            if let Some(wanted) = &matters {
                self.matters.learn(&seen.features, wanted, RATE);
                if let Some(told) = &told {
                    self.matters.learn(told, wanted, RATE);
                }
            }
            self.bodies.learn(&seen.features, &bodies, RATE);
        }
        self.keep(catalogue, seen.features.values, core);
        Ok(())
    }

    /// The features of the sentence for which the keyword table speaks most for the wanted matters: a long text tells the model less about
    /// them than that sentence does. None when the text is one sentence, or no sentence speaks.
    fn telling(&self, text: &Text, masked: &[char], wanted: Option<&[f32]>) -> Option<Features> {
        let wanted = wanted?;
        let clauses = text.clauses();
        if clauses.len() < 2 {
            return None;
        }
        let mut best: Option<(f32, Features)> = None;
        for clause in clauses {
            let seen = self.see(&masked[clause]);
            let speaks = seen.said.iter().zip(wanted).map(|(s, w)| s.score * w).sum::<f32>();
            if speaks > best.as_ref().map_or(0.0, |(most, _)| *most) {
                best = Some((speaks, seen.features));
            }
        }
        best.map(|(_, features)| features)
    }

    /// Remembers a corrected text without a step of the model.
    pub(crate) fn keep_text(&mut self, catalogue: &Catalogue, text: &Text, places: &[Range<usize>], core: &Core) {
        let mut seen = self.see(&text.masked(places));
        self.rarity.weigh(&mut seen.features);
        self.keep(catalogue, seen.features.values, core);
    }

    fn keep(&mut self, catalogue: &Catalogue, values: Vec<(u32, f32)>, core: &Core) {
        self.near.push(Near {
            values,
            matters: core.matters.iter().filter_map(|code| catalogue.number(code)).collect(),
            bodies: core.body.iter().filter_map(|b| body_number(b)).collect(),
        });
    }

    /// The words that decided for a matter: entries of the keyword table and the heaviest features of the model, as spans of the text.
    pub(crate) fn reasons(&self, belief: &Belief, matter: usize) -> Vec<(Range<usize>, f32)> {
        let mut spans: Vec<(Range<usize>, f32)> = belief.said[matter].spans.clone();
        for (name, weight) in self.matters.reasons(&belief.features, matter).into_iter().take(8) {
            if let Some(span) = belief.features.span(name).filter(|s| s.len() > 1) {
                spans.push((span, weight));
            }
        }
        join(spans)
    }

    /// How many features the models have learnt from.
    pub(crate) fn size(&self) -> usize {
        self.matters.features() + self.bodies.features()
    }
}

struct Part {
    matters: Vec<f32>,
    bodies: Vec<f32>,
    silent: bool,
    agreed: bool,
    seen: Seen,
}

fn blend(shares: &mut [f32], said: &[Said]) {
    let sum: f32 = said.iter().map(|s| s.score.powf(SHARPNESS)).sum();
    if sum > 0.0 {
        let table: Vec<f32> = said.iter().map(|s| s.score.powf(SHARPNESS) / sum).collect();
        mix(shares, &table, WORDS_SHARE);
    }
}

fn blend_bodies(shares: &mut [f32], said: &[Said], ours: &[Said]) {
    let best = ours.iter().map(|s| s.score).fold(0.0, f32::max);
    let sum: f32 = said.iter().map(|s| s.score.powf(SHARPNESS)).sum::<f32>() + best.powf(SHARPNESS);
    if sum > 0.0 {
        let mut table: Vec<f32> = said.iter().map(|s| s.score.powf(SHARPNESS) / sum).collect();
        table.push(best.powf(SHARPNESS) / sum);
        mix(shares, &table, WORDS_SHARE);
    }
}

/// The number of the highest share; the first of equals.
fn top(shares: &[f32]) -> Option<usize> {
    (0..shares.len()).rev().max_by(|&a, &b| shares[a].total_cmp(&shares[b]))
}

fn mix(shares: &mut [f32], others: &[f32], part: f32) {
    for (share, other) in shares.iter_mut().zip(others) {
        *share = *share * (1.0 - part) + other * part;
    }
}

fn raise(highest: &mut [f32], shares: &[f32]) {
    for (high, share) in highest.iter_mut().zip(shares) {
        *high = high.max(*share);
    }
}

/// Brings shares to a sum of one; false when there is nothing to bring.
fn mend(shares: &mut [f32]) -> bool {
    let sum: f32 = shares.iter().sum();
    if sum > 0.0 {
        for share in shares {
            *share /= sum;
        }
    }
    sum > 0.0
}

/// Joins spans that touch and sorts them by weight.
fn join(mut spans: Vec<(Range<usize>, f32)>) -> Vec<(Range<usize>, f32)> {
    spans.sort_by_key(|(span, _)| (span.start, span.end));
    let mut joined: Vec<(Range<usize>, f32)> = Vec::new();
    for (span, weight) in spans {
        match joined.last_mut() {
            Some((last, sum)) if span.start < last.end => {
                last.end = last.end.max(span.end);
                *sum = sum.max(weight);
            }
            _ => joined.push((span, weight)),
        }
    }
    joined.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.start.cmp(&b.0.start)));
    joined
}
