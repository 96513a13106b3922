//! `/office/reviews/{case}`: the whole file beside the checklist, and the opinion under it.

use std::sync::Arc;

use ::law::acts::{Act, Kind};
use ::law::case::Subject;
use ::law::grade::{Part, Standing};
use askama::Template;
use axum::extract::{Path, Query, State};
use office::role::Right;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, Page, html};
use crate::office::cases::form::{Form, Place, Typed, form, people};
use crate::session::Who;
use crate::shell::Shell;
use crate::words::{short_day, yuan};

/// What may stand behind the question mark: the document that lies open.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    document: String,
}

struct Paper {
    code: String,
    title: &'static str,
    number: String,
    day: String,
    open: bool,
}

struct Line {
    text: &'static str,
    class: &'static str,
    word: String,
    why: Vec<String>,
    rules: Vec<&'static str>,
}

struct Group {
    label: &'static str,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "office/reviews/file.html")]
struct ReviewPage {
    shell: Shell,
    id: i64,
    title: String,
    number: String,
    facts: Vec<(&'static str, String)>,
    papers: Vec<Paper>,
    open: Option<String>,
    files: usize,
    vetoes: Vec<(String, Vec<String>)>,
    groups: Vec<Group>,
    form: Option<Form>,
}

/// Draws the page.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    who: Who,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Page {
    who.need(Right::ReadUnit)?;
    let (own, today) = (app.casework.clone(), app.today());
    let found = app
        .read(move |tx| {
            let Some(file) = own.file(tx, id, today)? else { return Ok(None) };
            Ok(own.sheet(tx, id, today)?.map(|sheet| (file, sheet)))
        })
        .await?;
    let (file, sheet) = found.ok_or(Error::NotFound("没有这个案件。"))?;
    who.sees(&file.row.unit)?;
    let acts = who.acts(&file.row.organ, &file.row.unit).is_ok() && who.0.performs(Kind::LegallyReviewed);
    let people = people(&file.directory, &file.row.organ, &file.row.unit, today);
    let form = (acts && !file.case.over() && file.case.report().is_some()).then(|| {
        let place = Place {
            action: format!("/office/cases/{id}"),
            back: format!("/office/reviews/{id}"),
            csrf: &who.0.csrf,
            file: Some(&file),
            subject: Subject::Case,
            about: String::new(),
            me: who.0.person,
            today,
            chain: Vec::new(),
        };
        form(app.casework.corpus, &people, place, Kind::LegallyReviewed, &Typed::default())
    });
    // The newest of each kind of paper, in the order in which they were made; what was voided is not for review.
    let papers: Vec<_> = file
        .acts
        .iter()
        .filter(|a| !file.case.is_void(a.recorded.no))
        .filter_map(|a| Some((a, a.document.as_ref()?)))
        .collect();
    let chosen = papers.iter().find(|(_, d)| d.code == asked.document).or_else(|| {
        let first = |kind: Kind| papers.iter().rev().find(|(a, _)| a.recorded.act.kind() == kind);
        first(Kind::FinalReport).or_else(|| papers.last())
    });
    let open = chosen.map(|(_, d)| d.code.clone());
    let papers = papers
        .iter()
        .map(|(a, d)| Paper {
            code: d.code.clone(),
            title: documents::kind(&d.kind).map_or("", |k| k.title),
            number: d.number.clone(),
            day: short_day(a.recorded.happened),
            open: open.as_ref() == Some(&d.code),
        })
        .collect();
    let groups = Part::ALL
        .iter()
        .map(|(part, _)| Group {
            label: part.label(),
            lines: sheet.items.iter().filter(|(item, _)| item.part == *part).filter_map(|(i, s)| line(i, s)).collect(),
        })
        .filter(|group| !group.lines.is_empty())
        .collect();
    html(&ReviewPage {
        id,
        title: file.row.title.clone(),
        number: file.row.number.clone(),
        facts: facts(&file),
        papers,
        open,
        files: file.acts.iter().map(|a| a.recorded.act.blobs().len()).sum(),
        vetoes: sheet.vetoes.iter().map(|(veto, why)| (veto.text.to_owned(), why.clone())).collect(),
        groups,
        form,
        shell: Shell::new(&app, &who, "/office/reviews"),
    })
}

/// What is to be weighed, in the words of the report and the notice.
fn facts(file: &casework::read::file::CaseFile) -> Vec<(&'static str, String)> {
    let mut list = Vec::new();
    let words = |kind: Kind, key: &str| file.last(kind).and_then(|a| a.texts.get(key).cloned());
    let parties: Vec<&str> = file.parties.iter().map(|(_, _, p)| p.name.as_str()).collect();
    list.push(("当事人", parties.join("、")));
    let matter = ::law::corpus::Corpus::builtin().matter(&file.row.matter);
    list.push(("事项", matter.map_or_else(|| file.row.matter.clone(), |m| m.name.clone())));
    list.extend(words(Kind::FinalReport, "facts").map(|text| ("查明事实", text)));
    list.extend(words(Kind::FinalReport, "reason").map(|text| ("理由和依据", text)));
    if let Some(Act::PriorNotice(notice)) = file.last(Kind::PriorNotice).map(|a| &a.recorded.act) {
        let sorts: Vec<&str> = notice.sorts.iter().map(|sort| sort.label()).collect();
        list.push(("告知的处罚", format!("{} {}", sorts.join("、"), yuan(notice.fine.0)).trim().to_owned()));
        list.push(("从轻减轻", notice.lightening.label().to_owned()));
        list.extend(words(Kind::PriorNotice, "departure").map(|text| ("离开基准的理由", text)));
    }
    list.extend(words(Kind::Defended, "content").map(|text| ("陈述申辩", text)));
    list.extend(words(Kind::Rechecked, "answer").map(|text| ("申辩复核", text)));
    list.extend(words(Kind::HearingReported, "opinion").map(|text| ("听证意见", text)));
    list.retain(|(_, text)| !text.is_empty());
    list
}

fn line(item: &::law::grade::Item, standing: &Standing) -> Option<Line> {
    let (class, word, why) = match standing {
        Standing::NotApplicable => return None,
        Standing::Kept => ("ok", "符合".to_owned(), Vec::new()),
        Standing::Lost(why, _) => ("bad", "不符合".to_owned(), why.clone()),
        Standing::AtRisk(day, label) => {
            ("warn", "未届满".to_owned(), vec![format!("“{label}”至 {} 届满", short_day(*day))])
        }
        Standing::Reader => ("info", "请阅卷判断".to_owned(), Vec::new()),
    };
    Some(Line { text: item.text, class, word, why, rules: item.rules.iter().map(|(id, _)| *id).collect() })
}
