//! `GET /office/cases/{case}/evidence`: every file of a case by the eight legal kinds, and what does not fit together.

use std::collections::BTreeSet;
use std::sync::Arc;

use ::evidence::content::{Class, of};
use ::evidence::facts::{self, Facts};
use ::evidence::{content, name};
use ::law::acts::{EvidenceKind, PersonId};
use askama::Template;
use axum::extract::{Path, Query, State};
use casework::read::evidence::{CaseFiles, FILES_MAX, Item};
use casework::read::scenes::{Clash, clashes};
use casework::read::{evidence as read, list};
use office::directory::Directory;
use office::role::Right;
use serde::Deserialize;

use super::bytes::shown;
use super::taking::blocking;
use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html};
use crate::session::Who;
use crate::shell::Shell;

/// Days looked at for one officer or device in two places.
const DAYS_MAX: usize = 31;
/// A file nobody read yet is read when its page is opened, up to this size; larger ones when they are verified. Bytes.
const READ_MAX: u64 = 64 * 1024 * 1024;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Files passed over.
    #[serde(default)]
    after: usize,
}

/// A file as it is shown.
pub(super) struct Shown {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) class: &'static str,
    pub(super) icon: &'static str,
    pub(super) label: &'static str,
    pub(super) size: String,
    pub(super) act: u32,
    pub(super) act_label: &'static str,
    pub(super) day: String,
    pub(super) team: String,
    pub(super) source: String,
    pub(super) purpose: String,
    pub(super) place: String,
    pub(super) taken: String,
    pub(super) at: String,
    pub(super) device: String,
    pub(super) length: String,
    pub(super) pixels: String,
    pub(super) sent: String,
    pub(super) sm3: String,
    pub(super) short: String,
    pub(super) records: Option<u32>,
    pub(super) verified: Option<(&'static str, &'static str)>,
    pub(super) void: bool,
    pub(super) marks: Vec<String>,
}

struct Group {
    label: &'static str,
    files: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "office/evidence/page.html")]
struct EvidencePage {
    shell: Shell,
    case: i64,
    title: String,
    count: usize,
    from: usize,
    to: usize,
    before: Option<usize>,
    next: Option<usize>,
    marked: usize,
    marks: Vec<String>,
    groups: Vec<Group>,
}

/// Draws the page.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    who: Who,
    Path(case): Path<i64>,
    Query(asked): Query<Asked>,
) -> Page {
    who.need(Right::ReadUnit)?;
    let after = asked.after / FILES_MAX * FILES_MAX;
    let found = app
        .read(move |tx| {
            let Some(row) = list::one(tx, case)? else { return Ok(None) };
            Ok(read::of_case(tx, case, after)?.map(|files| (row, files)))
        })
        .await?;
    let (row, mut files) = found.ok_or(Error::NotFound("没有这个案件。"))?;
    who.sees(&files.unit)?;
    if know_all(&app, &files).await? {
        let again = app.read(move |tx| read::of_case(tx, case, after)).await?;
        files = again.ok_or(Error::NotFound("没有这个案件。"))?;
    }
    let days: Vec<::law::Day> = files.days.iter().take(DAYS_MAX).copied().collect();
    let clashes = app
        .read(move |tx| {
            let mut found = Vec::new();
            for day in days {
                found.extend(clashes(tx, day, Some(case))?);
            }
            Ok(found)
        })
        .await?;
    let directory = app.directory().await?;
    let mut marks = files.marks.clone();
    marks.extend(clashes.iter().map(|clash| said(clash, &directory)));
    let marked = marks.len() + files.items.iter().map(|item| item.marks.len()).sum::<usize>();
    let (count, shown_now) = (files.count, files.items.len());
    let mut groups: Vec<Group> = EvidenceKind::ALL
        .iter()
        .map(|(_, label)| Group { label, files: Vec::new() })
        .chain([Group { label: "办理过程的附件", files: Vec::new() }])
        .collect();
    for item in &files.items {
        let at = item.sort.and_then(|sort| groups.iter().position(|group| group.label == sort.label()));
        let at = at.unwrap_or(groups.len() - 1);
        groups[at].files.push(show(item, &directory));
    }
    groups.retain(|group| !group.files.is_empty());
    html(&EvidencePage {
        case,
        title: row.title,
        count,
        from: after + usize::from(shown_now > 0),
        to: after + shown_now,
        before: after.checked_sub(FILES_MAX),
        next: (after + shown_now < count).then_some(after + FILES_MAX),
        marked,
        marks,
        groups,
        shell: Shell::new(&app, &who, "/office/cases"),
    })
}

fn said(clash: &Clash, directory: &Directory) -> String {
    let names: Vec<&str> = clash.officers.iter().map(|id| directory.name(*id).unwrap_or("（不详）")).collect();
    let who = if names.is_empty() { String::new() } else { format!("{}于", names.join("、")) };
    format!("{who}{} {}", clash.day, clash.what)
}

/// Reads what nobody read yet, and says whether there was any.
async fn know_all(app: &App, files: &CaseFiles) -> Result<bool, Error> {
    let unknown: BTreeSet<String> =
        files.items.iter().filter(|item| item.known.is_none()).map(|item| item.id.clone()).collect();
    if unknown.is_empty() {
        return Ok(false);
    }
    let evidence = app.casework.evidence.clone();
    let read = blocking(move || {
        let mut read = Vec::new();
        for id in unknown {
            if evidence.size(&id)?.is_none_or(|size| size > READ_MAX) {
                continue;
            }
            // A file that was changed is not known; its own page says so.
            if let Ok(done) = facts_of(&evidence, &id) {
                read.push(done);
            }
        }
        Ok(read)
    });
    let read = read.await.map_err(crate::office::documents::evidence_error)?;
    if read.is_empty() {
        return Ok(false);
    }
    // What is read is only kept so that it need not be read again: where it cannot be kept, the page is shown without it.
    match know(app, read).await {
        Ok(()) => Ok(true),
        Err(why) => {
            tracing::warn!(?why, "what files say of themselves was not kept");
            Ok(false)
        }
    }
}

/// Both digests of a file as it is now, and what it says of itself.
pub(super) fn facts_of(
    evidence: &::evidence::Evidence,
    id: &str,
) -> Result<(::evidence::Stored, Facts), ::evidence::Fault> {
    let stored = evidence.check(id)?;
    let local = evidence.local(id)?;
    let mut head = Vec::new();
    std::io::Read::read_to_end(&mut std::io::Read::take(std::fs::File::open(local.path())?, 64 * 1024), &mut head)?;
    let content = content::sniff(&head);
    Ok((stored, content.map(|content| facts::read(content, local.path())).unwrap_or_default()))
}

/// Puts down what was read.
pub(super) async fn know(app: &App, read: Vec<(::evidence::Stored, Facts)>) -> Result<(), Error> {
    let read = Arc::new(read);
    app.casework
        .ledger
        .act(move |tx| {
            for (stored, facts) in read.iter() {
                let facts = serde_json::to_string(facts).unwrap_or_default();
                office::files::know(tx, &stored.id, &stored.sm3, stored.bytes, &facts)?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// A number of bytes as it is shown.
pub(super) fn size(bytes: i64) -> String {
    let tenths = |unit: i64| (bytes * 10 + unit / 2) / unit;
    let (unit, name) = match bytes {
        ..1024 => return format!("{bytes} 字节"),
        1024..1_048_576 => (1024, "KB"),
        1_048_576..1_073_741_824 => (1_048_576, "MB"),
        _ => (1_073_741_824, "GB"),
    };
    format!("{}.{} {name}", tenths(unit) / 10, tenths(unit) % 10)
}

fn seconds(ms: u64) -> String {
    let s = (ms + 500) / 1000;
    if s >= 3600 {
        format!("{}:{:02}:{:02}", s / 3600, s % 3600 / 60, s % 60)
    } else {
        format!("{}:{:02}", s / 60, s % 60)
    }
}

fn degrees(place: (i64, i64)) -> String {
    let one = |millionths: i64, plus: &str, minus: &str| {
        let half = if millionths < 0 { minus } else { plus };
        format!("{half}{}.{:05}°", millionths.abs() / 1_000_000, millionths.abs() % 1_000_000 / 10)
    };
    format!("{} {}", one(place.0, "北纬", "南纬"), one(place.1, "东经", "西经"))
}

/// A file as it is shown on the list and on its own page.
pub(super) fn show(item: &Item, directory: &Directory) -> Shown {
    let known = item.known.as_ref();
    let content = of(&item.facts.media);
    let sent = known.map(|k| k.name.clone()).filter(|name| !name.is_empty());
    // What the act calls it, and what the sender's device called it.
    let name = match &sent {
        Some(sent) if name::ending(sent).is_empty() => item.name.clone(),
        Some(sent) => format!("{}（{sent}）", item.name),
        None => item.name.clone(),
    };
    let (class, icon) = match content.filter(|content| shown(*content)).map(|content| content.class) {
        Some(Class::Photo) => ("photo", "camera"),
        Some(Class::Video) => ("video", "video"),
        Some(Class::Sound) => ("sound", "mic"),
        _ => ("paper", "doc"),
    };
    let person = |id: u32| directory.name(id).unwrap_or("（不详）").to_owned();
    Shown {
        id: item.id.clone(),
        name,
        class,
        icon,
        label: content.map_or("文件", |content| content.label),
        size: known.map(|known| size(known.bytes)).unwrap_or_default(),
        act: item.act.0,
        act_label: item.kind.label(),
        day: match item.time {
            Some(time) => format!("{} {}", item.day, time.strftime("%H:%M")),
            None => item.day.to_string(),
        },
        team: item.team.iter().map(|PersonId(id)| person(*id)).collect::<Vec<_>>().join("、"),
        source: item.source.clone(),
        purpose: item.purpose.clone(),
        place: item.place.clone(),
        taken: item.facts.taken.map(|taken| taken.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default(),
        at: item.facts.place.map(degrees).unwrap_or_default(),
        device: item.facts.device.clone().unwrap_or_default(),
        length: item.facts.length_ms.map(seconds).unwrap_or_default(),
        pixels: item.facts.pixels.map(|(w, h)| format!("{w}×{h}")).unwrap_or_default(),
        sent: known.and_then(|k| Some(format!("{}，{}", person(k.person?), civil_minute(k.at)))).unwrap_or_default(),
        sm3: known.map(|known| known.sm3.clone()).unwrap_or_default(),
        short: format!("{}…{}", &item.id[..item.id.len().min(6)], &item.id[item.id.len().saturating_sub(6)..]),
        records: item.records.filter(|no| *no != item.act).map(|no| no.0),
        verified: item.verified.map(|result| match result {
            ::law::acts::EvidenceResult::Accepted => ("ok", result.label()),
            ::law::acts::EvidenceResult::Excluded => ("bad", result.label()),
        }),
        void: item.void,
        marks: item.marks.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_lengths_and_places_are_shown_as_people_read_them() {
        assert_eq!(size(900), "900 字节");
        assert_eq!(size(1536), "1.5 KB");
        assert_eq!(size(2 * 1_073_741_824), "2.0 GB");
        assert_eq!(seconds(90_500), "1:31");
        assert_eq!(seconds(3_661_000), "1:01:01");
        assert_eq!(degrees((31_150_100, -121_120_000)), "北纬31.15010° 西经121.12000°");
    }
}
