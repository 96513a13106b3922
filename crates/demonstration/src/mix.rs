//! The mix of cases: held against the figures it must add up to, or made to fit them.

use crate::targets::{Group, Line, Procedure, Side, Targets};

/// Does the mix come to the figures?
pub(crate) fn adds_up(targets: &Targets) -> Result<(), String> {
    let lines = |group: Option<Group>| targets.mix.iter().filter(move |l| group.is_none_or(|g| l.group == g));
    let cases = |group| lines(group).map(|l| l.count).sum::<usize>();
    let fines = |group| lines(group).map(|l| l.fine * i64::try_from(l.count).unwrap_or(0)).sum::<i64>();
    let fined: usize = lines(None).filter(|l| l.procedure == Procedure::Ordinary).map(|l| l.count).sum();
    let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let sums = [
        ("campaign.thunder.cases", whole(cases(Some(Group::Campaign)))),
        ("campaign.thunder.fines", fines(Some(Group::Campaign))),
        ("transfer.solved", whole(cases(Some(Group::Transfer)))),
        ("transfer.fines", fines(Some(Group::Transfer))),
        ("case.ordinary_published", whole(fined)),
    ];
    for (id, sum) in sums {
        if sum != targets.of(id) {
            return Err(format!("mix：合计 {sum}，与 {id} 的 {} 不符", targets.of(id)));
        }
    }
    if let Some(line) =
        targets.mix.iter().find(|l| l.matters.is_empty() || (l.fine == 0) != (l.procedure == Procedure::Waived))
    {
        return Err(format!("mix：{:?} 一行应写事项；罚款的写金额，不予处罚的不写", line.matters));
    }
    Ok(())
}

/// A kind of case the fit may use: matter, who, smallest and largest fine, yuan.
struct Sort(&'static [&'static str], Side, i64, i64);

/// Below the hearing level, so that the mix decides how many are major and not the fit.
const FINED: &[Sort] = &[
    Sort(&["A01", "A02", "A04"], Side::Any, 300, 1_000),
    Sort(&["C09"], Side::Unit, 1_000, 10_000),
    Sort(&["C02"], Side::Unit, 5_000, 49_000),
];

/// So many cases of these sorts that come to a sum: everyone at the least, then raised to the most from the back, the rest on one.
fn spread(group: Group, sorts: &[Sort], shares: &[usize], mut sum: i64, what: &str) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let least: i64 = sorts.iter().zip(shares).map(|(s, n)| s.2 * whole(*n)).sum();
    let most: i64 = sorts.iter().zip(shares).map(|(s, n)| s.3 * whole(*n)).sum();
    if sum < least || sum > most {
        return Err(format!("{what}：这些案件的罚款合计只能在 {least} 元至 {most} 元之间"));
    }
    sum -= least;
    for (Sort(matters, party, min, max), count) in sorts.iter().zip(shares).rev() {
        let room = max - min;
        let full = usize::try_from(sum / room).unwrap_or(0).min(*count);
        sum -= room * whole(full);
        let part = i64::from(full < *count && sum > 0) * sum.min(room);
        sum -= part;
        let mut push = |fine: i64, count: usize| {
            if count > 0 {
                let matters = matters.iter().map(|m| (*m).to_owned()).collect();
                let (procedure, party) = (Procedure::Ordinary, *party);
                lines.push(Line { group, procedure, matters, party, fine, count, mitigated: false, from: None });
            }
        };
        push(*max, full);
        push(min + part, usize::from(part > 0));
        push(*min, count - full - usize::from(part > 0));
    }
    Ok(lines)
}

/// A mix that meets the figures: most like Qingpu's, amounts chosen so that the sums come out.
pub(crate) fn fit(targets: &Targets) -> Result<Vec<Line>, String> {
    let campaign = targets.count("campaign.thunder.cases");
    let line = |group, procedure, matters: &[&str], party, fine, count| Line {
        group,
        procedure,
        matters: matters.iter().map(|m| (*m).to_owned()).collect(),
        party,
        fine,
        count,
        mitigated: false,
        from: None,
    };
    let (simple, waived) = (campaign * 35 / 100, campaign * 5 / 100);
    let mut lines = vec![
        line(Group::Campaign, Procedure::Simple, &["A01", "A02", "A04"], Side::Person, 100, simple),
        line(Group::Campaign, Procedure::Waived, &["A01", "A02"], Side::Any, 0, waived),
    ];
    let fined = campaign - simple - waived;
    let sum = targets.of("campaign.thunder.fines") - 100 * i64::try_from(simple).unwrap_or(0);
    // As few dear ones as the sum asks for, so that small sums can be met as well.
    let dear = if fined == 0 { 0 } else { dearest(fined, sum) };
    lines.extend(spread(
        Group::Campaign,
        FINED,
        &[fined - dear - dear / 2, dear / 2, dear],
        sum,
        "campaign.thunder.fines",
    )?);
    let solved = targets.count("transfer.solved");
    lines.extend(spread(Group::Transfer, &FINED[2..], &[solved], targets.of("transfer.fines"), "transfer.fines")?);
    let rest = targets.of("case.ordinary_published") - i64::try_from(fined + solved).unwrap_or(0);
    let rest = usize::try_from(rest)
        .map_err(|_| format!("case.ordinary_published：不能少于专项整治和移交案件中罚款的 {} 件", fined + solved))?;
    // What is left, in Qingpu's proportions; the heavy ones are the major decisions there are to evaluate.
    let major = targets.count("evaluation.major_decisions") + 11;
    if rest < major {
        return Err(format!("case.ordinary_published：自办案件只剩 {rest} 件，不够评查的重大决定 {major} 件"));
    }
    let (heavy, mild) = (major - major / 6, major / 6);
    let light = rest - major;
    lines.push(line(Group::Own, Procedure::Ordinary, &["C09"], Side::Person, 5_000, heavy));
    lines.push(Line { mitigated: true, ..line(Group::Own, Procedure::Ordinary, &["C02"], Side::Unit, 3_000, mild) });
    lines.push(line(Group::Own, Procedure::Ordinary, &["C09"], Side::Unit, 3_500, light / 6));
    lines.push(line(Group::Own, Procedure::Ordinary, &["C02"], Side::Unit, 10_000, light / 12));
    lines.push(line(
        Group::Own,
        Procedure::Ordinary,
        &["A01", "A02", "A04"],
        Side::Any,
        500,
        light - light / 6 - light / 12,
    ));
    lines.retain(|l| l.count > 0);
    Ok(lines)
}

/// The smallest number of dear cases with which the sum can be reached.
fn dearest(fined: usize, sum: i64) -> usize {
    let reach = |dear: usize| {
        let n = |n: usize| i64::try_from(n).unwrap_or(0);
        n(dear) * FINED[2].3 + n(dear / 2) * FINED[1].3 + n(fined - dear - dear / 2) * FINED[0].3
    };
    (0..=fined * 2 / 3).find(|dear| reach(*dear) >= sum).unwrap_or(fined * 2 / 3)
}
