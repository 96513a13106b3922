//! Bad data stops the build with file, line and what to do.

use law::corpus::Corpus;

use crate::corpus::{STATUTE, YEAR, version, with_matter};

const EXAMPLE: &str =
    "\n[[version.example]]\nparty = \"person\"\namount = \"100元\"\nfits = true\nwhy = \"下限在内\"\n";

fn good() -> String {
    let fine = ("100元", "1,000元", "with", "[\"fine\"]");
    format!("code = \"X01\"\nname = \"测试\"\n\n{}{EXAMPLE}", version("2020-01-01", None, fine))
}

fn tiers() -> String {
    "matter = \"X01\"\nedition = \"示例基准\"\nexample = true\n\n[[set]]\nfrom = \"2020-01-01\"\n\n[[set.tier]]\nname = \"较轻\"\nwhen = \"小\"\n\
     min = \"100元\"\nmax = \"400元\"\n\n[[set.tier]]\nname = \"一般\"\nwhen = \"中\"\nusual = true\nmin = \"400元\"\nmax = \"1,000元\"\n\n\
     [[factor]]\nid = \"first\"\nname = \"初次违法\"\neffect = \"noted\"\n"
        .to_owned()
}

fn parse(matter: &str, tiers: &str) -> Result<Corpus, law::corpus::CorpusError> {
    Corpus::parse(&[
        ("statutes/fine.toml", STATUTE),
        ("matters/X01.toml", matter),
        ("tiers/X01.toml", tiers),
        ("calendars/2030.toml", YEAR),
    ])
}

/// The number of the first line of a text that holds a sign.
fn line(text: &str, sign: &str) -> usize {
    text.lines().position(|line| line.contains(sign)).map(|at| at + 1).unwrap_or_else(|| panic!("{sign}"))
}

#[test]
fn a_matter_that_is_wrong_says_where_and_what_to_do() {
    assert!(with_matter(&good()).is_ok());
    // What is found, what is put, the sign of the line at fault, what the message tells.
    for (find, put, sign, told) in [
        ("order = \"with\"", "order = \"with\"\ncolour = 1", "colour", "不认识的键“colour”，请删去或者改为"),
        ("order = \"with\"", "order = \"maybe\"", "maybe", "不认识的值“maybe”，请改为"),
        ("subject = \"any\"\n", "", "[[version]]", "缺少键“subject”，请补上"),
        ("min = \"100元\"", "min = \"一百\"", "一百", "请写成 12000"),
        ("article = \"20\"", "article = \"999\"", "999", "第999条"),
        ("statute = \"fine\"", "statute = \"none\"", "none", "所引法规“none”在 statutes 中没有"),
        ("article = \"20\"", "article = \"?\"", "[[version]]", "不能写成 verified"),
        ("fits = true", "fits = false", "[[version.example]]", "请改数额或者改 fits"),
        ("amount = \"100元\"", "amount = \"99元\"", "[[version.example]]", "低于法定下限100元"),
        ("order = \"with\"", "order = \"first\"", "[[version]]", "recheck = true"),
        ("fine_person.range", "fine_person.per", "fine_person.per", "unit"),
        ("from = \"2020-01-01\"", "from = \"2020-01-01\"\nto = \"2019-12-31\"", "[[version]]", "to 在 from 之前"),
        ("from = \"2020-01-01\"", "from = \"2020-13-01\"", "2020-13-01", "日期应写成"),
        ("code = \"X01\"", "code = \"X02\"", "X02", "请改成一致"),
    ] {
        let text = good().replacen(find, put, 1);
        assert_ne!(text, good(), "{find}");
        let error = with_matter(&text).map(|_| ()).expect_err(told);
        assert_eq!((error.file.as_str(), error.line), ("matters/X01.toml", Some(line(&text, sign))), "{error}");
        assert!(error.message.contains(told), "{error}");
        assert!(error.to_string().contains(&format!("matters/X01.toml 第{}行有误：", line(&text, sign))), "{error}");
    }
}

#[test]
fn the_second_of_two_is_named_by_its_own_line() {
    let fine = ("100元", "1,000元", "with", "[\"fine\"]");
    let twice = format!("{}\n{}", good(), version("2021-01-01", None, fine));
    let second = twice.rfind("[[version]]").map(|at| twice[..at].lines().count() + 1);
    let error = with_matter(&twice).map(|_| ()).expect_err("overlap");
    assert_eq!(error.line, second, "{error}");
    assert!(error.message.contains("重叠") && error.message.contains("to 应早于"), "{error}");
    let wrong = format!("{}{}", good(), EXAMPLE.replace("100元", "2,000元"));
    let error = with_matter(&wrong).map(|_| ()).expect_err("example");
    let last = wrong.rfind("[[version.example]]").map(|at| wrong[..at].lines().count() + 1);
    assert_eq!(error.line, last, "{error}");
    assert!(error.message.contains("下限在内"), "{error}");
}

#[test]
fn formulas_circumstances_and_conflicts_are_checked() {
    let branch = |text: &str| {
        let branch = format!("\n[[version.branch]]\n{text}\n");
        good().replacen(EXAMPLE, &format!("{branch}{EXAMPLE}"), 1)
    };
    let fine = |text: &str| {
        good().replacen("fine_person.range = { min = \"100元\", max = \"1,000元\" }", &format!("fine_person.{text}"), 1)
    };
    let serious = "id = \"serious\"\nwhen = \"serious\"\ntext = \"情节严重\"\n";
    assert!(with_matter(&branch(serious)).is_ok());
    for (text, told) in [
        (fine("per = { unit = [], min = \"1元\", max = \"2元\" }"), "unit"),
        (fine("per = { unit = [\"cost\"], min = \"1元\", max = \"2元\" }"), "不能是金额"),
        (fine("per = { unit = [\"area\", \"area\"], min = \"1元\", max = \"2元\" }"), "重复"),
        (fine("per = { unit = [\"further_days\"], min = \"1元\", max = \"2元\" }"), "不能是金额"),
        (fine("share = { of = \"original_fine\", min = \"1%\", max = \"2%\" }"), "须是金额"),
        (fine("per = { unit = [\"metres\"], min = \"1元\", max = \"2元\" }"), "metres"),
        (fine("share = { of = \"area\", min = \"1%\", max = \"2%\" }"), "须是金额"),
        (fine("share = { of = \"cost\", min = \"3%\", max = \"2%\" }"), "下限高于上限"),
        (fine("share = { of = \"cost\", min = \"三\", max = \"2%\" }"), "不是比例"),
        (fine("share = { of = \"cost\", min = \"1%\", max = \"2%\", floor = \"9元\", cap = \"8元\" }"), "floor"),
        (fine("range = { min = \"0元\", max = \"0元\" }"), "上限是零"),
        (branch(&format!("{serious}sorts = [\"gains\"]")), "本版本没有的种类"),
        (branch("id = \"no\"\nwhen = \"refused\"\ntext = \"拒不改正\""), "recheck = true"),
        (branch("id = \"no\"\nwhen = \"facts\"\ntext = \" \""), "没有写明"),
        (branch(&format!("{serious}\n[[version.branch]]\n{serious}")), "id 重复"),
        (branch(&format!("{serious}[[version.conflict]]\nmatter = \"Y01\"\ntext = \"不同\"")), "冲突的事项“Y01”"),
        (branch(&format!("{serious}[[version.conflict]]\nmatter = \"X01\"\ntext = \"不同\"")), "冲突的事项“X01”"),
    ] {
        let error = with_matter(&text).map(|_| ()).expect_err(told);
        assert!(error.line.is_some() && error.message.contains(told), "{error}");
    }
}

#[test]
fn tiers_with_a_gap_or_an_overlap_are_refused() {
    assert!(parse(&good(), &tiers()).is_ok());
    for (find, put, told) in [
        ("min = \"400元\"", "min = \"500元\"", "空档"),
        ("min = \"400元\"", "min = \"300元\"", "重叠"),
        ("min = \"100元\"", "min = \"200元\"", "空档"),
        ("min = \"100元\"", "min = \"50元\"", "重叠"),
        ("max = \"1,000元\"", "max = \"900元\"", "空档"),
        ("max = \"1,000元\"", "max = \"1,100元\"", "高于法定上限"),
        ("max = \"400元\"", "max = \"四百\"", "请写成"),
        ("usual = true\n", "", "有且只有一个通常档次"),
        ("from = \"2020-01-01\"", "from = \"2021-01-01\"", "没有2021-01-01起的版本"),
        ("from = \"2020-01-01\"", "from = \"2020-01-01\"\nbranch = \"no\"", "没有“no”这一情形"),
        ("example = true", "example = false", "示例"),
        ("matter = \"X01\"", "matter = \"X02\"", "请改成一致"),
        ("effect = \"noted\"", "effect = \"noted\"\ntogether = [\"second\"]", "second"),
        ("effect = \"noted\"", "effect = \"harsh\"", "不认识的值“harsh”"),
        ("name = \"较轻\"", "nam = \"较轻\"", "不认识的键“nam”"),
    ] {
        let text = tiers().replacen(find, put, 1);
        assert_ne!(text, tiers(), "{find}");
        let error = parse(&good(), &text).map(|_| ()).expect_err(told);
        assert_eq!(error.file, "tiers/X01.toml");
        assert!(error.line.is_some() && error.message.contains(told), "{error}");
    }
    let gap = tiers().replacen("min = \"400元\"", "min = \"500元\"", 1);
    let second = gap.rfind("[[set.tier]]").map(|at| gap[..at].lines().count() + 1);
    assert_eq!(parse(&good(), &gap).map(|_| ()).expect_err("gap").line, second);
    let stray = tiers().replace("X01", "X02");
    let files = [("statutes/fine.toml", STATUTE), ("tiers/X02.toml", stray.as_str()), ("calendars/2030.toml", YEAR)];
    let error = Corpus::parse(&files).map(|_| ()).expect_err("no matter");
    assert!(error.message.contains("事项“X02”在 matters 中没有"), "{error}");
}

#[test]
fn a_statute_that_is_wrong_says_where() {
    for (find, put, sign, told) in [
        ("\"20\" =", "\"第20条\" =", "第20条", "应写成"),
        ("不得如此。", " ", "\"20\"", "没有摘要"),
        ("source = \"测试\"", "source = \" \"", "source", "来源"),
        ("level = \"law\"", "level = \"rule\"", "level", "不认识的值“rule”"),
        ("id = \"fine\"", "id = \"other\"", "id =", "请改成一致"),
        ("from = \"2020-01-01\"", "from = \"2020-01-01\"\nto = \"2019-01-01\"", "to =", "to 在 from 之前"),
    ] {
        let text = STATUTE.replacen(find, put, 1);
        let error = Corpus::parse(&[("statutes/fine.toml", text.as_str())]).map(|_| ()).expect_err(told);
        assert_eq!(error.line, Some(line(&text, sign)), "{error}");
        assert!(error.message.contains(told), "{error}");
    }
}
