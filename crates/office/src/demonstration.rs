//! The demonstration bureau: Qingpu's organs and units, with made-up persons, by a fixed seed.

use jiff::civil::{Date, date};
use ledger::{Fault, Tx};
use serde::Deserialize;

use crate::Role;
use crate::change::{Change, NewPerson, record, record_person};

/// Who signs in to try the demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInAs {
    /// Sign-in name.
    pub login: String,
    /// Person.
    pub person: u32,
    /// What they are, `徐泾镇综合行政执法队 执法队员 沈砚`.
    pub who: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    bureau: BureauData,
    organ: Vec<OrganData>,
    series: std::collections::BTreeMap<String, String>,
    chain: Vec<ChainData>,
    place: Vec<PlaceData>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChainData {
    organs: Vec<String>,
    acts: Vec<law::acts::Kind>,
    roles: Vec<Role>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BureauData {
    name: String,
    short: String,
    place: String,
    review_authority: String,
    court: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganData {
    id: String,
    name: String,
    kind: String,
    short: String,
    address: String,
    units: Vec<UnitData>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitData {
    id: String,
    name: String,
    kind: String,
    officers: u32,
    #[serde(default)]
    reviewers: u32,
    #[serde(default)]
    legal: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceData {
    unit: String,
    names: Vec<String>,
}

const SINCE: Date = date(2021, 8, 1);

/// Records the demonstration bureau's standing order as of 2023 and returns who can sign in.
///
/// On 2024-11-21 exactly 320 certificates are valid, 44 in the district's units and 276 in the eleven squads; there are 16
/// legal officers, of whom 7 hold the legal qualification; every organ has two heads. `matters` are the codes put on every
/// organ's example power list.
///
/// # Errors
/// The database fails.
pub fn fill(tx: &mut Tx<'_>, matters: &[&str]) -> Result<Vec<SignInAs>, Fault> {
    fill_as(tx, &Shape::default(), matters)
}

/// How a demonstration bureau differs from Qingpu: its name, those of its streets and towns, and how many people it has.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shape {
    /// Full name of the bureau; empty: as Qingpu.
    pub name: String,
    /// Short name.
    pub short: String,
    /// The character or characters that its documents begin with.
    pub place: String,
    /// Who decides on reviews of its acts.
    pub review_authority: String,
    /// The court.
    pub court: String,
    /// The district or county, which precedes the names of streets and towns.
    pub district: String,
    /// Names of the eleven streets and towns, ending in 街道, 镇 or 乡.
    pub towns: Vec<String>,
    /// People of the departments of law and of case review together.
    pub legal_departments: u32,
    /// Certificates of the bureau itself, departments included.
    pub certificate_holders: u32,
    /// Legal officers of the whole system, the departments' reviewers included.
    pub legal_officers: u32,
    /// Of them, those who hold the legal qualification.
    pub public_lawyers: u32,
    /// People of every squad.
    pub squad: u32,
}

impl Default for Shape {
    fn default() -> Self {
        Shape {
            name: String::new(),
            short: String::new(),
            place: String::new(),
            review_authority: String::new(),
            court: String::new(),
            district: String::new(),
            towns: Vec::new(),
            legal_departments: 4,
            certificate_holders: 44,
            legal_officers: 16,
            public_lawyers: 7,
            squad: 25,
        }
    }
}

impl Shape {
    /// Why no bureau of this shape can be made up, if so.
    pub fn problem(&self) -> Option<String> {
        let fixed = 11 + self.legal_departments;
        match () {
            () if self.legal_departments < 2 => Some("people.legal_departments：法制科和案件审理科至少各一人".into()),
            () if self.certificate_holders < fixed + 8 => Some(format!(
                "people.certificate_holders：不少于 {}（科室 {fixed}，执法大队和机动中队各至少 4）",
                fixed + 8
            )),
            () if self.legal_officers < self.legal_departments + 11 => Some(format!(
                "people.legal_officers：不少于 {}（两科各人，各中队至少 1 人）",
                self.legal_departments + 11
            )),
            () if self.legal_officers > self.legal_departments + 11 * 5 => {
                Some(format!("people.legal_officers：不多于 {}（各中队至多 5 人）", self.legal_departments + 55))
            }
            () if self.public_lawyers < 1 || self.public_lawyers > self.legal_officers => {
                Some("people.public_lawyers：至少 1 人，不多于法制员人数".into())
            }
            () if self.squad < 11 => Some("squad：每个中队至少 11 人".into()),
            () if !self.towns.is_empty() && self.towns.len() != 11 => Some("towns：应写十一个街道、镇的名称".into()),
            () => None,
        }
    }

    /// Qingpu's data in this shape.
    fn shape(&self, data: &mut Data) {
        let set = |text: &mut String, own: &str| {
            if !own.is_empty() {
                own.clone_into(text);
            }
        };
        let qingpu = data.bureau.name.clone();
        set(&mut data.bureau.name, &self.name);
        set(&mut data.bureau.short, &self.short);
        set(&mut data.bureau.place, &self.place);
        set(&mut data.bureau.review_authority, &self.review_authority);
        set(&mut data.bureau.court, &self.court);
        let brigade = (self.certificate_holders - 11 - self.legal_departments).div_ceil(2);
        let mut squads = 0;
        for organ in &mut data.organ {
            if organ.name == qingpu {
                set(&mut organ.name, &self.name);
                set(&mut organ.address, &self.district);
                if !self.place.is_empty() {
                    organ.short = format!("{}城管", self.place);
                }
            } else if let Some(town) = self.towns.get(squads) {
                organ.rename(town, &self.district, &self.place);
            }
            for unit in &mut organ.units {
                match unit.id.as_str() {
                    "qp-law" => unit.officers = self.legal_departments.div_ceil(2),
                    "qp-cases" => unit.officers = self.legal_departments / 2,
                    "qp-brigade" => unit.officers = brigade,
                    "qp-mobile" => unit.officers = self.certificate_holders - 11 - self.legal_departments - brigade,
                    _ => {}
                }
                if unit.reviewers > 0 {
                    unit.reviewers = unit.officers;
                }
                if unit.kind == "squad" {
                    let legal = self.legal_officers - self.legal_departments;
                    // Xujing's, the largest, stands eighth.
                    let at = u32::try_from((squads + 4) % 11).unwrap_or_default();
                    unit.legal = legal / 11 + u32::from(at < legal % 11);
                    unit.officers = self.squad + unit.legal - 1;
                    squads += 1;
                }
            }
        }
        if !self.towns.is_empty() {
            for (n, place) in data.place.iter_mut().enumerate() {
                place.names = ROADS.iter().map(|road| format!("{road}{}", SIDES[n % SIDES.len()])).collect();
            }
        }
    }
}

/// Roads of a made-up town; with a side each, so that every town has names of its own.
const ROADS: [&str; 4] = ["人民", "解放", "建设", "文化"];
const SIDES: [&str; 11] = ["东路", "西路", "南路", "北路", "中路", "一路", "二路", "三路", "大街", "新街", "老街"];

impl OrganData {
    fn rename(&mut self, town: &str, district: &str, place: &str) {
        let street = town.ends_with("街道");
        self.kind = if street { "subdistrict" } else { "town" }.into();
        self.name = if street {
            format!("{district}人民政府{town}办事处")
        } else {
            format!("{district}{town}人民政府")
        };
        self.address = format!("{district}{town}（示例）");
        let first: String = town.chars().take(1).collect();
        self.short = format!("{place}{first}{}", if street { "街" } else { "府" });
        for unit in &mut self.units {
            unit.name = format!("{town}综合行政执法队");
        }
    }
}

/// [`fill`] for another shape.
///
/// # Errors
/// The database fails.
pub fn fill_as(tx: &mut Tx<'_>, shape: &Shape, matters: &[&str]) -> Result<Vec<SignInAs>, Fault> {
    let mut data = data()?;
    shape.shape(&mut data);
    let mut fill =
        Fill { names: Names::new(), next: 1, qualified: 0, lawyers: shape.public_lawyers, sign_ins: Vec::new() };
    let bureau = data.bureau;
    let change = Change::Bureau {
        name: bureau.name,
        short: bureau.short,
        place: bureau.place,
        review_authority: bureau.review_authority,
        court: bureau.court,
        demonstration: true,
    };
    record(tx, "init", SINCE, &change)?;
    for organ in &data.organ {
        fill.organ(tx, organ, &data.series, matters)?;
    }
    for place in &data.place {
        for (n, name) in place.names.iter().enumerate() {
            let change = Change::Place {
                id: format!("{}-{}", place.unit.trim_end_matches("-squad"), n + 1),
                name: name.clone(),
                aliases: Vec::new(),
                unit: place.unit.clone(),
                wgs84: None,
                raw: None,
            };
            record(tx, "init", SINCE, &change)?;
        }
    }
    Ok(fill.sign_ins)
}

/// Records the demonstration's chains of approval. Apart from [`fill`], so that a test may have a bureau without them.
///
/// # Errors
/// The database fails.
pub fn chains(tx: &mut Tx<'_>) -> Result<(), Fault> {
    let data = data()?;
    for organ in &data.organ {
        for chain in data.chain.iter().filter(|c| c.organs.contains(&organ.kind)) {
            for kind in &chain.acts {
                let change = Change::Chain {
                    organ: organ.id.clone(),
                    act: kind.code().into(),
                    roles: chain.roles.clone(),
                    one_person: false,
                };
                record(tx, "init", SINCE, &change)?;
            }
        }
    }
    Ok(())
}

fn data() -> Result<Data, Fault> {
    toml::from_str(include_str!("../data/qingpu.toml")).map_err(|e| Fault::Bug(e.to_string()))
}

struct Fill {
    names: Names,
    next: u32,
    qualified: u32,
    lawyers: u32,
    sign_ins: Vec<SignInAs>,
}

impl Fill {
    fn organ(
        &mut self,
        tx: &mut Tx<'_>,
        organ: &OrganData,
        series: &std::collections::BTreeMap<String, String>,
        matters: &[&str],
    ) -> Result<(), Fault> {
        let change = Change::Organ {
            id: organ.id.clone(),
            name: organ.name.clone(),
            seal: organ.name.clone(),
            kind: organ.kind.clone(),
            short: organ.short.clone(),
            bank: "示例银行青浦支行 罚没收入专户（示例），地址：青浦区公园路 1 号（示例）".into(),
            address: organ.address.clone(),
            phone: "021-0000 0000（示例）".into(),
        };
        record(tx, "init", SINCE, &change)?;
        for (document, word) in series {
            let change = Change::Series { organ: organ.id.clone(), document: document.clone(), word: word.clone() };
            record(tx, "init", SINCE, &change)?;
        }
        for matter in matters {
            let change = Change::Power {
                organ: organ.id.clone(),
                matter: (*matter).to_owned(),
                from: SINCE,
                to: None,
                basis: "行政处罚法第十八条、第二十四条；上海市下沉执法事项清单（示例）".into(),
                source: "示例".into(),
                confirmed: false,
            };
            record(tx, "init", SINCE, &change)?;
        }
        for unit in &organ.units {
            let change = Change::Unit {
                id: unit.id.clone(),
                organ: organ.id.clone(),
                name: unit.name.clone(),
                kind: unit.kind.clone(),
            };
            record(tx, "init", SINCE, &change)?;
        }
        let first = &organ.units[0];
        let posts = if organ.kind == "bureau" {
            ["局长", "副局长", "副局长"].as_slice()
        } else {
            &["主要负责人", "分管负责人"]
        };
        for (n, post) in posts.iter().enumerate() {
            let role = if n == 0 { Role::Head } else { Role::DeputyHead };
            let person = self.person(tx, first, post)?;
            self.role(tx, person, role, organ)?;
            self.sign_in(organ, first, role, person, n == 0);
        }
        for unit in &organ.units {
            self.unit(tx, organ, unit)?;
        }
        Ok(())
    }

    fn unit(&mut self, tx: &mut Tx<'_>, organ: &OrganData, unit: &UnitData) -> Result<(), Fault> {
        for n in 0..unit.officers {
            let leader = n == 0 && unit.kind != "department";
            let reviewer = n < unit.reviewers;
            let legal = n > 0 && n <= unit.legal;
            let post = match () {
                () if leader => "队长",
                () if reviewer || legal => "法制员",
                () => "执法队员",
            };
            let person = self.person(tx, unit, post)?;
            self.certificate(tx, person)?;
            let mut roles = Vec::new();
            if unit.kind != "department" {
                roles.push(Role::Officer);
            }
            if leader {
                roles.push(Role::SquadLeader);
            }
            if reviewer {
                roles.push(Role::LegalReviewer);
            }
            if legal {
                roles.push(Role::SquadLegalOfficer);
            }
            match (unit.id.as_str(), n) {
                ("qp-desk", _) => roles.push(Role::Desk),
                ("qp-supervision", _) => roles.push(Role::Supervision),
                ("qp-office", 0) => roles.push(Role::SystemAdministrator),
                ("qp-office", 1) => roles.push(Role::SecurityAdministrator),
                ("qp-office", 2) => roles.push(Role::AuditAdministrator),
                ("qp-office", 3) => roles.push(Role::Archive),
                _ => {}
            }
            for role in &roles {
                self.role(tx, person, *role, organ)?;
            }
            if reviewer || legal {
                self.qualification(tx, person)?;
            }
            if let Some(role) = roles.last() {
                let plain = n == unit.legal + 1;
                let first = n == 0 || (legal && n == 1) || plain || unit.id == "qp-office";
                self.sign_in(organ, unit, *role, person, first);
            }
        }
        // One in every unit's archive: a certificate that ran out, so that "valid on a day" and "ever issued" differ.
        let person = self.person(tx, unit, "已调离")?;
        let change = Change::Certificate {
            person,
            number: format!("旧沪A{person:06}"),
            from: date(2017, 6, 1),
            to: date(2022, 5, 31),
            published: true,
        };
        record(tx, "init", SINCE, &change)?;
        Ok(())
    }

    fn person(&mut self, tx: &mut Tx<'_>, unit: &UnitData, post: &str) -> Result<u32, Fault> {
        let id = self.next;
        self.next += 1;
        let person = NewPerson {
            id,
            name: self.names.next(),
            phone: Some(format!("1300000{id:04}")),
            unit: unit.id.clone(),
            post: post.into(),
            active: post != "已调离",
        };
        record_person(tx, "init", SINCE, &person)?;
        Ok(id)
    }

    fn certificate(&mut self, tx: &mut Tx<'_>, person: u32) -> Result<(), Fault> {
        // Renewed in the year of the demonstration for every ninth holder: two certificates, one valid on any day.
        let renewed = person.is_multiple_of(9);
        let (old_to, number) = (date(2024, 5, 31), format!("沪A{person:06}"));
        let from = date(2021, 8, 1);
        let change = Change::Certificate {
            person,
            number: number.clone(),
            from,
            to: if renewed { old_to } else { date(2026, 12, 31) },
            published: true,
        };
        record(tx, "init", SINCE, &change)?;
        if renewed {
            let change =
                Change::Certificate { person, number, from: date(2024, 6, 1), to: date(2029, 5, 31), published: true };
            record(tx, "init", SINCE, &change)?;
        }
        Ok(())
    }

    fn role(&mut self, tx: &mut Tx<'_>, person: u32, role: Role, organ: &OrganData) -> Result<(), Fault> {
        record(tx, "init", SINCE, &Change::Role { person, role, organ: organ.id.clone(), from: SINCE, to: None })?;
        Ok(())
    }

    /// The four reviewers of the district and three squad officers hold the legal qualification; the other nine have
    /// recorded review work from before 2018, which art. 58 asks only of those who begin.
    fn qualification(&mut self, tx: &mut Tx<'_>, person: u32) -> Result<(), Fault> {
        self.qualified += 1;
        let (kind, from, source) = if self.qualified <= self.lawyers {
            ("legal", date(2019, 3, 1), "法律职业资格证书（示例）")
        } else {
            ("reviewed_before_2018", date(2015, 1, 1), "2018 年前法制审核记录（示例）")
        };
        let change = Change::Qualification { person, kind: kind.into(), from, source: source.into() };
        record(tx, "init", SINCE, &change)?;
        if kind == "legal" {
            let (kind, source) = ("public_lawyer".into(), "公职律师工作证（示例）".into());
            record(tx, "init", SINCE, &Change::Qualification { person, kind, from: SINCE, source })?;
        }
        Ok(())
    }

    fn sign_in(&mut self, organ: &OrganData, unit: &UnitData, role: Role, person: u32, wanted: bool) {
        if !wanted {
            return;
        }
        let login = match role {
            Role::Officer => format!("{}-{person}", organ.id),
            role => format!(
                "{}-{}",
                if role == Role::LegalReviewer { &unit.id } else { &organ.id },
                role.code().replace('_', "-")
            ),
        };
        if self.sign_ins.iter().any(|s| s.login == login) {
            return;
        }
        let who = format!("{} {} {}", unit.name, role.label(), self.names.last);
        self.sign_ins.push(SignInAs { login, person, who });
    }
}

/// Made-up names: a common surname and two characters that are rarely names of public persons together; never twice.
struct Names {
    seed: u64,
    used: std::collections::BTreeSet<String>,
    last: String,
}

const SURNAMES: &str = "沈程顾陆祁贺谢周吴徐朱马胡郭何高林罗郑梁宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶魏苏吕丁任卢姚钟姜崔谭汪范廖石金贾夏付方邹熊白孟秦邱侯江尹薛闫段雷黎史龙陶毛郝崇卞安常";
const GIVEN: &str = "砚秋望舒知微景行安之怀瑾若谷清和以宁思齐明远书言子衿云舟北辰予安一诺嘉树南枝星野修远承泽景澄致远沐阳亦舒可久时雨守拙长庚青禾木槿松筠晏如";

impl Names {
    fn new() -> Self {
        Names { seed: 20_240_121, used: std::collections::BTreeSet::new(), last: String::new() }
    }

    fn pick(&mut self, from: &[char]) -> char {
        // Numerical Recipes' generator: any will do, as long as it is the same for ever.
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from[(self.seed >> 33) as usize % from.len()]
    }

    fn next(&mut self) -> String {
        let (surnames, given): (Vec<char>, Vec<char>) = (SURNAMES.chars().collect(), GIVEN.chars().collect());
        loop {
            let name: String = [self.pick(&surnames), self.pick(&given), self.pick(&given)].iter().collect();
            if self.used.insert(name.clone()) {
                self.last.clone_from(&name);
                return name;
            }
        }
    }
}
