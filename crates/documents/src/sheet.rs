//! Reading a set page back: its text, and the characters no font had.

use std::collections::BTreeSet;

use typst::introspection::Tag;
use typst::layout::{Abs, Frame, FrameItem};
use typst::model::HeadingElem;

/// Depth of the foot of the page, where page number and code stand.
const FOOT_MM: f64 = 35.0;

/// What was set.
#[derive(Default)]
pub(crate) struct Sheets {
    body: String,
    foot: String,
    /// Characters that no font has a glyph for.
    pub(crate) holes: BTreeSet<String>,
    /// How many headings begin on the pages.
    pub(crate) headings: usize,
}

impl Sheets {
    /// Adds a page. Body and foot are kept apart, so that a sentence running over the page is not cut by the page number.
    pub(crate) fn page(&mut self, frame: &Frame) {
        let foot = frame.height() - Abs::mm(FOOT_MM);
        self.walk(frame, Abs::zero(), foot);
        self.foot.push('\n');
    }

    /// The text: the body of all pages, then their feet.
    pub(crate) fn text(&self) -> String {
        format!("{}\n{}", self.body, self.foot)
    }

    fn walk(&mut self, frame: &Frame, top: Abs, foot: Abs) {
        for (at, item) in frame.items() {
            let y = top + at.y;
            match item {
                FrameItem::Group(group) => self.walk(&group.frame, y + group.transform.ty, foot),
                FrameItem::Text(run) => {
                    let out = if y > foot { &mut self.foot } else { &mut self.body };
                    out.push_str(&run.text);
                    for glyph in run.glyphs.iter().filter(|glyph| glyph.id == 0) {
                        self.holes.extend(run.text.get(glyph.range()).map(str::to_owned));
                    }
                }
                FrameItem::Tag(Tag::Start(element, _)) if element.is::<HeadingElem>() => self.headings += 1,
                _ => {}
            }
        }
    }
}
