//! The acts of a case from the clue to the closing, each on a lawful day.

use casework::Identity;
use casework::drive::Step;
use jiff::civil::{Date, Time};
use law::acts::{Kind, PartyKind};
use law::money::Fen;

use crate::cast::{Cast, Squad};
use crate::days::{Dice, after, plus};
use crate::facts;

/// One act, and what goes with it.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    /// What is done.
    pub(crate) step: Step,
    /// The hour, of acts in the field.
    pub(crate) time: Option<Time>,
    /// The crew is there.
    pub(crate) visit: bool,
    /// A photograph goes with it.
    pub(crate) photo: bool,
    /// A recording goes with it.
    pub(crate) recording: bool,
    /// Tried too early: it must be refused.
    pub(crate) refused: bool,
    /// Who does it where it is not the crew.
    pub(crate) by: Option<u32>,
}

/// What became of the right to a hearing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hearing {
    /// Given up.
    Waived,
    /// The time ran out.
    Lapsed,
    /// Held.
    Held,
}

/// What becomes of a decision afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aftermath {
    /// Paid and closed.
    Paid,
    /// Not paid, and demanded.
    Unpaid,
    /// Paid late with leave.
    Postponed,
    /// Taken back by the organ itself.
    Revoked,
    /// Changed in the party's favour.
    Changed,
    /// A slip of the pen is corrected.
    Corrected,
}

/// What a case is about.
#[derive(Debug, Clone)]
pub(crate) struct Brief {
    /// Matter.
    pub(crate) matter: String,
    /// Who.
    pub(crate) party: Identity,
    /// Fine, fen.
    pub(crate) fine: i64,
    /// Where.
    pub(crate) place: String,
    /// What was seen.
    pub(crate) facts: String,
    /// Number of the campaign.
    pub(crate) campaign: Option<u32>,
    /// Source of the clue.
    pub(crate) source: &'static str,
    /// Below the range.
    pub(crate) mitigated: bool,
    /// If there is a right to it.
    pub(crate) hearing: Hearing,
    /// A recording is kept.
    pub(crate) recording: bool,
    /// Workdays from decision to publication.
    pub(crate) publish: i32,
    /// What becomes of it.
    pub(crate) aftermath: Aftermath,
    /// Somebody tries to decide too early.
    pub(crate) hasty: bool,
}

/// The acts, and the days that matter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Story {
    /// In order.
    pub(crate) acts: Vec<Act>,
    /// Decision.
    pub(crate) decided: Option<Date>,
    /// First publication.
    pub(crate) published: Option<Date>,
    /// Closing.
    pub(crate) closed: Option<Date>,
    /// Reviewed and discussed.
    pub(crate) major: bool,
    done: u32,
}

fn yuan(fen: i64) -> String {
    Fen(fen).to_string()
}

fn joined(ids: &[u32]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
}

const PAY_TO: &str = "示例银行罚没收入专户（示例），地址：公园路 1 号（示例）";

impl Story {
    fn push(&mut self, step: Step) -> &mut Act {
        self.done += 1;
        self.acts.push(Act {
            step,
            time: None,
            visit: false,
            photo: false,
            recording: false,
            refused: false,
            by: None,
        });
        let last = self.acts.len() - 1;
        &mut self.acts[last]
    }

    fn visit(&mut self, step: Step) -> &mut Act {
        let act = self.push(step);
        act.visit = true;
        act
    }

    fn serve(&mut self, day: Date) {
        let of = self.done;
        let fields = vec![("way", "direct".into()), ("receipt", "是".into())];
        self.push(Step::document(day, Kind::Served, of, fields));
    }

    fn last(&self) -> Date {
        self.acts.last().map_or(Date::ZERO, |a| a.step.day)
    }

    /// An on-the-spot penalty; a warning where there is no fine.
    pub(crate) fn simple(brief: &Brief, squad: &Squad, crew: [u32; 2], day: Date, dice: &mut Dice) -> Story {
        let (mut story, warning) = (Story::default(), brief.fine == 0);
        let penalty = story.visit(Step {
            party: Some(brief.party.clone()),
            ..Step::case(
                day,
                Kind::OnSpotPenalty,
                vec![
                    ("matter", brief.matter.clone()),
                    ("conduct_day", day.to_string()),
                    ("place", brief.place.clone()),
                    ("party_kind", party_kind(brief).into()),
                    ("party_born", born(brief)),
                    ("facts", brief.facts.clone()),
                    ("reason", "事实清楚，当场责令改正，当事人表示接受。".into()),
                    ("sorts", if warning { "警告" } else { "罚款" }.into()),
                    ("fine", yuan(brief.fine)),
                    ("lightening", "none".into()),
                    ("certificate_shown", "是".into()),
                    ("defence_heard", "是".into()),
                    ("correction", "done".into()),
                    ("handed_over", "signed".into()),
                    ("campaign", brief.campaign.map(|c| c.to_string()).unwrap_or_default()),
                ],
            )
        });
        penalty.recording = brief.recording;
        story.decided = Some(day);
        // One in sixty is filed late; that is marked and no more.
        let filed = after(day, if dice.below(60) == 0 { 5 } else { 1 + i32::from(dice.below(2) == 0) });
        story.push(Step::document(filed, Kind::OnSpotFiled, 1, vec![("receiver", crew[1].to_string())]));
        let mut last = filed;
        // Organisations' penalties on the spot were published until the city's regulation of November 2024 ended it.
        if !warning && !brief.party.person && day < Date::constant(2024, 10, 18) {
            last = after(filed, 1);
            story.push(Step::document(last, Kind::Published, 1, vec![("platform", "区政府网站（示例）".into())]));
        }
        if !warning {
            last = after(filed, 1 + i32::try_from(dice.below(4)).unwrap_or(0));
            let receipt = format!("示例{:08}", 30_000_000 + dice.below(9_999_999));
            story.push(Step::document(
                last,
                Kind::FinePaid,
                1,
                vec![("amount", yuan(brief.fine)), ("receipt", receipt)],
            ));
        }
        story.close(squad, after(last, 2), "处罚已经履行完毕。");
        story
    }

    fn close(&mut self, squad: &Squad, day: Date, summary: &str) {
        self.push(Step::case(
            day,
            Kind::Closed,
            vec![("summary", summary.into()), ("head", squad.heads[0].to_string())],
        ));
        self.closed = Some(day);
    }

    /// From the clue to the final report; gives its day.
    fn inquiry(
        &mut self,
        brief: &Brief,
        squad: &Squad,
        crew: [u32; 2],
        day: Date,
        waive: bool,
        dice: &mut Dice,
    ) -> Date {
        let head = || ("head", squad.heads[0].to_string());
        self.visit(Step { party: Some(brief.party.clone()), ..clue(brief, day) });
        let filed = after(day, 1 + i32::from(dice.below(3) == 0));
        self.push(Step::case(
            filed,
            Kind::ClueVerified,
            vec![("outcome", "file".into()), ("finding", "现场核查属实，有初步证据。".into())],
        ));
        self.push(Step::case(
            filed,
            Kind::Filing,
            vec![
                ("grounds", "有初步证据证明违法事实，属于本机关管辖，未过时效。".into()),
                ("harm", "否".into()),
                ("handlers", joined(&crew)),
                head(),
            ],
        ));
        let scene = after(filed, 1 + i32::from(dice.below(3) == 0));
        let record = self.visit(Step::case(
            scene,
            Kind::SceneRecorded,
            vec![
                ("place", brief.place.clone()),
                ("certificate_shown", "是".into()),
                ("record", format!("到达{}，两名执法人员出示证件。{}", brief.place, brief.facts)),
                ("signature", "signed".into()),
                ("recording", if brief.recording { "是" } else { "否" }.into()),
            ],
        ));
        record.recording = brief.recording;
        let first = self.done;
        self.visit(Step::case(
            scene,
            Kind::InterviewRecorded,
            vec![
                ("role", "party".into()),
                ("certificate_shown", "是".into()),
                ("rights_told", "是".into()),
                ("record", "当事人承认上述事实，称今后不再发生。".into()),
                ("signature", "signed".into()),
            ],
        ));
        let photo = self.push(Step::case(
            scene,
            Kind::EvidenceTaken,
            vec![
                ("sort", "electronic".into()),
                ("name", "现场照片".into()),
                ("source", format!("执法人员在{}拍摄，原件存执法记录仪采集站", brief.place)),
            ],
        ));
        photo.photo = true;
        self.push(Step::party(
            scene,
            Kind::OrderedToCorrect,
            vec![("requirement", facts::correction(&brief.matter).into()), ("until", after(scene, 3).to_string())],
        ));
        let order = self.done;
        self.serve(scene);
        let check = after(scene, 4 + i32::from(dice.below(3) == 0));
        self.visit(Step::document(
            check,
            Kind::CorrectionChecked,
            order,
            vec![("corrected", "是".into()), ("finding", "已按要求改正，现场清理完毕。".into())],
        ));
        let evidence = format!("{first}、{}、{}", first + 1, first + 2);
        self.push(Step::case(
            check,
            Kind::EvidenceVerified,
            vec![
                ("evidence", evidence.clone()),
                ("result", "accepted".into()),
                ("reason", "来源合法，内容一致，相互印证。".into()),
            ],
        ));
        let reason = match (waive, brief.mitigated) {
            (true, _) => "初次违法，危害后果轻微并及时改正，可以不予处罚。",
            (_, true) => "主动消除危害后果，依法减轻处罚。",
            _ => "事实清楚，证据确凿；已按要求改正，按裁量基准处理。",
        };
        let mut fields = vec![
            ("facts", brief.facts.clone()),
            ("evidence", evidence),
            ("outcome", if waive { "waive" } else { "penalise" }.into()),
            ("reason", reason.into()),
            ("complex", if self.major { "是" } else { "否" }.into()),
            ("corrected", "是".into()),
        ];
        if waive {
            fields.extend([("first", "是".into()), ("slight", "是".into())]);
        }
        if brief.mitigated {
            fields.push(("mitigating", "remedied".into()));
        }
        self.push(Step::case(check, Kind::FinalReport, fields));
        check
    }

    /// First, slight and put right: taught and let go.
    pub(crate) fn waived(brief: &Brief, squad: &Squad, crew: [u32; 2], day: Date, dice: &mut Dice) -> Story {
        let mut story = Story::default();
        let report = story.inquiry(brief, squad, crew, day, true, dice);
        story.push(Step::party(
            report,
            Kind::Educated,
            vec![("content", "告知其行为的违法性质和后果，当事人作出承诺。".into())],
        ));
        let decided = after(report, 2);
        story.push(Step::party(
            decided,
            Kind::PenaltyWaived,
            vec![
                ("conducts", "0".into()),
                ("ground", "first".into()),
                ("facts", brief.facts.clone()),
                ("reason", "初次违法且危害后果轻微并及时改正，不予处罚。".into()),
                ("head", squad.heads[0].to_string()),
            ],
        ));
        story.decided = Some(decided);
        let served = after(decided, 1);
        story.serve(served);
        story.close(squad, after(served, 2), "不予处罚，已教育。");
        story
    }

    /// An ordinary case with a fine.
    pub(crate) fn ordinary(
        brief: &Brief,
        cast: &Cast,
        squad: &Squad,
        crew: [u32; 2],
        day: Date,
        dice: &mut Dice,
    ) -> Story {
        let kind = if brief.party.person { PartyKind::Person } else { PartyKind::Unit };
        let heard = law::rules::fine_heard(kind, Fen(brief.fine));
        let mut story = Story { major: heard || brief.mitigated, ..Story::default() };
        let reported = story.inquiry(brief, squad, crew, day, false, dice);
        let told = after(reported, 1);
        let lightening = if brief.mitigated { "mitigated" } else { "none" };
        story.push(Step::party(
            told,
            Kind::PriorNotice,
            vec![
                ("conducts", "0".into()),
                ("facts", brief.facts.clone()),
                ("reason", "依照规定拟给予行政处罚。".into()),
                ("sorts", "罚款".into()),
                ("fine", yuan(brief.fine)),
                ("lightening", lightening.into()),
                ("hearing_right", if heard { "是" } else { "否" }.into()),
            ],
        ));
        story.serve(told);
        let decision = |day: Date, cites: bool| {
            Step::party(
                day,
                Kind::PenaltyDecided,
                vec![
                    ("conducts", "0".into()),
                    ("facts", brief.facts.clone()),
                    ("evidence_summary", "现场笔录一份\n询问笔录一份\n现场照片一组".into()),
                    ("reason", "上述行为违反规定，应当依法处罚。".into()),
                    ("sorts", "罚款".into()),
                    ("fine", yuan(brief.fine)),
                    ("lightening", lightening.into()),
                    ("pay_to", PAY_TO.into()),
                    ("cites_hearing", if cites { "是" } else { "否" }.into()),
                    ("head", squad.heads[0].to_string()),
                ],
            )
        };
        if brief.hasty {
            story.push(decision(after(told, 1), false)).refused = true;
            story.done -= 1;
        }
        let held = heard && brief.hearing == Hearing::Held;
        let mut ready = match (heard, brief.hearing) {
            (true, Hearing::Held) => story.hearing(cast, told),
            (true, Hearing::Waived) => {
                let day = after(told, 2);
                story.push(Step::party(day, Kind::Waived, vec![("waiver", "both".into())]));
                after(day, 1)
            }
            _ if !heard && dice.below(8) == 0 => {
                let said = after(told, 3);
                story.push(Step::party(
                    said,
                    Kind::Defended,
                    vec![("content", "当事人称经营困难，请求从轻处理。".into())],
                ));
                let of = story.done;
                story.push(Step {
                    subject: law::case::Subject::Item(law::acts::ActNo(of)),
                    ..Step::case(
                        after(said, 1),
                        Kind::Rechecked,
                        vec![
                            ("result", "rejected".into()),
                            ("answer", "拟处罚款已考虑改正情况，陈述的理由不属于法定从轻情形，不予采纳。".into()),
                        ],
                    )
                });
                after(told, 6)
            }
            _ => after(told, 6),
        };
        if story.major {
            story.reviewed(cast, squad, ready, dice);
            ready = after(ready, 1);
        }
        story.push(decision(ready, held));
        story.decided = Some(ready);
        let of = story.done;
        story.aftermath(brief, squad, of, ready, dice);
        story
    }

    /// The hearing asked for, notified, held and reported; gives the day on which the file is ready for review.
    fn hearing(&mut self, cast: &Cast, told: Date) -> Date {
        let asked = after(told, 3);
        self.push(Step::party(asked, Kind::HearingAsked, Vec::new()));
        let [chair, member, clerk] = [0, 1, 2].map(|n| cast.reviewers[n % cast.reviewers.len()]);
        let day = after(asked, 9);
        self.push(Step::party(
            asked,
            Kind::HearingNotified,
            vec![
                ("day", day.to_string()),
                ("time", "09:30".into()),
                ("place", "局听证室（示例）".into()),
                ("chair", chair.to_string()),
                ("members", member.to_string()),
                ("clerk", clerk.to_string()),
                ("open", "是".into()),
                ("announced", asked.to_string()),
            ],
        ))
        .by = Some(chair);
        self.serve(asked);
        self.push(Step::party(
            day,
            Kind::HearingHeld,
            vec![("record", "双方陈述、举证、质证和辩论，当事人请求从轻处罚。".into()), ("signature", "signed".into())],
        ))
        .by = Some(chair);
        let reported = after(day, 1);
        self.push(Step::party(
            reported,
            Kind::HearingReported,
            vec![("opinion", "拟处罚的事实、证据和依据成立，建议按告知内容决定。".into())],
        ))
        .by = Some(chair);
        after(reported, 1)
    }

    fn reviewed(&mut self, cast: &Cast, squad: &Squad, day: Date, dice: &mut Dice) {
        // The chair of the hearing is the first reviewer; the last one reviews.
        let last = cast.reviewers.len() - 1;
        let reviewer = cast.reviewers[last - dice.below(2).min(last)];
        self.push(Step::case(
            day,
            Kind::LegallyReviewed,
            vec![
                ("reviewer", reviewer.to_string()),
                ("received", day.to_string()),
                ("result", "pass".into()),
                ("opinion", "事实清楚，程序合法，适用依据正确，裁量适当。".into()),
            ],
        ));
        let heads: Vec<u32> = squad.heads.iter().take(2).copied().collect();
        self.push(Step::case(
            day,
            Kind::Discussed,
            vec![("heads", joined(&heads)), ("conclusion", "同意按告知内容作出处罚。".into())],
        ));
    }

    /// Served, published, and what then becomes of it.
    fn aftermath(&mut self, brief: &Brief, squad: &Squad, of: u32, decided: Date, dice: &mut Dice) {
        let served = after(decided, 1);
        self.serve(served);
        let publish = |day: Date| {
            let mut fields = vec![("platform", "区政府网站（示例）".to_owned())];
            if brief.party.person {
                fields.push(("masked", "是".into()));
            }
            Step::document(day, Kind::Published, of, fields)
        };
        let published = after(decided, brief.publish);
        self.published = Some(published);
        let head = || ("head", squad.heads[0].to_string());
        let mut rest = vec![publish(published)];
        let receipt = format!("示例{:08}", 10_000_000 + dice.below(9_999_999));
        let pay = |day: Date, fine: i64| {
            Step::document(day, Kind::FinePaid, of, vec![("amount", yuan(fine)), ("receipt", receipt.clone())])
        };
        let mut paid = after(served, 3 + i32::try_from(dice.below(7)).unwrap_or(0));
        match brief.aftermath {
            Aftermath::Paid => rest.push(pay(paid, brief.fine)),
            Aftermath::Corrected => {
                let slip = after(served, 2);
                let text = "决定书第二页当事人地址漏写门牌号，更正为登记地址。".into();
                rest.push(Step::document(slip, Kind::Corrected, of, vec![("text", text)]));
                rest.push(pay(paid.max(after(slip, 2)), brief.fine));
            }
            Aftermath::Postponed => {
                // After the publication, so that every act stands behind those before it.
                let asked = after(served, 7);
                rest.push(Step::document(
                    asked,
                    Kind::PostponementAsked,
                    of,
                    vec![("reason", "经济困难，申请延期两个月缴纳。".into())],
                ));
                paid = after(asked, 25);
                rest.push(pay(paid, brief.fine));
            }
            Aftermath::Unpaid => {
                let until = plus(served, 40);
                rest.push(Step::document(
                    after(plus(served, 20), 1),
                    Kind::Demanded,
                    of,
                    vec![
                        ("requirement", "到指定银行缴纳罚款。".into()),
                        ("amount", yuan(brief.fine)),
                        ("until", until.to_string()),
                        ("rights_told", "是".into()),
                    ],
                ));
            }
            Aftermath::Revoked => {
                let undone = after(published, 3);
                let reason = "复查发现当事人认定有误，依职权撤销。".into();
                rest.push(Step::document(
                    undone,
                    Kind::DecisionRevoked,
                    of,
                    vec![("by", "own".into()), ("reason", reason), head()],
                ));
                rest.push(Step::document(after(undone, 1), Kind::Withdrawn, of, withdrawn("决定已经撤销")));
            }
            Aftermath::Changed => {
                let undone = after(published, 3);
                let fields = vec![
                    ("by", "own".into()),
                    ("sorts", "罚款".into()),
                    ("fine", yuan(brief.fine / 2)),
                    ("reason", "复查认为裁量偏重，依职权变更。".into()),
                    head(),
                ];
                rest.push(Step::document(undone, Kind::DecisionChanged, of, fields));
                rest.push(Step::document(after(undone, 1), Kind::Withdrawn, of, withdrawn("决定已经变更")));
                rest.push(publish(after(undone, 2)));
                rest.push(pay(after(undone, 5), brief.fine / 2));
            }
        }
        rest.sort_by_key(|step| step.day);
        for step in rest {
            let (kind, day) = (step.kind, step.day);
            self.push(step);
            let number = self.done;
            match kind {
                Kind::Corrected | Kind::DecisionRevoked | Kind::DecisionChanged | Kind::Demanded => self.serve(day),
                Kind::PostponementAsked => {
                    self.push(Step {
                        subject: law::case::Subject::Item(law::acts::ActNo(number)),
                        ..Step::case(
                            after(day, 2),
                            Kind::PostponementDecided,
                            vec![
                                ("approve", "是".into()),
                                ("until", plus(day, 60).to_string()),
                                ("reason", "困难属实，同意延期。".into()),
                                head(),
                            ],
                        )
                    });
                }
                _ => {}
            }
        }
        match brief.aftermath {
            Aftermath::Unpaid => {}
            Aftermath::Revoked => {
                let day = after(self.last(), 2);
                self.push(Step::case(
                    day,
                    Kind::CaseEnded,
                    vec![("ground", "other".into()), ("reason", "决定已经撤销，不再处罚。".into()), head()],
                ));
                self.close(squad, after(day, 1), "决定撤销，案件终止。");
            }
            _ => self.close(squad, after(self.last(), 2), "罚款已缴清，违法行为已改正。"),
        }
    }
}

fn withdrawn(reason: &str) -> Vec<(&'static str, String)> {
    vec![("reason", reason.into()), ("credit_told", "是".into())]
}

fn party_kind(brief: &Brief) -> &'static str {
    if brief.party.person { "person" } else { "unit" }
}

fn born(brief: &Brief) -> String {
    if brief.party.person { "1984-05-17".into() } else { String::new() }
}

fn clue(brief: &Brief, day: Date) -> Step {
    Step::case(
        day,
        Kind::ClueRegistered,
        vec![
            ("source", brief.source.into()),
            ("matter", brief.matter.clone()),
            ("conduct_day", day.to_string()),
            ("discovered", day.to_string()),
            ("place", brief.place.clone()),
            ("summary", brief.facts.clone()),
            ("party_kind", party_kind(brief).into()),
            ("party_born", born(brief)),
            ("campaign", brief.campaign.map(|c| c.to_string()).unwrap_or_default()),
        ],
    )
}
