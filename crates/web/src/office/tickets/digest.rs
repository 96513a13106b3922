//! `GET /office/tickets/digest/{monday}`: a week of tickets on one page to print.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use intake::RETURN_REASONS;
use intake::insight::{self, Asked as Wanted, Figures, Quality, monday};
use jiff::ToSpan;
use jiff::civil::Date;
use office::role::Right;

use super::insight::{Number, Rate, href, number, rates, share};
use super::scope;
use crate::app::App;
use crate::error::{Error, Page, html};
use crate::session::Who;
use crate::shell::Shell;

/// Rows of the lists on the page.
const ROWS: usize = 6;

struct Week {
    received: Number,
    rates: Vec<Rate>,
}

#[derive(Template)]
#[template(path = "office/tickets/digest.html")]
struct DigestPage {
    shell: Shell,
    scope: String,
    from: String,
    to: String,
    before: String,
    after: Option<String>,
    insight: String,
    sentences: Vec<String>,
    this: Week,
    last: Week,
    late: Number,
    follow_ups: i64,
    next: (String, String),
    matters: Vec<(String, Number)>,
    spots: Vec<(String, Number, i64)>,
    returns: Vec<(String, i64)>,
    accuracy: Option<(i64, String, String)>,
}

/// The page.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Path(day): Path<String>) -> Page {
    who.need(Right::Tickets)?;
    let asked: Date = day.parse().map_err(|_| Error::NotFound("没有这一周。"))?;
    let first = monday(asked).ok_or(Error::NotFound("没有这一周。"))?;
    if first != asked {
        return Ok(Redirect::to(&format!("/office/tickets/digest/{first}")).into_response());
    }
    let today = app.today();
    let plus = |days: i64| first.checked_add(days.days()).map_err(|_| Error::NotFound("没有这一周。"));
    let (before, sunday, after, far) = (plus(-7)?, plus(6)?, plus(7)?, plus(13)?);
    if first > today {
        return Err(Error::NotFound("这一周还没有到。"));
    }
    let unit = scope(&who);
    let of = |days: (Date, Date)| Wanted { days, unit: unit.clone(), town: None, matter: None, today, span: None };
    let (this, last) = (of((first, sunday)), of((before, plus(-1)?)));
    let minds = app.intake.minds.clone();
    let (wanted, earlier) = (this.clone(), last.clone());
    let (found, old, spots, returns, waiting, accuracy, mind) = app
        .read(move |tx| {
            let unit = wanted.unit.as_deref();
            Ok((
                insight::insight(tx, &wanted)?,
                insight::totals(tx, &earlier)?,
                insight::hot_spots(tx, &wanted)?,
                insight::returns(tx, wanted.days, unit)?,
                insight::waiting(tx, wanted.today, (after, far), unit)?,
                insight::accuracy(tx, wanted.days)?,
                minds.of(tx)?,
            ))
        })
        .await?;
    let gazetteer = mind.learner().reader().gazetteer();
    let corpus = app.casework.corpus;
    let week = |wanted: &Wanted, figures: &Figures| Week {
        received: number(wanted, figures, None),
        rates: rates(wanted, figures),
    };
    let known = found.matters.iter().filter(|(code, _)| !code.is_empty()).take(ROWS);
    let matters: Vec<(String, Number)> = known
        .map(|(code, figures)| {
            let name = corpus.matter(code).map_or_else(|| code.clone(), |m| m.name.clone());
            let only = Wanted { matter: Some(code.clone()), ..this.clone() };
            (name, number(&only, figures, None))
        })
        .collect();
    let spots: Vec<(String, Number, i64)> = spots
        .into_iter()
        .take(ROWS)
        .map(|spot| {
            let name = gazetteer.place(&spot.place).map_or_else(|| spot.place.clone(), |p| p.name.clone());
            let href = format!("{}&place={}", href(&this, None), crate::office::documents::percent(&spot.place));
            (name, Number { count: spot.tickets, href }, spot.open)
        })
        .collect();
    let late_list = unit.as_ref().map(|u| format!("&unit={}", crate::office::documents::percent(u)));
    let late = Number {
        count: waiting.0,
        href: format!("/office/tickets?state=late&order=due{}", late_list.unwrap_or_default()),
    };
    let reason = |code: &str| match code {
        "transfer" => "移送其他部门".to_owned(),
        code => RETURN_REASONS.iter().find(|r| r.0 == code).map_or_else(|| code.to_owned(), |r| r.1.to_owned()),
    };
    let directory = app.directory().await?;
    let page = DigestPage {
        scope: unit.as_deref().map_or_else(
            || "全区".to_owned(),
            |id| directory.unit(id).map_or_else(|| id.to_owned(), |u| u.name.clone()),
        ),
        shell: Shell::new(&app, &who, "/office/tickets"),
        from: first.to_string(),
        to: sunday.to_string(),
        before: format!("/office/tickets/digest/{before}"),
        after: (after <= today).then(|| format!("/office/tickets/digest/{after}")),
        insight: href(&this, None).replacen("/office/tickets?", "/office/tickets/insight?", 1),
        sentences: sentences(&found.all, &old, waiting, matters.first(), spots.first()),
        this: week(&this, &found.all),
        last: week(&last, &old),
        late,
        follow_ups: waiting.1,
        next: (after.to_string(), far.to_string()),
        matters,
        spots,
        returns: returns.into_iter().map(|(code, count)| (reason(&code), count)).collect(),
        accuracy: (accuracy.0 > 0).then(|| (accuracy.0, share(accuracy.1, accuracy.0), share(accuracy.2, accuracy.0))),
    };
    html(&page)
}

/// What the figures say, in short sentences.
fn sentences(
    this: &Figures,
    last: &Figures,
    waiting: (i64, i64),
    matter: Option<&(String, Number)>,
    spot: Option<&(String, Number, i64)>,
) -> Vec<String> {
    let mut said = Vec::new();
    let change = match this.received - last.received {
        0 => "与前一周相同".to_owned(),
        more if more > 0 => format!("比前一周多 {more} 件"),
        fewer => format!("比前一周少 {} 件", -fewer),
    };
    said.push(format!("本周收到 {} 件，{change}。", this.received));
    if this.of(Quality::Finished) > 0 {
        let (done, in_time) = (this.of(Quality::Finished), this.of(Quality::InTime));
        said.push(if done == in_time {
            format!("其中已经办理 {done} 件，都在期限内。")
        } else {
            format!("其中已经办理 {done} 件，超过期限的 {} 件。", done - in_time)
        });
    }
    said.push(match waiting.0 {
        0 => "现在没有超期未办的。".into(),
        late => format!("现在超期未办 {late} 件，请先办理。"),
    });
    if this.of(Quality::Repeated) > 0 {
        said.push(format!("重复反映 {} 件。", this.of(Quality::Repeated)));
    }
    if let Some((name, number)) = matter {
        said.push(format!("最多的事项是“{name}”，{} 件。", number.count));
    }
    if let Some((name, number, _)) = spot {
        said.push(format!("反映最多的地点是{name}，{} 件。", number.count));
    }
    if waiting.1 > 0 {
        said.push(format!("下一周要回头看 {} 件。", waiting.1));
    }
    said
}
