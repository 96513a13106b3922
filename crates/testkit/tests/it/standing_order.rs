//! A real bureau's standing order from sheets: organs, units, people, certificates, qualifications and power lists.

use jiff::civil::{Date, date};
use office::import::{Outcome, What, import};
use testkit::World;

const TODAY: Date = date(2024, 3, 4);

fn load(world: &World, what: &str, sheet: &str, skip_bad: bool) -> Outcome {
    let sheet = std::sync::Arc::new(office::sheet::read(sheet.as_bytes()).expect("a sheet"));
    let what = What::of(what).expect("a kind of sheet");
    world.ledger.act_blocking(move |tx| import(tx, what, &sheet, "import", TODAY, skip_bad)).expect("an outcome")
}

#[test]
fn a_new_town_acts_once_its_sheets_are_in_and_repeating_them_changes_nothing() {
    let world = World::new();
    let sheets = [
        (
            "organs",
            "代号,名称,类别,字号,银行,地址,电话\nlianhu,莲湖镇人民政府,镇,沪青莲府,\"示例银行 专户，地址：示例路 1 号\",示例路 2 号,021-00000000\n",
        ),
        ("units", "代号,名称,机关,类别\nlianhu-squad,莲湖镇综合行政执法队,莲湖镇人民政府,中队\n"),
        (
            "people",
            "姓名,部门,职务,角色\n沈望舒,莲湖镇综合行政执法队,队员,执法队员\n陆知白,莲湖镇综合行政执法队,法制员,中队法制员\n",
        ),
        (
            "certificates",
            "姓名,部门,证号,有效期自,有效期至,已公示\n沈望舒,莲湖镇综合行政执法队,31180999,2024-01-01,2028-12-31,是\n",
        ),
        (
            "qualifications",
            "姓名,部门,资格,取得日期,记载\n陆知白,莲湖镇综合行政执法队,法律职业资格,2015-06-01,证书复印件存人事科\n",
        ),
        ("powers", "机关,事项,自,依据,来源,已核对\nlianhu,A01,2022-12-01,沪府规示例,区政府网站,是\n"),
    ];
    for (what, sheet) in sheets {
        let done = load(&world, what, sheet, false);
        assert!(done.problems.is_empty() && done.recorded > 0, "{what}: {:?}", done.problems);
    }
    for (what, sheet) in sheets {
        let again = load(&world, what, sheet, false);
        assert_eq!((again.recorded, again.problems.len()), (0, 0), "{what} a second time");
    }
    let standings = world.casework.standings.clone();
    let (office, directory) = world
        .ledger
        .read_blocking(move |tx| Ok((standings.of(tx, "lianhu")?, standings.directory(tx)?)))
        .expect("the standing order");
    assert_eq!(office.powers.iter().map(|p| (p.matter.as_str(), p.confirmed)).collect::<Vec<_>>(), [("A01", true)]);
    let officers = directory.officers("lianhu-squad", TODAY);
    let [(officer, name)] = officers.as_slice() else { panic!("one certified officer: {officers:?}") };
    assert_eq!((name.as_str(), directory.certificate(*officer, TODAY)), ("沈望舒", Some("31180999")));
    assert_eq!(directory.certificate(*officer, date(2029, 1, 1)), None);
    let qualified = office.persons.values().filter(|p| p.legal_qualification == Some(date(2015, 6, 1))).count();
    assert_eq!(qualified, 1);
}

#[test]
fn a_bad_row_is_named_and_nothing_or_the_rest_is_imported() {
    let world = World::new();
    let sheet = "机关,事项,自,至,依据,来源\n徐泾镇,ZZ9,2024-01-01,,依据,来源\nxujing,A01,2024-13-01,,依据,来源\nxujing,C01,2024-02-01,2024-01-01,依据,来源\n\
                 xujing,L01,2024-01-01,,依据,来源\n";
    let none = load(&world, "powers", sheet, false);
    let named: Vec<(usize, &str)> = none.problems.iter().map(|(line, bad)| (*line, bad.field.as_str())).collect();
    assert_eq!(named, [(2, "事项"), (3, "自"), (4, "至")]);
    assert_eq!(none.recorded, 0);
    assert_eq!(load(&world, "powers", sheet, true).recorded, 1);
}
