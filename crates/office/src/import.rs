//! Importing organs, units, people, certificates, qualifications, power lists, chains of approval and places from a sheet: every problem named by row and column; all or none, or
//! without the bad rows, as the user chooses. A row that changes nothing records nothing.

use jiff::civil::Date;
use law::acts::{Entries, Kind};
use law::corpus::Corpus;
use ledger::{Fault, Tx};

use crate::change::{Change, NewPerson, next_person, record, record_person};
use crate::places::{self, Place};
use crate::sheet::{Row, Sheet, day};
use crate::{BadInput, Role};

/// What a sheet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// 人员
    People,
    /// 部门
    Units,
    /// 执法证
    Certificates,
    /// 地点
    Places,
    /// 审批
    Chains,
    /// 机关
    Organs,
    /// 权力清单
    Powers,
    /// 资格
    Qualifications,
}

impl What {
    /// Every kind with the word the command line knows it by, in the order in which a new bureau imports them.
    pub const ALL: [(&str, What); 8] = [
        ("organs", What::Organs),
        ("units", What::Units),
        ("people", What::People),
        ("certificates", What::Certificates),
        ("qualifications", What::Qualifications),
        ("powers", What::Powers),
        ("chains", What::Chains),
        ("places", What::Places),
    ];

    /// The kind of this word.
    pub fn of(word: &str) -> Option<What> {
        What::ALL.iter().find(|(known, _)| *known == word).map(|(_, what)| *what)
    }
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Rows recorded.
    pub recorded: usize,
    /// Rows that were here already, unchanged.
    pub known: usize,
    /// Problems: row and what is wrong.
    pub problems: Vec<(usize, BadInput)>,
}

/// Imports a sheet inside a transaction. With `skip_bad` false and a problem, nothing is recorded.
///
/// # Errors
/// The database fails.
pub fn import(
    tx: &mut Tx<'_>,
    what: What,
    sheet: &Sheet,
    actor: &str,
    today: Date,
    skip_bad: bool,
) -> Result<Outcome, Fault> {
    let known = Known::read(tx)?;
    let (mut outcome, mut good) = (Outcome::default(), Vec::new());
    for row in &sheet.rows {
        match parse(what, row, &known) {
            Ok(parsed) => good.push(parsed),
            Err(bad) => outcome.problems.push((row.line, bad)),
        }
    }
    if !outcome.problems.is_empty() && !skip_bad {
        return Ok(outcome);
    }
    for parsed in good {
        match parsed {
            Parsed::Person { name, phone, unit, post, roles } => {
                if known.persons.iter().any(|p| p.1 == name && p.2 == unit) {
                    outcome.known += 1;
                    continue;
                }
                let id = next_person(tx)?;
                let organ = known.units.iter().find(|u| u.id == unit).map(|u| u.organ.clone()).unwrap_or_default();
                record_person(tx, actor, today, &NewPerson { id, name, phone, unit, post, active: true })?;
                for role in roles {
                    record(
                        tx,
                        actor,
                        today,
                        &Change::Role { person: id, role, organ: organ.clone(), from: today, to: None },
                    )?;
                }
            }
            Parsed::Place(place) => {
                if known.places.get(&place.id) == Some(&place) {
                    outcome.known += 1;
                    continue;
                }
                places::record(tx, actor, today, &place)?;
            }
            Parsed::Change(change) => {
                if known.has(&change) {
                    outcome.known += 1;
                    continue;
                }
                record(tx, actor, today, &change)?;
            }
        }
        outcome.recorded += 1;
    }
    Ok(outcome)
}

enum Parsed {
    Person { name: String, phone: Option<String>, unit: String, post: String, roles: Vec<Role> },
    Change(Change),
    Place(Box<Place>),
}

/// What is there already.
struct Known {
    organs: Vec<crate::read::Organ>,
    units: Vec<crate::read::Unit>,
    persons: Vec<(u32, String, String)>,
    places: std::collections::BTreeMap<String, Place>,
    certificates: Vec<(String, u32, String, String)>,
    chains: Vec<(String, String, String, bool)>,
    powers: Vec<(String, String, String, Option<String>, bool)>,
    qualifications: Vec<(u32, String, String)>,
}

impl Known {
    fn read(tx: &mut Tx<'_>) -> Result<Known, Fault> {
        let bureau = tx.bureau().to_owned();
        let persons = crate::read::persons(tx, None, 100_000)?.into_iter().map(|p| (p.id, p.name, p.unit)).collect();
        let certificates = tx.rows(
            "SELECT number, person, from_day, to_day FROM certificates WHERE bureau = $1 ORDER BY number LIMIT 100000",
            &[bureau.as_str().into()],
            |row| Ok((row.text(0), u32::try_from(row.int(1)).unwrap_or_default(), row.text(2), row.text(3))),
        )?;
        let chains = tx.rows(
            "SELECT organ, act, roles, one_person FROM chains WHERE bureau = $1 ORDER BY organ, act LIMIT 100000",
            &[bureau.as_str().into()],
            |row| Ok((row.text(0), row.text(1), row.text(2), row.int(3) == 1)),
        )?;
        let powers = tx.rows(
            "SELECT organ, matter, from_day, to_day, confirmed FROM powers WHERE bureau = $1 ORDER BY organ, matter, from_day LIMIT 100000",
            &[bureau.as_str().into()],
            |row| Ok((row.text(0), row.text(1), row.text(2), row.opt_text(3), row.int(4) == 1)),
        )?;
        let qualifications = tx.rows(
            "SELECT person, kind, from_day FROM qualifications WHERE bureau = $1 ORDER BY person, kind LIMIT 100000",
            &[bureau.as_str().into()],
            |row| Ok((u32::try_from(row.int(0)).unwrap_or_default(), row.text(1), row.text(2))),
        )?;
        Ok(Known {
            organs: crate::read::organs(tx)?,
            units: crate::read::units(tx)?,
            persons,
            places: places::all(tx)?,
            certificates,
            chains,
            powers,
            qualifications,
        })
    }

    fn has(&self, change: &Change) -> bool {
        match change {
            Change::Unit { id, organ, name, .. } => {
                self.units.iter().any(|u| &u.id == id && &u.organ == organ && &u.name == name)
            }
            Change::Certificate { person, number, from, to, .. } => self
                .certificates
                .iter()
                .any(|c| &c.0 == number && c.1 == *person && c.2 == from.to_string() && c.3 == to.to_string()),
            Change::Chain { organ, act, roles, one_person } => {
                let roles = roles.iter().map(|r| r.code()).collect::<Vec<_>>().join(" ");
                self.chains.iter().any(|c| &c.0 == organ && &c.1 == act && c.2 == roles && c.3 == *one_person)
            }
            Change::Organ { id, name, seal, short, bank, address, phone, .. } => {
                let new = [name, seal, short, bank, address, phone];
                let same = |o: &&crate::read::Organ| [&o.name, &o.seal, &o.short, &o.bank, &o.address, &o.phone] == new;
                self.organs.iter().find(|o| &o.id == id).is_some_and(|o| same(&o))
            }
            Change::Power { organ, matter, from, to, confirmed, .. } => self.powers.iter().any(|p| {
                let to = to.map(|day| day.to_string());
                &p.0 == organ && &p.1 == matter && p.2 == from.to_string() && p.3 == to && p.4 == *confirmed
            }),
            Change::Qualification { person, kind, from, .. } => {
                self.qualifications.iter().any(|q| q.0 == *person && &q.1 == kind && q.2 == from.to_string())
            }
            _ => false,
        }
    }

    /// The one person of this name in this unit.
    fn person(&self, row: &Row) -> Result<u32, BadInput> {
        let name = row.need(&["姓名"])?;
        let unit = self.unit(row)?;
        let holders: Vec<u32> = self.persons.iter().filter(|p| p.1 == name && p.2 == unit).map(|p| p.0).collect();
        match holders.as_slice() {
            [person] => Ok(*person),
            [] => Err(BadInput::new("姓名", "没有这个人，请先导入人员")),
            _ => Err(BadInput::new("姓名", "同一部门有同名的人，请在页面上逐个登记")),
        }
    }

    fn organ(&self, row: &Row) -> Result<String, BadInput> {
        let text = row.need(&["机关"])?;
        let found = self.organs.iter().find(|o| o.id == text || o.name == text);
        found.map(|o| o.id.clone()).ok_or_else(|| BadInput::new("机关", format!("没有“{text}”")))
    }

    fn unit(&self, row: &Row) -> Result<String, BadInput> {
        let text = row.need(&["部门", "单位", "中队"])?;
        let found = self.units.iter().find(|u| u.id == text || u.name == text);
        found.map(|u| u.id.clone()).ok_or_else(|| BadInput::new("部门", format!("没有“{text}”，请先导入部门")))
    }
}

fn parse(what: What, row: &Row, known: &Known) -> Result<Parsed, BadInput> {
    let text = |names: &[&str]| row.get(names).unwrap_or_default().to_owned();
    Ok(match what {
        What::People => {
            let roles = roles(&text(&["角色"]))?;
            Parsed::Person {
                name: row.need(&["姓名"])?.to_owned(),
                phone: row.get(&["电话"]).map(str::to_owned),
                unit: known.unit(row)?,
                post: text(&["职务"]),
                roles,
            }
        }
        What::Units => {
            let organ = known.organ(row)?;
            let kind = match row.get(&["类别"]).unwrap_or("部门") {
                "部门" | "department" => "department",
                "大队" | "brigade" => "brigade",
                "机动中队" | "squadron" => "squadron",
                "中队" | "squad" => "squad",
                other => {
                    return Err(BadInput::new("类别", format!("不认识“{other}”，可以填 部门、大队、机动中队、中队")));
                }
            };
            Parsed::Change(Change::Unit {
                id: row.need(&["代号"])?.to_owned(),
                organ,
                name: row.need(&["名称"])?.to_owned(),
                kind: kind.into(),
            })
        }
        What::Certificates => {
            let person = known.person(row)?;
            let (from, to) = (date(row, "有效期自")?, date(row, "有效期至")?);
            if to < from {
                return Err(BadInput::new("有效期至", "早于有效期自"));
            }
            let published = row.get(&["已公示"]).is_some_and(|t| t == "是");
            Parsed::Change(Change::Certificate {
                person, number: row.need(&["证号"])?.to_owned(), from, to, published
            })
        }
        What::Places => Parsed::Place(Box::new(Place {
            id: row.need(&["代号"])?.to_owned(),
            name: row.need(&["名称"])?.to_owned(),
            kind: "place".into(),
            aliases: text(&["别名"]).split('、').filter(|a| !a.is_empty()).map(str::to_owned).collect(),
            unit: Some(known.unit(row)?),
            raw: row.get(&["坐标"]).map(str::to_owned),
            ..Place::default()
        })),
        What::Chains => {
            let act = row.need(&["办理"])?;
            let kind = Kind::from_label(act).or_else(|| Kind::from_code(act));
            let kind = kind.ok_or_else(|| BadInput::new("办理", format!("没有“{act}”这种办理")))?;
            // A row without roles takes the chain away.
            let roles = roles(&text(&["角色"]))?;
            if let Some(role) = roles.iter().find(|r| r.signs().is_empty()) {
                return Err(BadInput::new("角色", format!("“{}”不参与审批", role.label())));
            }
            if kind.entries() == Entries::Reported || matches!(kind, Kind::ClueRegistered | Kind::OnSpotPenalty) {
                return Err(BadInput::new("办理", format!("“{act}”不经审批：已经发生的事和现场办理的事直接登记")));
            }
            if kind.field("reviewer").is_some() || kind.field("heads").is_some() {
                return Err(BadInput::new("办理", format!("“{act}”由写明的人自己办理，不能由他人签字办理")));
            }
            let decides = kind.field("head").is_some() || kind.field("approvers").is_some();
            if decides && roles.last().is_some_and(|last| !matches!(last, Role::Head | Role::DeputyHead)) {
                return Err(BadInput::new("角色", format!("“{act}”由负责人决定，最后一步应当是负责人或者副职负责人")));
            }
            let one_person = row.get(&["可由一人"]).is_some_and(|t| t == "是");
            Parsed::Change(Change::Chain { organ: known.organ(row)?, act: kind.code().into(), roles, one_person })
        }
        What::Organs => {
            let kind = match row.get(&["类别"]).unwrap_or("镇") {
                "区局" | "bureau" => "bureau",
                "街道" | "subdistrict" => "subdistrict",
                "镇" | "town" => "town",
                other => return Err(BadInput::new("类别", format!("不认识“{other}”，可以填 区局、街道、镇"))),
            };
            let name = row.need(&["名称"])?.to_owned();
            let seal = row.get(&["印章"]).map_or_else(|| name.clone(), str::to_owned);
            Parsed::Change(Change::Organ {
                id: row.need(&["代号"])?.to_owned(),
                name,
                seal,
                kind: kind.into(),
                short: row.need(&["字号"])?.to_owned(),
                bank: row.need(&["银行"])?.to_owned(),
                address: row.need(&["地址"])?.to_owned(),
                phone: row.need(&["电话"])?.to_owned(),
            })
        }
        What::Powers => {
            let text = row.need(&["事项"])?;
            let matter = Corpus::builtin().matters().find(|m| m.code == text || m.name == text);
            let matter = matter.ok_or_else(|| BadInput::new("事项", format!("没有“{text}”，请填事项代码")))?;
            let from = date(row, "自")?;
            let to = row.get(&["至"]).map(|_| date(row, "至")).transpose()?;
            if to.is_some_and(|to| to < from) {
                return Err(BadInput::new("至", "早于“自”"));
            }
            Parsed::Change(Change::Power {
                organ: known.organ(row)?,
                matter: matter.code.clone(),
                from,
                to,
                basis: row.need(&["依据"])?.to_owned(),
                source: row.need(&["来源"])?.to_owned(),
                confirmed: row.get(&["已核对"]).is_some_and(|t| t == "是"),
            })
        }
        What::Qualifications => {
            let kind = match row.need(&["资格"])? {
                "法律职业资格" | "legal" => "legal",
                "2018年以前从事审核" | "reviewed_before_2018" => "reviewed_before_2018",
                "公职律师执业资格" | "public_lawyer" => "public_lawyer",
                other => {
                    let why = format!("不认识“{other}”，可以填 法律职业资格、2018年以前从事审核、公职律师执业资格");
                    return Err(BadInput::new("资格", why));
                }
            };
            Parsed::Change(Change::Qualification {
                person: known.person(row)?,
                kind: kind.into(),
                from: date(row, "取得日期")?,
                source: row.need(&["记载"])?.to_owned(),
            })
        }
    })
}

/// The day in a column that must be filled.
fn date(row: &Row, column: &'static str) -> Result<Date, BadInput> {
    let text = row.need(&[column])?;
    day(text).ok_or_else(|| BadInput::new(column, format!("“{text}”不是日期，应写成 2024-03-05")))
}

/// The roles of a cell, in order.
fn roles(text: &str) -> Result<Vec<Role>, BadInput> {
    text.split(['、', '，', ',', ' '])
        .filter(|r| !r.is_empty())
        .map(|r| Role::parse(r).ok_or_else(|| BadInput::new("角色", format!("不认识“{r}”"))))
        .collect()
}
