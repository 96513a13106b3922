//! Filling the demonstration bureau: the standing order, tickets, and cases through the same write path as people use.
//!
//! Everything is made up by a fixed seed. Acts are performed in the order of their days across all cases, with the clock set to
//! each day, so that the journal reads as a year would.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use casework::drive::{self, Matter, Step, Team};
use casework::{Casework, Error};
use intake::Intake;
use jiff::civil::{Date, date};
use law::acts::Kind;
use office::account;
use office::demonstration::SignInAs;

use crate::Place;
use crate::bureau::{Bureau, write_private};
use crate::clock::ten;
use crate::command::init::password;
use crate::command::{fault, runtime};

/// Matters on every organ's example power list.
const MATTERS: &[&str] =
    &["A01", "A02", "A04", "A07", "B14", "C01", "C02", "C07", "C08", "C09", "D08", "D13", "F04", "J01", "J02", "J05"];

/// Where the demonstration's sign-ins are written.
pub(crate) fn sign_ins(data: &Path) -> PathBuf {
    data.join("sign-ins.txt")
}

/// Fills a new data folder.
pub(crate) fn fill(place: &Place) -> Result<(), String> {
    let until = place.today.unwrap_or(date(2024, 11, 21));
    let now = Arc::new(AtomicI64::new(ten(date(2024, 1, 2))));
    let clock = now.clone();
    let bureau = Bureau::open_with(place, Arc::new(move || clock.fetch_add(700, Ordering::SeqCst)))?;
    let people = bureau.ledger.act_blocking(|tx| office::demonstration::fill(tx, MATTERS)).map_err(fault)?;
    bureau.ledger.act_blocking(office::demonstration::chains).map_err(fault)?;
    accounts(&bureau, place, people)?;
    let (key, origin, ledger) = (bureau.key()?, bureau.origin(), bureau.ledger.clone());
    runtime()?.block_on(async move { ledger.checkpoint(&key, &origin).await }).map_err(fault)?;
    let cases = plans(&bureau)?;
    let done = perform(&bureau, &now, cases, complaints(), until)?;
    let who = registers::Who { login: "init".into(), today: until };
    let kept = registers::demonstration::fill(&bureau.registers, &who).map_err(|e| format!("演示台账：{e:?}"))?;
    tracing::info!("{done} acts performed, {kept} records of registers");
    Ok(())
}

/// One password for all of them, random, written beside the data and nowhere else.
fn accounts(bureau: &Bureau, place: &Place, people: Vec<SignInAs>) -> Result<(), String> {
    let password = password()?;
    let hash = account::hash(&password).map_err(|e| e.to_string())?;
    let mut text = format!("密码（全部账号相同）：{password}\n\n");
    for person in &people {
        text.push_str(&format!("{:<34}{}\n", person.login, person.who));
    }
    bureau
        .ledger
        .act_blocking(move |tx| {
            for person in &people {
                account::set(tx, "init", date(2024, 1, 2), &person.login, person.person, &hash)?;
            }
            Ok(())
        })
        .map_err(fault)?;
    write_private(&sign_ins(&place.data), &text)
}

/// A case to be led: its steps, and how many of them are performed.
struct Plan {
    team: Team,
    steps: Vec<Step>,
    case: Option<i64>,
    at: usize,
}

fn perform(
    bureau: &Bureau,
    now: &AtomicI64,
    mut cases: Vec<Plan>,
    mut complaints: Vec<Complaint>,
    until: Date,
) -> Result<usize, String> {
    let runtime = runtime()?;
    let mut done = 0;
    loop {
        let of_case = |(n, plan): (usize, &Plan)| Some((plan.steps.get(plan.at)?.day, 1, n));
        let of_complaint = |(n, c): (usize, &Complaint)| Some((c.days.get(c.at).copied()?, 0, n));
        let next = cases
            .iter()
            .enumerate()
            .filter_map(of_case)
            .chain(complaints.iter().enumerate().filter_map(of_complaint))
            .min();
        let Some((day, which, n)) = next.filter(|(day, ..)| *day <= until) else {
            waiting(&bureau.casework, &cases, until)?;
            return Ok(done);
        };
        now.fetch_max(ten(day), Ordering::SeqCst);
        if which == 0 {
            runtime.block_on(complaints[n].step(&bureau.intake, day)).map_err(|e| format!("演示诉求（{day}）：{e}"))?;
        } else {
            step(&bureau.casework, &mut cases[n])?;
        }
        done += 1;
    }
}

fn step(own: &Casework, plan: &mut Plan) -> Result<(), String> {
    let step = &plan.steps[plan.at];
    match drive::perform(own, &plan.team, plan.case, None, step) {
        Ok(committed) => plan.case = Some(committed.case),
        Err(Error::Fault(why)) => return Err(fault(why)),
        Err(why) => return Err(format!("演示案件第 {} 步“{}”（{}）：{why}", plan.at + 1, step.kind.label(), step.day)),
    }
    plan.at += 1;
    Ok(())
}

/// Cases that would be closed in the next days are submitted for it today; the squad leader has signed every second one, so that
/// both sides of an approval are to be seen.
fn waiting(own: &Casework, cases: &[Plan], today: Date) -> Result<(), String> {
    let ripe = |plan: &&Plan| plan.steps.get(plan.at).is_some_and(|s| s.kind == Kind::Closed && s.day > today);
    for (n, plan) in cases.iter().filter(ripe).enumerate() {
        let Some(case) = plan.case else { continue };
        let step = Step { day: today, ..plan.steps[plan.at].clone() };
        let said = |why: Error| format!("演示审批（第 {case} 号案）：{why}");
        let approval = drive::submit(own, &plan.team, case, &step).map_err(said)?;
        if n % 2 == 1 {
            drive::sign(own, &plan.team, approval, &step).map_err(said)?;
        }
    }
    Ok(())
}

/// A complaint and the days of what is done with it: received and assigned, contacted, answered, closed, called back.
struct Complaint {
    n: usize,
    ticket: i64,
    days: Vec<Date>,
    at: usize,
}

/// Complaints over the year; the last ones are still open when the demonstration begins.
fn complaints() -> Vec<Complaint> {
    let mut day = date(2024, 1, 8);
    (0..108)
        .map(|n| {
            let received = day;
            day = workday(day, 2);
            let mut days = vec![received, workday(received, 1)];
            // Only those of the last weeks are still unanswered on the demonstration's day.
            if n % 6 != 5 || received < date(2024, 11, 11) {
                days.push(workday(received, 3));
                days.push(workday(received, 4));
            }
            if n % 3 == 0 {
                days.push(workday(received, 6));
            }
            Complaint { n, ticket: 0, days, at: 0 }
        })
        .collect()
}

impl Complaint {
    async fn step(&mut self, intake: &Intake, day: Date) -> Result<(), intake::Error> {
        let (kind, place, text) = intake::example::TEXTS[self.n % intake::example::TEXTS.len()];
        let who = intake::Who { login: "qp-desk".into(), person: 1, today: day };
        let note = |text: &str| Some(text.to_owned());
        match self.at {
            0 => {
                let channels =
                    [intake::Channel::Hotline12345, intake::Channel::Hotline12345, intake::Channel::Hotline12345];
                let others = [
                    intake::Channel::Hotline12319,
                    intake::Channel::Wechat,
                    intake::Channel::Call,
                    intake::Channel::Visit,
                    intake::Channel::Platform,
                ];
                let channel = if self.n % 4 == 3 {
                    others[(self.n / 4) % others.len()]
                } else {
                    channels[self.n % channels.len()]
                };
                let new = intake::NewTicket {
                    source: channel.code().into(),
                    order_no: format!("{}{:05}", day.strftime("%Y%m%d"), self.n + 1),
                    channel,
                    kind: intake::Kind::parse(kind).unwrap_or(intake::Kind::Help),
                    received: day.at(9, i8::try_from(self.n % 60).unwrap_or(0), 0, 0),
                    address: place.into(),
                    content: text.into(),
                    caller: intake::Caller {
                        name: Some(format!("{}女士", SURNAMES[self.n % SURNAMES.len()])),
                        phone: Some(format!("1380002{:04}", self.n)),
                    },
                    confidential: self.n.is_multiple_of(4),
                    urgent: self.n.is_multiple_of(9),
                };
                self.ticket = intake.receive(who, new).await?;
            }
            1 => {
                let unit = self.unit(place);
                intake
                    .perform(
                        who.clone(),
                        self.ticket,
                        None,
                        intake::Act::Assigned { unit, note: None },
                        note("请到场核实并联系诉求人。"),
                    )
                    .await?;
                let contacted = intake::Act::Contacted { reached: true, note: String::new() };
                intake.perform(who, self.ticket, None, contacted, note("已电话联系，说明处理安排。")).await?;
            }
            2 => {
                let answered = intake::Act::Answered { solved: self.n % 5 != 2, note: String::new() };
                intake.perform(who, self.ticket, None, answered, note("已到场处理，结果已告知诉求人。")).await?;
            }
            3 => intake.perform(who, self.ticket, None, intake::Act::Closed {}, None).await?,
            _ => {
                let asked = intake::Act::CalledBack { solved: self.n % 5 != 2, satisfied: self.n % 7 != 3 };
                intake.perform(who, self.ticket, None, asked, None).await?;
            }
        }
        self.at += 1;
        Ok(())
    }

    /// The squad of the town or sub-district that the place names.
    fn unit(&self, place: &str) -> String {
        let names = [
            ("夏阳", "xiayang"),
            ("盈浦", "yingpu"),
            ("香花桥", "xianghuaqiao"),
            ("朱家角", "zhujiajiao"),
            ("练塘", "liantang"),
            ("金泽", "jinze"),
            ("赵巷", "zhaoxiang"),
            ("徐泾", "xujing"),
            ("华新", "huaxin"),
            ("重固", "chonggu"),
            ("白鹤", "baihe"),
        ];
        let found = names.iter().find(|(name, _)| place.starts_with(name)).map_or("xujing", |(_, id)| id);
        format!("{found}-squad")
    }
}

const PLACES: &[(&str, &str)] = &[
    ("xujing", "徐泾镇明珠路（示例地点）"),
    ("zhaoxiang", "赵巷镇嘉松中路（示例地点）"),
    ("xiayang", "夏阳街道青湖路（示例地点）"),
    ("yingpu", "盈浦街道盈港路（示例地点）"),
    ("xianghuaqiao", "香花桥街道新桥路（示例地点）"),
    ("zhujiajiao", "朱家角镇珠溪路（示例地点）"),
    ("huaxin", "华新镇华志路（示例地点）"),
    ("baihe", "白鹤镇鹤祥路（示例地点）"),
];

/// Matter, who, fine in fen, facts. The amounts lie in the ranges of the corpus; the rulebook would refuse others.
const ON_SPOT: &[(&str, bool, i64, &str)] = &[
    ("A01", true, 10_000, "在人行道上设摊出售水果，占道约三平方米。"),
    ("A02", true, 20_000, "在店外人行道堆放纸箱和货架，影响通行。"),
    ("A04", true, 10_000, "在公交站牌上张贴招租广告三张。"),
    ("J01", true, 5_000, "从二楼窗户拉线至楼下为电动自行车充电。"),
    ("A02", false, 50_000, "沿街门店将建材堆放在盲道上，约四平方米。"),
    ("A04", true, 0, "初次在电线杆上张贴寻物启事一张，当场清除。"),
];

const ORDINARY: &[(&str, bool, i64, bool, &str)] = &[
    ("C01", false, 2_000_000, false, "工地未取得建筑垃圾处置证，将渣土交由运输企业外运两车。"),
    ("C02", false, 1_200_000, false, "运输车辆承运未取得处置证工地的建筑垃圾一车。"),
    ("C09", false, 400_000, false, "将装修垃圾倾倒在路边绿化带旁，约两立方米。"),
    ("D08", false, 1_200_000, false, "未取得夜间施工证明，二十三时仍在浇筑混凝土。"),
    ("C01", false, 6_000_000, true, "未取得处置证，连续三晚外运渣土二十余车。"),
    ("C09", true, 500_000, true, "雇用无资质车辆将装修垃圾抛撒在河道堤岸，约十立方米。"),
    ("A02", false, 100_000, false, "占用人行道堆放脚手架钢管，经责令改正后清理。"),
];

/// What the demonstration shows: closed cases, cases in every step, on the days before its "today".
fn plans(bureau: &Bureau) -> Result<Vec<Plan>, String> {
    let mut plans = Vec::new();
    let mut day = date(2024, 3, 4);
    for n in 0..96_usize {
        let (organ, place) = PLACES[n % PLACES.len()];
        let team = team(bureau, organ, n)?;
        let steps = if n % 3 == 0 {
            // Charging from a window is a matter of its own only since the ordinance of June.
            let usable: Vec<_> = ON_SPOT.iter().filter(|m| m.0 != "J01" || day >= date(2024, 6, 1)).collect();
            let (code, person, fine, facts) = *usable[(n / 3) % usable.len()];
            drive::on_spot(&team, &matter(code, person, fine, facts, place, day, n), workday)
        } else {
            let (code, person, fine, major, facts) = ORDINARY[n % ORDINARY.len()];
            drive::ordinary(&team, &matter(code, person, fine, facts, place, day, n), major, workday)
        };
        plans.push(Plan { team, steps, case: None, at: 0 });
        // More of them in the last weeks, so that every step of a case is to be seen on the demonstration's day.
        let pause = if day >= date(2024, 10, 14) { i32::from(n % 2 == 0) } else { 2 + i32::from(n % 2 == 0) };
        day = workday(day, pause);
    }
    Ok(plans)
}

const SURNAMES: &[&str] = &["罗", "贺", "祁", "乔", "阮", "庄", "柯", "翁", "詹", "裘"];
const GIVEN: &[&str] = &["砚舟", "知微", "望川", "若谷", "怀远", "云起", "静姝", "明彻", "立言", "亦然"];
const TRADES: &[&str] =
    &["澄岳建设工程", "云槎物流", "沐川装饰", "栖禾餐饮", "岚山商贸", "同筑劳务", "栎社市政", "禾木便利"];

fn matter(code: &str, person: bool, fine: i64, facts: &str, place: &str, day: Date, n: usize) -> Matter {
    let party = if person {
        casework::Identity {
            person: true,
            name: format!("{}{}", SURNAMES[n % SURNAMES.len()], GIVEN[(n / 2) % GIVEN.len()]),
            id_number: Some(format!("3101180000000{n:05}")),
            address: Some(place.into()),
            phone: Some(format!("1300001{n:04}")),
            representative: None,
        }
    } else {
        casework::Identity {
            person: false,
            name: format!("上海{}有限公司（虚构{}）", TRADES[n % TRADES.len()], n + 1),
            id_number: Some(format!("91310118MA0000{n:04}")),
            address: Some(place.into()),
            phone: Some(format!("021-0000{n:04}")),
            representative: Some(format!("{}{}", SURNAMES[(n / 3) % SURNAMES.len()], GIVEN[n % GIVEN.len()])),
        }
    };
    Matter { code: code.into(), day, place: place.into(), facts: facts.into(), party, fine }
}

/// Two officers of the squad, another pair for every case, so that no reviewer investigates.
fn team(bureau: &Bureau, organ: &str, n: usize) -> Result<Team, String> {
    let organ = organ.to_owned();
    let team = bureau
        .ledger
        .read_blocking(move |tx| {
            let units = office::read::units(tx)?;
            let Some(unit) = units.into_iter().find(|u| u.organ == organ && u.kind == "squad") else { return Ok(None) };
            let officers: Vec<u32> = office::read::persons(tx, Some(&unit.id), 100)?
                .iter()
                .filter(|p| p.post == "执法队员")
                .map(|p| p.id)
                .collect();
            let holders = office::read::holders(tx, date(2024, 1, 2))?;
            let heads = holders
                .iter()
                .filter(|h| h.3 == organ && matches!(h.2, office::Role::Head | office::Role::DeputyHead))
                .map(|h| h.0)
                .collect();
            let reviewer = holders.iter().find(|h| h.2 == office::Role::LegalReviewer).map_or(0, |h| h.0);
            let pair = (n * 2) % (officers.len() - 1);
            Ok(Some(Team { organ, unit: unit.id, officers: [officers[pair], officers[pair + 1]], heads, reviewer }))
        })
        .map_err(fault)?;
    team.ok_or_else(|| "演示单位里没有这个中队".into())
}

/// The `n`th workday after a day.
fn workday(day: Date, n: i32) -> Date {
    let calendar = law::corpus::Corpus::builtin().calendar();
    let mut day = day;
    for _ in 0..n {
        day = day.tomorrow().unwrap_or(day);
        while !calendar.is_workday(day) {
            day = day.tomorrow().unwrap_or(day);
        }
    }
    day
}
