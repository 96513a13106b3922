//! The registers of the year: what is counted is made here, what is told stands in `data/records.toml`.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use registers::{Set, Written, WrittenEntry};
use serde::Deserialize;

use crate::cast::Cast;
use crate::days::{ACTION, Dice, actions, after, opening, plus, workdays};
use crate::parties;
use crate::plan::Plan;
use crate::targets::{Group, Procedure, Targets};

/// A record and how it came to be: each day on which it was written, and what it was then.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) versions: Vec<(Date, Written)>,
    /// Others refer to it.
    pub(crate) early: bool,
}

type Row = BTreeMap<String, String>;

fn row<const N: usize>(fields: [(&str, String); N]) -> Row {
    fields.into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k.to_owned(), v)).collect()
}

fn record<const N: usize>(register: &str, fields: [(&str, String); N]) -> Written {
    let fields = row(fields).into_iter().map(|(k, v)| (k, WrittenEntry::Text(v))).collect();
    Written { register: register.into(), fields }
}

fn with(mut written: Written, lines: &str, rows: Vec<Row>) -> Written {
    written.fields.insert(lines.into(), WrittenEntry::Lines(rows));
    written
}

struct Maker<'a> {
    targets: &'a Targets,
    cast: &'a Cast,
    plans: &'a [Plan],
    set: &'static Set,
    records: Vec<Record>,
    dice: Dice,
    opening: Date,
    until: Date,
    end: Date,
}

/// Every record of the year.
///
/// # Errors
/// The numbers leave no room, or the program's own data is broken.
pub(crate) fn records(
    targets: &Targets,
    cast: &Cast,
    plans: &[Plan],
    set: &'static Set,
) -> Result<Vec<Record>, String> {
    let mut maker = Maker {
        targets,
        cast,
        plans,
        set,
        records: Vec::new(),
        dice: Dice::new(77),
        opening: opening(targets.year),
        until: targets.until,
        end: date(targets.year, 12, 31),
    };
    maker.told()?;
    maker.campaign()?;
    maker.transfers()?;
    maker.outreach();
    maker.training()?;
    maker.supervision()?;
    maker.disputes()?;
    maker.letters();
    maker.applications();
    maker.suggestions();
    Ok(maker.records)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    record: Vec<Written>,
}

impl Maker<'_> {
    /// The record with a version for every day on which something of it happened.
    fn put(&mut self, written: Written) {
        let mut versions: Vec<(Date, Written)> = Vec::new();
        for day in written.days(self.set) {
            let state = written.as_of(self.set, day);
            if versions.last().is_none_or(|(_, last)| *last != state) {
                versions.push((day, state));
            }
        }
        let early = ["campaign", "lecturer", "material", "task", "studio", "adviser_call", "adviser_engagement"];
        self.records.push(Record { versions, early: early.contains(&written.register.as_str()) });
    }

    fn put_versions(&mut self, versions: Vec<(Date, Written)>) {
        let early = versions.first().is_some_and(|(_, w)| w.register == "task");
        self.records.push(Record { versions, early });
    }

    fn count(&self, id: &str) -> usize {
        self.targets.count(id)
    }

    /// Days for `n` things, spread evenly over workdays from the opening to the report's day, then `more` after it.
    fn spread(&self, n: usize, more: usize) -> Vec<Date> {
        let even = |days: Vec<Date>, n: usize| -> Vec<Date> {
            (0..n).map(|i| days[(i * days.len() + days.len() / 2) / n.max(1)]).collect()
        };
        let mut days = even(workdays(plus(self.opening, 3), self.until), n);
        days.extend(even(workdays(plus(self.until, 1), self.end), more));
        days
    }

    fn person(&self, n: usize) -> String {
        format!("#{}", self.cast.persons[n % self.cast.persons.len()].0)
    }

    fn squad(&self, n: usize) -> String {
        let squad = &self.cast.squads[n % self.cast.squads.len()];
        self.cast.units.get(&squad.unit).cloned().unwrap_or_default()
    }

    fn told(&mut self) -> Result<(), String> {
        let year = self.targets.year;
        let mut text = include_str!("../data/records.toml").to_owned();
        if year != 2024 {
            text = text.replace("2025", &(year + 1).to_string()).replace("2024", &year.to_string());
        }
        for (n, squad) in self.cast.squads.iter().enumerate() {
            text = text.replace(&format!("{{town:{n}}}"), &squad.town);
        }
        let spoken = date(year, 4, 15);
        let fined = |p: &&(usize, &Plan)| p.1.procedure == Procedure::Ordinary && p.1.closed_by(spoken);
        let cases: Vec<usize> = self
            .plans
            .iter()
            .enumerate()
            .collect::<Vec<_>>()
            .iter()
            .filter(fined)
            .map(|p| p.0)
            .step_by(9)
            .take(3)
            .collect();
        for (n, case) in cases.iter().enumerate() {
            text = text.replace(&format!("{{case:{n}}}"), &format!("@{case}"));
        }
        let told: Told = toml::from_str(&text).map_err(|e| format!("data/records.toml：{e}"))?;
        for written in told.record {
            if written.register == "task" {
                self.task(written);
            } else {
                self.put(written);
            }
        }
        Ok(())
    }

    /// A task runs until it is done.
    fn task(&mut self, written: Written) {
        let text = |key: &str| match written.fields.get(key) {
            Some(WrittenEntry::Text(text)) => text.parse::<Date>().ok(),
            _ => None,
        };
        let (Some(assigned), done) = (text("assigned"), text("done")) else { return };
        let mut running = written.clone();
        running.fields.retain(|key, _| !["done", "proof"].contains(&key.as_str()));
        running.fields.insert("state".into(), WrittenEntry::Text("进行中".into()));
        let mut versions = vec![(assigned, running)];
        versions.extend(done.map(|day| (day, written)));
        self.put_versions(versions);
    }

    fn campaign(&mut self) -> Result<(), String> {
        let year = self.targets.year;
        let name = "“雷霆”8+365专项整治";
        self.put(record(
            "campaign",
            [
                ("begun", date(year, 2, 26).to_string()),
                ("ended", date(year, 12, 31).to_string()),
                ("campaign", name.into()),
                ("series", "雷霆8+365".into()),
                ("focus", "建筑垃圾运输、街面环境秩序、工地文明施工。".into()),
                ("unit", "执法大队".into()),
            ],
        ));
        self.put(record(
            "campaign",
            [
                ("begun", date(year, 7, 1).to_string()),
                ("ended", date(year, 8, 31).to_string()),
                ("campaign", "长三角毗邻区域建筑垃圾联合专项整治".into()),
                ("series", "其他".into()),
                ("unit", "机动中队".into()),
            ],
        ));
        let firsts = actions(year, self.until, self.count("campaign.thunder.actions"));
        // Twelve units: the squads and the district's brigade, none with more heads than it has.
        let units: Vec<(String, usize)> = self
            .cast
            .squads
            .iter()
            .chain(self.cast.brigade.as_ref())
            .map(|s| (self.cast.units.get(&s.unit).cloned().unwrap_or_default(), s.people - 1))
            .collect();
        let days = usize::try_from(ACTION).unwrap_or(1);
        let room: usize = units.iter().map(|u| u.1).sum::<usize>() * days * firsts.len();
        let total = self.count("campaign.thunder.person_times");
        if total > room || total < units.len() * days * firsts.len() {
            let least = units.len() * days * firsts.len();
            return Err(format!(
                "campaign.thunder.person_times：{} 次行动只能在 {least} 至 {room} 人次之间",
                firsts.len()
            ));
        }
        // Heads by the unit's share, the rest one by one where there is room.
        let mut heads: Vec<usize> =
            (0..firsts.len() * days).flat_map(|_| units.iter().map(|u| (total * u.1 / room).max(1))).collect();
        let mut sum: usize = heads.iter().sum();
        let mut at = 0;
        while sum != total {
            let most = units[at % units.len()].1;
            if sum < total && heads[at] < most {
                heads[at] += 1;
                sum += 1;
            } else if sum > total && heads[at] > 1 {
                heads[at] -= 1;
                sum -= 1;
            }
            at = (at + 5) % heads.len();
        }
        for (n, first) in firsts.iter().enumerate() {
            let mut roll = Vec::new();
            for day in 0..days {
                for (u, (unit, _)) in units.iter().enumerate() {
                    let heads = heads[(n * days + day) * units.len() + u];
                    let on = plus(*first, i32::try_from(day).unwrap_or(0));
                    roll.push(row([("day", on.to_string()), ("unit", unit.clone()), ("heads", heads.to_string())]));
                }
            }
            let action = record(
                "campaign_action",
                [
                    ("begun", first.to_string()),
                    ("ended", plus(*first, ACTION - 1).to_string()),
                    ("campaign", name.into()),
                    ("action", format!("“雷霆”第{}次行动", n + 1)),
                    ("focus", ["建筑垃圾运输", "街面环境秩序", "工地文明施工"][n % 3].into()),
                ],
            );
            self.put(with(action, "roll", roll));
        }
        // One more after the report's day, and one of another series.
        let late = after(plus(self.until, 4), 1);
        let rolls =
            |day: Date| vec![row([("day", day.to_string()), ("unit", "机动中队".into()), ("heads", "8".into())])];
        let number = firsts.len() + 1;
        for (day, campaign, action) in [
            (late, name, format!("“雷霆”第{number}次行动")),
            (date(year, 7, 15), "长三角毗邻区域建筑垃圾联合专项整治", "毗邻区域建筑垃圾联合检查".into()),
        ] {
            let action = record(
                "campaign_action",
                [("begun", day.to_string()), ("campaign", campaign.into()), ("action", action)],
            );
            self.put(with(action, "roll", rolls(day)));
        }
        Ok(())
    }

    fn transfers(&mut self) -> Result<(), String> {
        const PEERS: [&str; 5] = [
            "昆山市城市管理局",
            "苏州市吴江区城市管理局",
            "嘉善县综合行政执法局",
            "太仓市城市管理局",
            "平湖市综合行政执法局",
        ];
        const SUBJECTS: [&str; 4] = ["跨省运输建筑垃圾", "渣土车沿途遗撒", "跨界倾倒装修垃圾", "工地渣土去向不明"];
        let solved: Vec<(usize, &Plan)> =
            self.plans.iter().enumerate().filter(|(_, p)| p.group == Group::Transfer).collect();
        let received = self.count("transfer.received");
        let others = self.spread(received - solved.len(), 2);
        for (n, (plan, case)) in solved.iter().enumerate() {
            let traced = case.begun();
            let handed = after(plus(traced, -13), 1);
            let returned = case.story.closed.map(|d| after(d, 2).to_string()).unwrap_or_default();
            self.put(record(
                "transfer",
                [
                    ("handed", handed.to_string()),
                    ("direction", "收到".into()),
                    ("peer", PEERS[n % PEERS.len()].into()),
                    ("origin", "外省市".into()),
                    ("subject", format!("{}（第 {} 批）", SUBJECTS[n % SUBJECTS.len()], n + 1)),
                    ("clue", "移交卡口照片和车辆轨迹（示例）。".into()),
                    ("receipt", after(handed, 1).to_string()),
                    ("traced", traced.to_string()),
                    ("traced_to", format!("查明违法行为发生在{}，已立案。", case.brief.place)),
                    ("case_id", format!("@{plan}")),
                    ("outcome", "已作出处罚决定并反馈移交机关。".into()),
                    ("returned", returned),
                ],
            ));
        }
        for (n, handed) in others.into_iter().enumerate() {
            let traced = if n % 4 == 2 { after(handed, 8).to_string() } else { String::new() };
            let told = if traced.is_empty() { "" } else { "查明来源在邻区，已转告。" };
            self.put(record(
                "transfer",
                [
                    ("handed", handed.to_string()),
                    ("direction", "收到".into()),
                    ("peer", PEERS[(n + 2) % PEERS.len()].into()),
                    ("origin", "外省市".into()),
                    ("subject", format!("{}（线索 {}）", SUBJECTS[(n + 1) % SUBJECTS.len()], n + 1)),
                    ("clue", "移交巡查照片（示例）。".into()),
                    ("receipt", after(handed, 2).to_string()),
                    ("traced", traced),
                    ("traced_to", told.into()),
                ],
            ));
        }
        for (n, origin) in ["外省市", "本市其他区", "外省市"].into_iter().enumerate() {
            let handed = date(self.targets.year, 4 + i8::try_from(n).unwrap_or(0) * 2, 18);
            self.put(record(
                "transfer",
                [
                    ("handed", handed.to_string()),
                    ("direction", "移出".into()),
                    ("peer", if n == 1 { "松江区城市管理行政执法局" } else { PEERS[n] }.into()),
                    ("origin", origin.into()),
                    ("subject", format!("跨界堆放建筑垃圾（移出 {}）", n + 1)),
                    ("clue", "巡查发现堆放点在对方辖区。".into()),
                    ("receipt", after(handed, 2).to_string()),
                ],
            ));
        }
        Ok(())
    }

    fn outreach(&mut self) {
        const THEMES: [&str; 12] = [
            "春节市容和烟花爆竹",
            "民法典与物业使用",
            "国际消费者权益日与户外招牌",
            "国家安全教育与执法公开",
            "工地文明施工",
            "非机动车条例",
            "生活垃圾分类",
            "夏季夜间施工噪声",
            "开学季校园周边",
            "建筑垃圾运输",
            "飞线充电治理",
            "宪法宣传周",
        ];
        const VENUES: [(&str, &str); 4] =
            [("商圈", "商业广场"), ("学校", "中心小学"), ("村居", "居民区"), ("工地", "在建工地")];
        let wanted = self.count("outreach.events");
        for (n, day) in self.spread(wanted, wanted / 11).into_iter().enumerate() {
            let month = usize::try_from(day.month()).unwrap_or(1);
            let (kind, venue) = VENUES[n % VENUES.len()];
            let squad = n % self.cast.squads.len();
            let place = &self.cast.squads[squad];
            let road = &place.roads[n / 4 % place.roads.len()];
            let audience = 20 + self.dice.below(180);
            let unit = if n % 13 == 6 { "执法大队".to_owned() } else { self.squad(squad) };
            self.put(record(
                "outreach",
                [
                    ("held", day.to_string()),
                    ("venue_kind", kind.into()),
                    ("venue", format!("{}{road}{venue}（示例）", place.town)),
                    ("theme", THEMES[month - 1].into()),
                    ("unit", unit),
                    ("audience", audience.to_string()),
                    ("told", "发放宣传手册并解答咨询。".into()),
                ],
            ));
        }
        const TOPICS: [&str; 6] = [
            "行政处罚法实务",
            "文明施工专题",
            "消防与飞线充电",
            "物业使用性质与违法建筑",
            "建筑垃圾全程管理",
            "执法礼仪与沟通",
        ];
        let wanted = self.count("outreach.lectures");
        for (n, day) in self.spread(wanted, 1).into_iter().enumerate() {
            // Three members of the lecturers' group, from March on; others speak before.
            let (lecturer, speaker) =
                if day > date(self.targets.year, 3, 15) && n % 3 != 2 { (1 + n % 3).to_string().into() } else { None }
                    .map_or((String::new(), "区司法局讲师（示例）".to_owned()), |l: String| {
                        (l, String::new())
                    });
            self.put(record(
                "lecture",
                [
                    ("held", day.to_string()),
                    ("topic", format!("{}（第 {} 讲）", TOPICS[n % TOPICS.len()], n + 1)),
                    ("lecturer", lecturer),
                    ("speaker", speaker),
                    ("venue", "局会议室".into()),
                    ("audience", (40 + n * 7).to_string()),
                ],
            ));
        }
    }

    /// The first day of the `n`th of so many weekends, on Saturdays on which nobody is in the street.
    fn weekend(&self, month: i8) -> Date {
        let mut day = date(self.targets.year, month, 8);
        while day.weekday() != jiff::civil::Weekday::Saturday || !workdays(day, plus(day, 1)).is_empty() {
            day = plus(day, 1);
        }
        day
    }

    fn training(&mut self) -> Result<(), String> {
        let year = self.targets.year;
        let people = self.cast.persons.len();
        // The plan: what is completed by the last full month makes the figures; the rest of the year comes after.
        let last =
            if plus(self.until, 1).month() == self.until.month() { self.until.month() - 1 } else { self.until.month() };
        let months = usize::try_from(last).unwrap_or(1);
        let (hours, credits) = (self.count("training.hours"), self.count("training.credits"));
        let share = |total: usize, n: usize| total * (n + 1) / months - total * n / months;
        const TOPICS: [&str; 6] = ["行政处罚法", "执法规范用语", "证据收集", "文书制作", "听证和送达", "非现场执法"];
        let mut items = Vec::new();
        for n in 0..12 {
            let month = i8::try_from(n + 1).unwrap_or(1);
            let (hours, credits) =
                if n < months { (share(hours, n), share(credits, n)) } else { (4, usize::from(n == 11)) };
            if hours == 0 && credits == 0 {
                continue;
            }
            let first = date(year, month, 1);
            let completed = workdays(first, first.last_of_month()).last().copied().unwrap_or(first);
            items.push(row([
                ("month", month.to_string()),
                ("topic", TOPICS[n % TOPICS.len()].into()),
                ("hours", hours.to_string()),
                ("credits", credits.to_string()),
                ("completed", completed.to_string()),
            ]));
        }
        // The plan is put down in January with every line, and each is ticked off as it is done.
        let made = after(self.opening, 6);
        let plan = record(
            "training_plan",
            [("made", made.to_string()), ("plan_year", year.to_string()), ("subject", "执法人员培训计划".into())],
        );
        let mut versions = Vec::new();
        let mut days: Vec<Date> = items.iter().filter_map(|i| i["completed"].parse().ok()).collect();
        days.insert(0, made);
        for day in days {
            let rows = items.iter().map(|item| {
                let mut item = item.clone();
                if item["completed"].parse().is_ok_and(|done: Date| done > day) {
                    item.remove("completed");
                }
                item
            });
            versions.push((day, with(plan.clone(), "items", rows.collect())));
        }
        self.put_versions(versions);

        let (rounds, times) = (self.count("training.rounds"), self.count("training.person_times"));
        if times > rounds * people {
            return Err(format!("training.person_times：{rounds} 轮、{people} 人至多 {} 人次", rounds * people));
        }
        for n in 0..rounds {
            let month = 3 + i8::try_from(n * 7 / rounds.max(1)).unwrap_or(0);
            let day = self.weekend(month);
            let attend = times / rounds + usize::from(n < times % rounds);
            let mut attendance: Vec<Row> = (0..attend).map(|i| row([("person", self.person(i + n * 16))])).collect();
            if attend < people {
                attendance.push(row([
                    ("person", self.person(attend + n * 16)),
                    ("absent", "是".into()),
                    ("note", "病假".into()),
                ]));
            }
            let round = record(
                "training_round",
                [
                    ("begun", day.to_string()),
                    ("ended", plus(day, 1).to_string()),
                    ("subject", format!("第{}轮全员轮训", n + 1)),
                    ("all_staff", "是".into()),
                    ("drill", "是".into()),
                    ("hours", "16".into()),
                ],
            );
            self.put(with(round, "attendance", attendance));
        }
        let newcomers = record(
            "training_round",
            [
                ("begun", date(year, 5, 18).to_string()),
                ("subject", "新进人员岗前培训".into()),
                ("all_staff", "否".into()),
                ("drill", "否".into()),
                ("hours", "24".into()),
            ],
        );
        self.put(with(newcomers, "attendance", (30..38).map(|i| row([("person", self.person(i))])).collect()));
        self.tests(people)
    }

    fn tests(&mut self, people: usize) -> Result<(), String> {
        let (passed, tested) = (self.count("training.exam_passed"), self.count("training.fitness_tests"));
        if passed + 6 > people || tested + 2 > people {
            return Err(format!("training.exam_passed、training.fitness_tests：只有 {people} 人"));
        }
        let (first, second) = (passed * 5 / 9, passed - passed * 5 / 9);
        let exam = |day: Date, kind: &str, subject: String| {
            record(
                "exam",
                [("held", day.to_string()), ("kind", kind.into()), ("subject", subject), ("organiser", "市局".into())],
            )
        };
        let result = |person: String, score: usize| {
            row([
                ("person", person),
                ("score", score.to_string()),
                ("passed", if score >= 60 { "是" } else { "否" }.into()),
            ])
        };
        let year = self.targets.year;
        let score = |i: usize| 61 + i * 7 % 38;
        let mut rows: Vec<Row> = (0..first).map(|i| result(self.person(i), score(i))).collect();
        // Six fail; three of them pass the second time, in place of three others.
        rows.extend((0..6).map(|i| result(self.person(passed + i), 42 + i * 3)));
        self.put(with(exam(self.weekend(6), "执法资格", format!("{year}年行政执法资格考试")), "results", rows));
        let rows: Vec<Row> = (first..first + second).map(|i| result(self.person(i), score(i))).collect();
        self.put(with(exam(self.weekend(9), "换证", "执法证换证考试".into()), "results", rows));
        let rows: Vec<Row> = (0..5).map(|i| result(self.person(passed + i), 70 + i)).collect();
        let again = self.weekend(12);
        self.put(with(exam(again, "执法资格", "执法资格补考".into()), "results", rows));
        let half = tested / 2;
        for (n, (from, to)) in [(0, half), (half, tested)].into_iter().enumerate() {
            let day = self.weekend(5 + i8::try_from(n).unwrap_or(0) * 2);
            let subject = format!("区级系统体能测试（第 {} 场）", n + 1);
            let rows = (from..to).map(|i| {
                row([
                    ("person", self.person(i)),
                    ("score", (58 + i * 11 % 41).to_string()),
                    ("passed", if 58 + i * 11 % 41 >= 60 { "是" } else { "否" }.into()),
                ])
            });
            let test =
                record("fitness_test", [("held", day.to_string()), ("level", "区级".into()), ("subject", subject)]);
            self.put(with(test, "results", rows.collect()));
        }
        let own = record(
            "fitness_test",
            [
                ("held", plus(again, 1).to_string()),
                ("level", "区级".into()),
                ("subject", "区级系统体能测试（补测）".into()),
            ],
        );
        let rows = (tested..tested + 2).map(|i| row([("person", self.person(i)), ("passed", "是".into())]));
        self.put(with(own, "results", rows.collect()));
        Ok(())
    }

    /// Plans by the day of their closing, for checks that come after it; `wanted` by the report's day and `more` later.
    fn after_closing(
        &self,
        fits: impl Fn(&Plan) -> bool,
        wanted: usize,
        more: usize,
        what: &str,
    ) -> Result<Vec<(Date, usize)>, String> {
        let mut closed: Vec<(Date, usize)> = self
            .plans
            .iter()
            .enumerate()
            .filter(|(_, p)| fits(p))
            .filter_map(|(n, p)| Some((p.story.closed?.max(self.opening), n)))
            .collect();
        closed.sort_unstable();
        let held =
            |(n, (day, plan)): (usize, &(Date, usize))| (after(*day, 2 + i32::try_from(n % 7).unwrap_or(0)), *plan);
        let all: Vec<(Date, usize)> = closed.iter().enumerate().map(held).collect();
        let by = |day: Date| all.iter().filter(move |(held, _)| *held <= day).copied().collect::<Vec<_>>();
        let within = by(self.until);
        if within.len() < wanted {
            return Err(format!("{what}：到 {} 只有 {} 件办结的案件可查", self.until, within.len()));
        }
        let mut chosen: Vec<(Date, usize)> = (0..wanted).map(|i| within[i * within.len() / wanted.max(1)]).collect();
        let later: Vec<_> = all.iter().filter(|(held, _)| *held > self.until && *held <= self.end).copied().collect();
        chosen.extend(later.into_iter().take(more));
        chosen.sort_unstable();
        Ok(chosen)
    }

    fn supervision(&mut self) -> Result<(), String> {
        let fined = |p: &Plan| p.procedure == Procedure::Ordinary;
        let recorded = |p: &Plan| fined(p) && p.has_recording();
        let wanted = self.count("supervision.recordings_checked");
        for (n, (day, plan)) in
            self.after_closing(recorded, wanted, 22, "supervision.recordings_checked")?.into_iter().enumerate()
        {
            let checker = self.cast.supervisors[n % self.cast.supervisors.len()];
            let whole = n % 12 != 5;
            self.put(record(
                "recording_check",
                [
                    ("held", day.to_string()),
                    ("case_id", format!("@{plan}")),
                    ("checker", format!("#{checker}")),
                    ("minutes", (6 + n * 5 % 40).to_string()),
                    ("result", if whole { "完整规范" } else { "有缺漏" }.into()),
                    ("findings", if whole { "" } else { "没有录到告知权利的过程。" }.into()),
                ],
            ));
        }
        let reviewers: Vec<String> = self.cast.reviewers.iter().take(2).map(|p| format!("#{p}")).collect();
        let reviewers = reviewers.join("、");
        let major = |p: &Plan| fined(p) && p.story.major;
        let wanted = self.count("evaluation.major_decisions");
        for (n, (day, plan)) in
            self.after_closing(major, wanted, 4, "evaluation.major_decisions")?.into_iter().enumerate()
        {
            let score = 78 + n * 13 % 21;
            self.put(record(
                "decision_evaluation",
                [
                    ("held", day.to_string()),
                    ("case_id", format!("@{plan}")),
                    ("evaluators", reviewers.clone()),
                    ("score", score.to_string()),
                    ("result", if score >= 90 { "优秀" } else { "合格" }.into()),
                    ("findings", "事实清楚，程序合法，审核和集体讨论记录齐全。".into()),
                ],
            ));
        }
        self.files(&reviewers)?;
        self.guidance(&reviewers)
    }

    fn files(&mut self, reviewers: &str) -> Result<(), String> {
        let squads = self.cast.squads.len();
        let own = |p: &Plan| p.procedure == Procedure::Ordinary && p.squad < squads;
        let supervisors: Vec<String> = self.cast.supervisors.iter().take(2).map(|p| format!("#{p}")).collect();
        let wanted = self.count("evaluation.online_files");
        let online = self.after_closing(own, wanted, 14, "evaluation.online_files")?;
        let mut all: Vec<(Date, usize, &str, String)> =
            online.iter().map(|(day, plan)| (*day, *plan, "线上抽查", supervisors.join("、"))).collect();
        let taken: std::collections::BTreeSet<usize> = online.iter().map(|o| o.1).collect();
        let rest: Vec<(Date, usize)> = self
            .plans
            .iter()
            .enumerate()
            .filter(|(n, p)| own(p) && !taken.contains(n))
            .filter_map(|(n, p)| Some((p.story.closed?, n)))
            .filter(|(day, _)| *day < plus(self.until, -40))
            .collect();
        // Sat down together in July, read each other's files in October.
        for (month, mode, from, count) in [(7, "线下集中", 0, 33), (10, "交叉互评", 1, 22)] {
            let day = after(date(self.targets.year, month, 16), 1);
            let before = rest.iter().filter(|(closed, _)| *closed < day).skip(from).step_by(5).take(count);
            all.extend(before.map(|(_, plan)| (day, *plan, mode, reviewers.to_owned())));
        }
        for (n, (day, plan, mode, evaluators)) in all.into_iter().enumerate() {
            // Points off where squads usually lose them.
            let lost = [0, 5, 30, 20, 15, 40, 0, 25][n % 8];
            let item = |item: &str, points: i64, lost: i64, reason: &str| {
                let (points, score) =
                    (points.to_string(), format!("{}.{}", (points * 10 - lost) / 10, (points * 10 - lost) % 10));
                let reason = if lost > 0 { reason } else { "" };
                row([("item", item.into()), ("points", points), ("score", score), ("reason", reason.into())])
            };
            let parts = [
                item("主体和管辖", 10, 0, ""),
                item("事实和证据", 35, lost, "现场照片没有写明拍摄方位"),
                item("程序", 30, lost / 2, "送达回证没有写明送达时间"),
                item("适用和裁量", 15, lost / 5, "没有写明裁量基准的档次"),
                item("文书和归档", 10, 0, ""),
            ];
            let total = 1_000 - lost - lost / 2 - lost / 5;
            let evaluation = record(
                "file_evaluation",
                [
                    ("held", day.to_string()),
                    ("mode", mode.into()),
                    ("case_id", format!("@{plan}")),
                    ("evaluators", evaluators),
                    ("score", format!("{}.{}", total / 10, total % 10)),
                    ("findings", if lost >= 30 { "请中队对照扣分项整改。" } else { "" }.into()),
                ],
            );
            self.put(with(evaluation, "scores", parts.to_vec()));
        }
        Ok(())
    }

    fn guidance(&mut self, reviewers: &str) -> Result<(), String> {
        const TOPICS: [&str; 5] = ["证据收集", "告知和听证", "文书送达", "裁量说理", "执法记录仪使用"];
        for (n, day) in self.spread(16, 1).into_iter().enumerate() {
            self.put(record(
                "guidance",
                [
                    ("held", day.to_string()),
                    ("unit", self.squad(n * 3)),
                    ("topic", TOPICS[n % TOPICS.len()].into()),
                    ("guides", reviewers.into()),
                    ("content", "结合案卷逐项讲解，现场改写文书。".into()),
                    ("result", if n % 2 == 0 { "下一批抽查中同类问题没有再出现。" } else { "" }.into()),
                ],
            ));
        }
        let wanted = self.count("supervision.model_cases");
        let days = self.spread(wanted, 1);
        for (n, day) in days.into_iter().enumerate() {
            let model =
                |p: &Plan| p.procedure == Procedure::Ordinary && p.brief.fine >= 300_000 && p.closed_by(plus(day, -5));
            let found = self.plans.iter().enumerate().filter(|(_, p)| model(p)).nth(n * 3);
            let (case, subject, author) =
                found.map_or((String::new(), "首违不罚的把握".to_owned(), 0), |(plan, p)| {
                    let corpus = law::corpus::Corpus::builtin();
                    let name = corpus.matter(&p.brief.matter).map(|m| m.name.clone()).unwrap_or_default();
                    (format!("@{plan}"), format!("{name}案"), p.crew[0])
                });
            self.put(record(
                "model_case",
                [
                    ("published", day.to_string()),
                    ("subject", subject),
                    ("case_id", case),
                    ("authors", if author > 0 { format!("#{author}") } else { String::new() }),
                    ("guide", format!("#{}", self.cast.reviewers[0])),
                    ("content", "基本案情、争议焦点、办案启示。".into()),
                ],
            ));
        }
        let wanted = self.count("study.rule_of_law_discussions");
        const DISCUSSED: [&str; 6] = [
            "行政处罚裁量",
            "首违不罚的适用",
            "非现场执法证据",
            "建筑垃圾案件的主体认定",
            "听证中的质证",
            "复议案件复盘",
        ];
        for (n, day) in self.spread(wanted, 1).into_iter().enumerate() {
            self.put(record(
                "study_discussion",
                [
                    ("held", day.to_string()),
                    ("topic", DISCUSSED[n % DISCUSSED.len()].into()),
                    ("unit", "法制科".into()),
                    ("host", format!("#{}", self.cast.reviewers[0])),
                    ("participants", reviewers.into()),
                    ("summary", "围绕案例交流，形成办案提示。".into()),
                ],
            ));
        }
        self.awards();
        Ok(())
    }

    fn awards(&mut self) {
        let year = self.targets.year;
        let skills = format!("{year}年上海市城管综合执法系统法律知识技能大赛");
        let delta = "长三角一体化规范文明执法竞赛活动";
        let won = [
            ("长三角城市管理综合行政执法法律知识竞赛", "预赛", "第二", "长三角", 5, 29),
            (skills.as_str(), "决赛", "第一", "市级", 8, 27),
            (delta, "团体", "一等奖", "长三角", 10, 31),
            (delta, "执法办案", "一等奖", "长三角", 10, 31),
            (delta, "演讲比赛", "二等奖", "长三角", 10, 31),
            (delta, "知识竞赛", "三等奖", "长三角", 10, 31),
        ];
        for n in 0..self.count("award.total") {
            let (contest, event, rank, level, month, day) = won[n % won.len()];
            let event =
                if n < won.len() { event.to_owned() } else { format!("{event}（第 {} 场）", n / won.len() + 1) };
            let day = date(year, month, day).min(self.until);
            self.put(record(
                "award",
                [
                    ("won", day.to_string()),
                    ("contest", contest.into()),
                    ("event", event),
                    ("rank", rank.into()),
                    ("level", level.into()),
                    ("members", format!("{}、{}", self.person(40 + n * 5), self.person(90 + n * 7))),
                ],
            ));
        }
        self.put(record(
            "award",
            [
                ("won", plus(self.until, 12).to_string()),
                ("contest", "区宪法知识竞赛".into()),
                ("event", "团体".into()),
                ("rank", "二等奖".into()),
                ("level", "区级".into()),
            ],
        ));
    }

    fn disputes(&mut self) -> Result<(), String> {
        let (total, concluded) = (self.count("dispute.total"), self.count("dispute.concluded"));
        let (hearings, heads) = (self.count("dispute.hearings"), self.count("dispute.head_appearances"));
        let year = self.targets.year;
        let stage = |day: Date, stage: &str| row([("day", day.to_string()), ("stage", stage.into())]);
        let (bureau, authority, court) =
            (self.cast.bureau.clone(), self.cast.review_authority.clone(), self.cast.court.clone());
        for n in 0..total {
            let suit = n < hearings;
            // Suits come early, so that the hearing is before the end of June; open ones come last.
            let received = match (suit, n < concluded) {
                (true, _) => after(date(year, 3, 4), i32::try_from(n).unwrap_or(0)),
                (_, true) => after(date(year, 2, 20), i32::try_from(n * 20 % 110).unwrap_or(0)),
                _ => after(plus(self.until, -9), 0).max(plus(self.until, -8)),
            };
            let replied = after(received, 7);
            let ended = plus(received, if suit { 150 } else { 52 });
            let (over, ended) = (n < concluded, after(ended, 1).min(self.until));
            let held = plus(received, 98);
            let mut stages = vec![stage(received, "受理"), stage(replied, "答复")];
            if suit {
                stages.push(stage(held, "开庭"));
            }
            if over {
                stages.push(stage(ended, "裁决"));
            }
            let text = |day: Date| if over { day.to_string() } else { String::new() };
            let dispute = record(
                "dispute",
                [
                    ("received", received.to_string()),
                    ("kind", if suit { "行政诉讼" } else { "行政复议" }.into()),
                    ("organ", bureau.clone()),
                    ("applicant", format!("{}（虚构）", parties::name(n * 31 + 4))),
                    (
                        "subject",
                        format!(
                            "{}（第 {} 件）",
                            if n % 2 == 0 { "不服行政处罚决定" } else { "请求履行法定职责" },
                            n + 1
                        ),
                    ),
                    ("authority", if suit { court.clone() } else { authority.clone() }),
                    ("replied", replied.to_string()),
                    ("concluded", text(ended)),
                    ("result", if over { if suit { "驳回" } else { "维持" } } else { "" }.into()),
                    ("reason", if over { "事实清楚，程序合法，适用依据正确。" } else { "" }.into()),
                ],
            );
            let mut dispute = with(dispute, "stages", stages);
            if suit {
                let present = n < heads;
                let head = self.cast.brigade.as_ref().and_then(|b| b.heads.last()).map(|h| format!("#{h}"));
                dispute = with(
                    dispute,
                    "sessions",
                    vec![row([
                        ("held", held.to_string()),
                        ("court", "第三法庭".into()),
                        ("head_present", if present { "是" } else { "否" }.into()),
                        ("head", if present { head.unwrap_or_default() } else { String::new() }),
                        ("agents", "示例律师事务所".into()),
                        ("absence", if present { "" } else { "另有紧急公务，已委托工作人员出庭。" }.into()),
                    ])],
                );
            }
            self.put(dispute);
        }
        // After the report's day one more comes in.
        let late = after(plus(self.until, 6), 1);
        self.put(record(
            "dispute",
            [
                ("received", late.to_string()),
                ("kind", "行政复议".into()),
                ("organ", bureau),
                ("applicant", format!("{}（虚构）", parties::name(404))),
                ("subject", "不服责令改正通知".into()),
                ("authority", authority),
            ],
        ));
        Ok(())
    }

    fn letters(&mut self) {
        let kinds = [
            ("oversight.judicial_suggestions", "司法建议书", "人民法院"),
            ("oversight.correction_notices", "纠正违法通知书", "人民检察院"),
            ("oversight.procuratorial_letters", "检察磋商函", "人民检察院"),
        ];
        let district = self.cast.short.trim_end_matches("城管执法局").to_owned();
        const TOPICS: [&str; 3] = ["校园周边流动摊贩", "建筑垃圾跨区运输", "户外广告安全"];
        for (id, kind, sender) in kinds {
            for n in 0..self.count(id) {
                let received = after(plus(date(self.targets.year, 5, 7), i32::try_from(n * 21).unwrap_or(0)), 1);
                let topic = TOPICS[n % TOPICS.len()];
                let letter = record(
                    "letter",
                    [
                        ("received", received.to_string()),
                        ("kind", kind.into()),
                        ("sender", format!("{district}{sender}")),
                        ("topic", topic.into()),
                        ("reply_by", plus(received, 31).to_string()),
                        ("replied", after(received, 16).to_string()),
                        ("content", format!("就{topic}治理提出意见。")),
                        ("reply", "已结合市容环境专项执法检查整改，并建立长效机制。".into()),
                    ],
                );
                let inspected = |squad: usize, days: i32| {
                    row([
                        ("day", after(received, days).to_string()),
                        ("unit", self.squad(squad)),
                        ("subject", format!("{topic}专项检查")),
                        ("result", "发现问题当场整改".into()),
                    ])
                };
                let letter = with(letter, "inspections", vec![inspected(0, 5), inspected(1, 6), inspected(7, 8)]);
                self.put(with(
                    letter,
                    "mechanisms",
                    vec![row([
                        ("mechanism", "上下学时段定点值守和社区联动".into()),
                        ("unit", self.squad(0)),
                        ("since", after(received, 18).to_string()),
                        ("state", "已建立".into()),
                    ])],
                ));
            }
        }
    }

    fn applications(&mut self) {
        let wanted = self.count("disclosure.applications");
        for (n, received) in self.spread(wanted, 1).into_iter().enumerate() {
            let answered = after(received, 12);
            self.put(record(
                "information",
                [
                    ("received", received.to_string()),
                    ("number", format!("{}-{}", self.targets.year, n + 1)),
                    ("applicant", format!("{}（虚构）", parties::name(n * 17 + 2))),
                    ("content", ["申请公开某路段执法检查次数。", "申请公开户外广告设施执法依据。"][n % 2].into()),
                    ("answered", answered.to_string()),
                    ("decision", ["部分公开", "予以公开"][n % 2].into()),
                    ("answer", "已书面答复申请人。".into()),
                ],
            ));
        }
        let wanted = self.count("duty.applications");
        for (n, received) in self.spread(wanted, 0).into_iter().enumerate() {
            let received = received.min(plus(self.until, -60));
            self.put(record(
                "duty_application",
                [
                    ("received", received.to_string()),
                    ("number", format!("{}-{}", self.targets.year, n + 1)),
                    ("applicant", format!("{}（虚构）", parties::name(n * 23 + 5))),
                    ("demand", ["请求查处邻居擅自搭建。", "请求查处占道经营。"][n % 2].into()),
                    ("unit", self.squad(n * 4)),
                    ("verified", after(received, 7).to_string()),
                    (
                        "verification",
                        ["现场未见新建结构，房屋登记与现状一致。", "多次到场均未发现设摊。"][n % 2].into(),
                    ),
                    ("filing", "不予立案".into()),
                    ("reason", "现有证据不符合立案条件。".into()),
                    ("answered", after(received, 16).to_string()),
                    ("answer", "已书面答复申请人并说明理由。".into()),
                ],
            ));
        }
    }

    fn suggestions(&mut self) {
        const SUBJECTS: [&str; 8] = [
            "在菜场旁划定自产自销区",
            "公交站旁增设非机动车停放线",
            "夜间施工公告贴到楼道",
            "装修垃圾预约清运进小程序",
            "学校门口错时疏导摊点",
            "沿街商户垃圾定时收运",
            "渣土车路线向居民公布",
            "社区设电动车集中充电点",
        ];
        let wanted = self.count("suggestion.total");
        for (n, day) in self.spread(wanted, wanted / 10).into_iter().enumerate() {
            let (adopted, reply) = [
                ("采纳", "已纳入本季度安排。"),
                ("部分采纳", "先在一处试行。"),
                ("未采纳", "与现行规定不符，已说明。"),
                ("采纳", "已落实。"),
            ][n % 4];
            let base = record(
                "suggestion",
                [
                    ("received", day.to_string()),
                    (
                        "subject",
                        format!(
                            "{}（{}）",
                            SUBJECTS[n % SUBJECTS.len()],
                            self.cast.squads[n % self.cast.squads.len()].town
                        ),
                    ),
                    ("proposer", format!("{}（虚构）", parties::name(n * 3 + 8))),
                    ("content", format!("建议{}，方便居民。", SUBJECTS[n % SUBJECTS.len()])),
                    ("unit", self.squad(n)),
                    ("adopted", "研究中".into()),
                ],
            );
            let replied = after(day, 8);
            let mut done = base.clone();
            let text = |text: String| WrittenEntry::Text(text);
            done.fields.insert("adopted".into(), text(adopted.into()));
            done.fields.insert("replied".into(), text(replied.to_string()));
            done.fields.insert("reply".into(), text(reply.into()));
            self.put_versions(vec![(day, base), (replied, done)]);
        }
    }
}
