//! A complaint as a row of characters: one normalised character for each written one, so that spans point into the text as it was written.

use std::ops::Range;

/// A character that belongs to no word: a masked place, a digit, a stop.
pub(crate) const GAP: char = '\u{0}';

/// What callers and call-takers say around the matter, and what therefore tells matters apart badly.
const FILLER: &[&str] = &[
    "市民来电反映",
    "市民来电",
    "市民反映",
    "来电反映",
    "来电人",
    "反映人",
    "业主反映",
    "群众反映",
    "您好",
    "你好",
    "要求处理",
    "希望处理",
    "请处理",
    "请有关部门",
    "相关部门",
    "有关部门",
    "希望有关部门",
    "要求回电",
    "并回电",
    "请核实",
    "尽快处理",
    "希望尽快",
    "麻烦",
    "谢谢",
    "投诉",
    "举报",
    "打过12345",
    "12345",
    "打过电话",
    "上次打过",
    "一直没人管",
    "没有人管",
    "没人管",
    "城管",
    "管一管",
    "管管",
    "请查处",
    "请查看",
];

/// A text ready for reading.
#[derive(Debug, Clone)]
pub struct Text {
    written: Vec<char>,
    plain: Vec<char>,
}

impl Text {
    /// Reads a text: full-width letters and digits become ordinary ones, Latin letters small, and no character is added or lost.
    pub fn new(text: &str) -> Self {
        let written: Vec<char> = text.chars().collect();
        let plain = written.iter().map(|&c| fold(c)).collect();
        Self { written, plain }
    }

    /// The normalised characters.
    pub fn chars(&self) -> &[char] {
        &self.plain
    }

    /// How many characters it has.
    pub fn len(&self) -> usize {
        self.plain.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty()
    }

    /// The words of a span as they were written.
    pub fn written(&self, span: &Range<usize>) -> String {
        self.written.get(span.clone()).unwrap_or_default().iter().collect()
    }

    /// The characters to learn from: places, digits, filler and everything that is not a word become gaps.
    /// A model that saw them would learn streets instead of matters.
    pub(crate) fn masked(&self, places: &[Range<usize>]) -> Vec<char> {
        let mut chars = self.plain.clone();
        for span in places {
            if let Some(part) = chars.get_mut(span.clone()) {
                part.fill(GAP);
            }
        }
        for filler in FILLER {
            let filler: Vec<char> = filler.chars().collect();
            let mut at = 0;
            while at + filler.len() <= chars.len() {
                if chars[at..at + filler.len()] == filler[..] {
                    chars[at..at + filler.len()].fill(GAP);
                    at += filler.len();
                } else {
                    at += 1;
                }
            }
        }
        for c in &mut chars {
            if !is_word(*c) {
                *c = GAP;
            }
        }
        chars
    }

    /// The sentences of the text: pieces between stops, commas joined until a piece has about a dozen characters.
    pub(crate) fn clauses(&self) -> Vec<Range<usize>> {
        let mut clauses = Vec::new();
        let mut start = 0;
        for (at, &c) in self.plain.iter().enumerate() {
            let hard = matches!(c, '。' | '！' | '？' | '；' | '\n' | '!' | '?' | ';');
            let soft = matches!(c, '，' | '、' | ',' | ' ' | '…') && at - start >= 12;
            if hard || soft {
                if at > start {
                    clauses.push(start..at);
                }
                start = at + 1;
            }
        }
        if start < self.plain.len() {
            clauses.push(start..self.plain.len());
        }
        clauses
    }
}

/// One character in its plain form.
pub(crate) fn fold(c: char) -> char {
    match c {
        '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            char::from_u32(c as u32 - 0xfee0).unwrap_or(c).to_ascii_lowercase()
        }
        _ => c.to_ascii_lowercase(),
    }
}

/// Whether a character can be part of a word: Han, or a Latin letter.
pub(crate) fn is_word(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}') || c.is_ascii_alphabetic()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_each_character_at_its_place() {
        let text = Text::new("ＡＢ路１２号");
        assert_eq!(text.chars(), ['a', 'b', '路', '1', '2', '号']);
        assert_eq!(text.written(&(0..3)), "ＡＢ路");
    }

    #[test]
    fn masks_places_digits_and_filler() {
        let text = Text::new("市民反映清荷路12号卖鱼");
        let place = 4..7;
        let masked = text.masked(std::slice::from_ref(&place));
        let left: String = masked.iter().filter(|&&c| c != GAP).collect();
        assert_eq!(left, "号卖鱼");
    }
}
