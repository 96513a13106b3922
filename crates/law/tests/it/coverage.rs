//! The sixty-four invariants the platform has to hold, and where each is held.

use std::collections::BTreeSet;
use std::path::Path;

use law::rules::{rule, rules};

/// Where an invariant is held.
pub(crate) struct Held {
    /// Its number.
    pub(crate) no: u32,
    /// What it asks, in Chinese.
    pub(crate) text: &'static str,
    /// The rules that hold it.
    pub(crate) rules: &'static [&'static str],
    /// The clocks that run for it.
    pub(crate) clocks: &'static [&'static str],
    /// What else holds it: a type, a test of this crate named with backquotes, another crate.
    pub(crate) also: &'static str,
}

const fn held(
    no: u32,
    text: &'static str,
    rules: &'static [&'static str],
    clocks: &'static [&'static str],
    also: &'static str,
) -> Held {
    Held { no, text, rules, clocks, also }
}

/// All sixty-four.
pub(crate) const INVARIANTS: &[Held] = &[
    held(1, "两名以上持证执法人员", &["I1"], &[], ""),
    held(2, "权力清单覆盖事项和日期", &["I2a", "I2b"], &[], ""),
    held(
        3,
        "下沉的权力有公布的决定",
        &["I2a", "I2b"],
        &[],
        "a devolved power is a dated entry of the organ's own list with its decision as basis",
    ),
    held(4, "一案一机关", &["I4"], &[], ""),
    held(5, "结案以后不再调查", &["I5", "E2"], &[], ""),
    held(6, "先立案，九十日内决定", &["I6a", "I6b"], &["I6"], ""),
    held(7, "延长的批准和限度", &["I7"], &[], ""),
    held(8, "简易程序的限额", &["I8"], &[], ""),
    held(
        9,
        "当场交付、三日备案",
        &["I9a", "I9b", "I9c", "I9d", "I9e"],
        &["I9"],
        "the number of the form is allocated when it is issued",
    ),
    held(10, "决定的前提", &["I10a", "I10b", "I10c"], &[], ""),
    held(11, "五个工作日的申辩期", &["I11"], &["I11"], ""),
    held(12, "决定不超出告知", &["I12"], &[], ""),
    held(13, "不因申辩加重", &["I13a", "I13b"], &[], ""),
    held(14, "申辩逐件复核", &["I14a", "I14b", "I14c"], &[], ""),
    held(15, "听证权的告知", &["I15a", "I15b"], &[], ""),
    held(16, "申请听证的期限", &["I16"], &["I16"], ""),
    held(17, "按期申请的听证", &["I17a", "I17b", "I17c", "I17d"], &["I17"], ""),
    held(18, "听证七日前通知、公告", &["I18a", "I18b", "I18c"], &[], ""),
    held(19, "听证人员不是调查人员", &["I19a", "I19b"], &[], ""),
    held(20, "依据听证笔录决定", &["I20"], &[], ""),
    held(21, "法制审核", &["I21a", "I21b"], &[], ""),
    held(22, "应当审核的情形", &["I21b", "I22"], &[], "the predicate `review_due` of the review rules"),
    held(23, "集体讨论", &["I23a", "I23b"], &[], ""),
    held(24, "一个结果", &["I24"], &[], "the outcomes are kinds of act"),
    held(25, "决定书的内容", &["I25"], &[], "`remedies_are_those_of_the_law`"),
    held(26, "送达", &["I26a", "I26b", "I26c", "I26d"], &["I26", "I26p"], ""),
    held(27, "期限自送达起算", &[], &[], "`clocks_of_the_party_start_at_service_never_at_issue`"),
    held(28, "种类和幅度", &["I28a", "I28b", "I28c", "I28d", "I28e", "I28f", "I28g"], &[], ""),
    held(29, "适用的规定", &["I29", "D1", "D2"], &[], ""),
    held(30, "处罚时效", &["I30"], &["I30"], ""),
    held(31, "一事不再罚", &["I31"], &[], "several texts for one conduct: the corpus takes the higher fine"),
    held(32, "未成年人", &["I32a", "I32b", "I32c"], &[], ""),
    held(33, "无责任能力", &["I33"], &[], ""),
    held(34, "轻微不罚、首违不罚", &["I34", "I34b", "I34c"], &[], ""),
    held(35, "不罚要教育", &["I35"], &[], ""),
    held(36, "责令改正", &["I36", "I36b"], &["I36"], ""),
    held(
        37,
        "证据",
        &["I37a", "I37b", "I37c"],
        &[],
        "kinds of evidence are a closed list; files are stored by the digest of their bytes",
    ),
    held(38, "电子监控证据", &["I38"], &[], ""),
    held(39, "登记保存七个工作日", &["I39a", "I39b", "I39c"], &["I39"], ""),
    held(40, "查封扣押期限", &["I40a", "I40b", "I40c"], &["I40"], ""),
    held(41, "查封扣押的批准", &["I41a", "I41b", "I41c"], &["I41"], ""),
    held(42, "查封扣押的清单和现场", &["I42a", "I42b", "I42c"], &[], ""),
    held(43, "解除、返还和处置", &["I43a", "I43b", "I43c", "I43d", "I43e", "I43g"], &["I43", "I43u"], ""),
    held(44, "当场收缴的条件", &["I44"], &["I44"], ""),
    held(45, "票据和上缴", &["I45a", "I45b", "I45c", "I45d"], &["I45", "I45d"], ""),
    held(46, "加处罚款", &["I46a", "I46b", "I46c"], &[], "`the_surcharge_agrees_with_its_slow_twin`"),
    held(47, "夜间、节假日不执行", &["I47", "I47b"], &[], ""),
    held(48, "催告和强制执行决定", &["I48a", "I48b", "I48c", "I48d", "I48e"], &["I48"], ""),
    held(49, "代履行", &["I49a", "I49b", "I49c"], &["I49"], ""),
    held(50, "拆除违法建筑", &["I50a", "I50b", "I50c", "I50d", "I50e"], &["I50"], ""),
    held(51, "申请法院强制执行", &["I51a", "I51b", "I51c"], &["I51"], ""),
    held(52, "延期、复议诉讼期间", &["I52a", "I46a", "I48e", "I50e", "I51c"], &["I52"], ""),
    held(53, "涉嫌犯罪移送", &["I53a", "I53b", "I53c", "I53d"], &["I53", "I53t", "I53h"], ""),
    held(54, "公安不立案", &["I54a", "I54b", "I54c"], &["I54"], ""),
    held(55, "回避", &["I55a", "I55b", "I55c"], &[], ""),
    held(56, "公示和信用修复", &["I56a", "I56b", "I56c", "I56d", "I56e", "I56f"], &["I56", "I56x"], ""),
    held(57, "撤回公示", &["I57a", "I57b", "I57c", "I57d", "I57e"], &["I57"], ""),
    held(58, "复议答复、诉讼答辩", &["I58a", "I58b"], &["I58"], ""),
    held(59, "当场处罚复议前置", &["I59"], &[], "`remedies_are_those_of_the_law`"),
    held(60, "结案和归档", &["I60a", "I60b", "I60c", "I60d", "A1"], &["I60"], ""),
    held(61, "记录不可更改、不倒签", &["I61"], &[], "the hash chain of the journal"),
    held(62, "日历变动重算期限", &[], &[], "`a_changed_calendar_moves_clocks_and_keeps_both_values`"),
    held(
        63,
        "审核人员比例和年度统计",
        &[],
        &[],
        "of the bureau, not of a case: `reviewers_are_five_in_a_hundred_and_figures_due_in_january`",
    ),
    held(64, "不设罚没指标", &[], &[], "`nothing_counts_fines_per_officer`"),
];

fn tests() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("the tests are there") {
        let path = entry.expect("readable").path();
        if path.extension().is_some_and(|ext| ext == "rs") {
            text += &std::fs::read_to_string(path).expect("readable");
        }
    }
    text
}

#[test]
fn every_invariant_is_held_somewhere() {
    let tests = tests();
    let mut named = BTreeSet::new();
    for (at, held) in INVARIANTS.iter().enumerate() {
        assert_eq!(held.no as usize, at + 1);
        for id in held.rules {
            assert!(rule(id).is_some(), "I{}: {id}", held.no);
            named.insert(*id);
        }
        assert!(!held.rules.is_empty() || !held.also.is_empty(), "I{}", held.no);
        for name in held.also.split('`').skip(1).step_by(2).filter(|name| *name != "review_due") {
            assert!(tests.contains(&format!("fn {name}()")), "I{}: {name}", held.no);
        }
    }
    assert_eq!(INVARIANTS.len(), 64);
    let numbered = |id: &str| id.starts_with('I') && id[1..].starts_with(|c: char| c.is_ascii_digit());
    let left: Vec<&str> = rules().iter().map(|rule| rule.id).filter(|id| numbered(id) && !named.contains(id)).collect();
    assert_eq!(left, Vec::<&str>::new(), "numbered rules no invariant names");
}

/// Every clock of the code is one the list above or a short list of others names.
#[test]
fn every_clock_has_its_invariant() {
    let others = ["Z15", "R60", "R6M"];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/clocks.rs");
    let text = std::fs::read_to_string(path).expect("there");
    let known: BTreeSet<&str> = INVARIANTS.iter().flat_map(|held| held.clocks).copied().chain(others).collect();
    let mut found = BTreeSet::new();
    for part in text.split("Name(").skip(1) {
        if let Some(id) = part.split('"').nth(1).filter(|_| part.trim_start().starts_with('"')) {
            found.insert(id);
        }
    }
    assert_eq!(found, known, "left: the code; right: the lists");
}

/// I64: no act asks for a target, and no text of the workspace keeps one (处罚法74).
#[test]
fn nothing_counts_fines_per_officer() {
    for kind in law::acts::Kind::ALL {
        for field in kind.fields() {
            let words = ["指标", "排名", "考核"];
            assert!(!words.iter().any(|word| field.label.contains(word)), "{} {}", kind.label(), field.label);
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut open = vec![root.join("crates")];
    let mut read = 0;
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ext| ext == "sql" || ext == "toml" || ext == "html") {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                let words = ["罚没指标", "罚款指标", "罚款排名", "fine_target", "fine_quota"];
                assert!(!words.iter().any(|word| text.contains(word)), "{}", path.display());
                read += 1;
            }
        }
    }
    assert!(read > 20, "{read} files");
}
