//! The JSON interface, `/api/v1`: what other platforms of the city read. The same session and the same limits as the pages.

mod answer;
pub(crate) mod push;

use std::sync::Arc;

use ::law::acts::Stage;
use ::law::clocks::{End, State as ClockState};
use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use casework::read::list::{self, Filter, Order};
use intake::read::Filter as TicketFilter;
use intake::{Channel, Stage as TicketStage};
use office::role::Right;
use report::Period;
use serde::{Deserialize, Serialize};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{IntoParams, Modify, OpenApi, ToSchema};

use crate::app::App;
use crate::error::Error;
use crate::office::tickets::scope;
use crate::session;
use answer::{Caller, Fail, Problem, asked, at};

/// The description of this interface.
#[derive(OpenApi)]
#[openapi(
    info(title = "獬豸 Xiezhi", description = "城管执法平台的数据接口。金额以分为单位，日期为东八区公历日期。列表每页有界，用 next 翻页。"),
    paths(cases, case, tickets, figures, push::take, push::progress, push::transferred),
    components(schemas(Problem)),
    modifiers(&Session),
    security(("session" = []))
)]
struct Description;

/// The one way to sign in so far: the cookie of the site.
struct Session;

impl Modify for Session {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(session::NAME)));
        openapi.components.get_or_insert_default().add_security_scheme("session", cookie);
    }
}

/// `GET /api/v1/openapi.json`.
pub(crate) async fn openapi() -> Response {
    Json(Description::openapi()).into_response()
}

/// Which cases.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CasesAsked {
    /// `open` or `closed`; all when absent.
    #[serde(default)]
    state: String,
    /// Code of a matter.
    #[serde(default)]
    matter: String,
    /// Words in title, number or place. A search gives one page.
    #[serde(default)]
    words: String,
    /// `newest` (default) or `due`.
    #[serde(default)]
    order: String,
    /// The `next` of the page before.
    #[serde(default)]
    after: String,
}

/// A page of cases.
#[derive(Debug, Serialize, ToSchema)]
struct Cases {
    /// At most 50.
    rows: Vec<CaseRow>,
    /// What to give as `after` for the next page, none on the last.
    next: Option<String>,
}

/// A case in a list.
#[derive(Debug, Serialize, ToSchema)]
struct CaseRow {
    id: i64,
    /// Organ that signs.
    organ: String,
    /// Unit that handles it.
    unit: String,
    title: String,
    /// Newest document number.
    number: String,
    /// Code of the matter.
    matter: String,
    /// `simple` or `ordinary`.
    procedure: String,
    /// Step, in Chinese.
    stage: &'static str,
    place: String,
    /// What it came from, `ticket/12`.
    lead: Option<String>,
    opened: String,
    filed: Option<String>,
    decided: Option<String>,
    closed: Option<String>,
    /// Fine as it stands, fen.
    fine: i64,
    /// Next own deadline, none when no term runs.
    due: Option<String>,
    due_label: Option<String>,
    /// Defects marked on its acts.
    marks: i64,
}

impl From<list::Row> for CaseRow {
    fn from(r: list::Row) -> CaseRow {
        let runs = !r.due_label.is_empty();
        CaseRow {
            stage: usize::try_from(r.stage).ok().and_then(|at| Stage::ALL.get(at)).map_or("", |s| s.label()),
            due: runs.then_some(r.due),
            due_label: runs.then_some(r.due_label),
            id: r.id,
            organ: r.organ,
            unit: r.unit,
            title: r.title,
            number: r.number,
            matter: r.matter,
            procedure: r.procedure,
            place: r.place,
            lead: r.lead,
            opened: r.opened,
            filed: r.filed,
            decided: r.decided,
            closed: r.closed,
            fine: r.fine,
            marks: r.marks,
        }
    }
}

/// The order of a list, newest first unless said otherwise.
fn order(text: &str) -> Result<Order, Error> {
    match text {
        "" | "newest" => Ok(Order::Newest),
        "due" => Ok(Order::Due),
        _ => Err(Error::Bad("order 只能是 newest 或者 due。".into())),
    }
}

fn text(text: String) -> Option<String> {
    Some(text).filter(|t| !t.trim().is_empty())
}

/// Cases that the caller may see.
#[utoipa::path(get, path = "/api/v1/cases", params(CasesAsked), responses(
    (status = 200, body = Cases), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn cases(
    State(app): State<Arc<App>>,
    caller: Caller,
    query: Result<Query<CasesAsked>, QueryRejection>,
) -> Result<Response, Fail> {
    let (who, query) = (caller.0, asked(query)?);
    who.need(Right::ReadUnit)?;
    let filter = Filter {
        unit: who.scope(),
        open: match query.state.as_str() {
            "" => None,
            "open" => Some(true),
            "closed" => Some(false),
            _ => return Err(Error::Bad("state 只能是 open 或者 closed。".into()).into()),
        },
        matter: text(query.matter),
        procedure: None,
        words: text(query.words),
        order: order(&query.order)?,
        after: text(query.after),
    };
    let page = app.read(move |tx| list::page(tx, &filter)).await?;
    Ok(Json(Cases { rows: page.rows.into_iter().map(CaseRow::from).collect(), next: page.next }).into_response())
}

/// One case.
#[derive(Debug, Serialize, ToSchema)]
struct CaseWhole {
    #[serde(flatten)]
    row: CaseRow,
    /// How many acts it has.
    version: i64,
    parties: Vec<Party>,
    /// Oldest first; never changed or deleted.
    acts: Vec<ActRow>,
    /// Terms that run, are over or stand still.
    clocks: Vec<ClockRow>,
}

/// A party.
#[derive(Debug, Serialize, ToSchema)]
struct Party {
    no: i64,
    name: String,
    /// A natural person.
    person: bool,
}

/// An act.
#[derive(Debug, Serialize, ToSchema)]
struct ActRow {
    no: u32,
    /// English word of its kind.
    kind: &'static str,
    /// Chinese word of its kind.
    label: &'static str,
    happened: String,
    /// Voided by a later act.
    void: bool,
    /// Number of the document it issued.
    number: Option<String>,
    /// Code of the document it issued, for `/v/CODE`.
    document: Option<String>,
    /// The approval whose last signature performed it.
    approval: Option<i64>,
    marks: Vec<MarkRow>,
    /// Position in the journal.
    position: i64,
    /// Hash of its entry, shortened.
    hash: String,
}

/// A defect marked on an act when it was recorded.
#[derive(Debug, Serialize, ToSchema)]
struct MarkRow {
    rule: String,
    why: String,
    article: String,
}

/// A term.
#[derive(Debug, Serialize, ToSchema)]
struct ClockRow {
    /// Number of its rule.
    id: &'static str,
    label: &'static str,
    article: &'static str,
    /// Not counted itself.
    start: String,
    /// Its last day.
    last: String,
    /// Lies beyond the holidays known.
    provisional: bool,
    /// `late`, `lapses` or `opens`: what its end does.
    ends: &'static str,
    /// `running`, `over` or `paused`.
    state: &'static str,
    /// Counts working days.
    workdays: bool,
}

/// One case, whole, without identity numbers.
#[utoipa::path(get, path = "/api/v1/cases/{id}", params(("id" = i64, Path, description = "Number of the case")), responses(
    (status = 200, body = CaseWhole), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn case(
    State(app): State<Arc<App>>,
    caller: Caller,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fail> {
    let (who, id) = (caller.0, at(id)?);
    who.need(Right::ReadUnit)?;
    let (own, today) = (app.casework.clone(), app.today());
    let file = app.read(move |tx| own.file(tx, id, today)).await?.ok_or(Error::NotFound("没有这个案件。"))?;
    who.sees(&file.row.unit)?;
    let acts = file.acts.iter().map(|a| {
        let kind = a.recorded.act.kind();
        ActRow {
            no: a.recorded.no.0,
            kind: kind.code(),
            label: kind.label(),
            happened: a.recorded.happened.to_string(),
            void: file.case.is_void(a.recorded.no),
            number: a.recorded.allocated.number.clone(),
            document: a.recorded.allocated.document.clone(),
            approval: a.approval,
            marks: a
                .recorded
                .marks
                .iter()
                .map(|m| MarkRow { rule: m.rule.to_string(), why: m.why.clone(), article: m.article.to_string() })
                .collect(),
            position: a.position,
            hash: a.hash.clone(),
        }
    });
    let clocks = file.clocks.iter().filter_map(|c| {
        Some(ClockRow {
            id: c.id,
            label: c.label,
            article: c.article,
            start: c.start.to_string(),
            last: c.due.last.to_string(),
            provisional: c.due.provisional,
            ends: match c.end {
                End::Late => "late",
                End::Lapses => "lapses",
                End::Opens => "opens",
            },
            state: match c.state {
                ClockState::Running => "running",
                ClockState::Over => "over",
                ClockState::Paused => "paused",
                ClockState::Done(_) => return None,
            },
            workdays: c.workdays,
        })
    });
    let whole = CaseWhole {
        version: file.version,
        parties: file
            .parties
            .iter()
            .map(|(no, _, p)| Party { no: *no, name: p.name.clone(), person: p.person })
            .collect(),
        acts: acts.collect(),
        clocks: clocks.collect(),
        row: CaseRow::from(file.row.clone()),
    };
    Ok(Json(whole).into_response())
}

/// Which tickets.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TicketsAsked {
    /// `received`, `assigned`, `answered`, `closed` or `returned`; all when absent.
    #[serde(default)]
    state: String,
    /// `hotline_12345`, `hotline_12319`, `wechat`, `call`, `visit`, `platform` or `other`; all when absent.
    #[serde(default)]
    channel: String,
    /// Words of text, address or number.
    #[serde(default)]
    words: String,
    /// `newest` (default) or `due`.
    #[serde(default)]
    order: String,
    /// The `next` of the page before.
    #[serde(default)]
    after: String,
}

/// A page of tickets.
#[derive(Debug, Serialize, ToSchema)]
struct Tickets {
    /// At most 50.
    rows: Vec<TicketRow>,
    /// What to give as `after` for the next page, none on the last.
    next: Option<String>,
}

/// A ticket in a list, without its caller.
#[derive(Debug, Serialize, ToSchema)]
struct TicketRow {
    id: i64,
    /// Number of the source.
    order_no: String,
    channel: &'static str,
    /// `inquiry`, `help`, `complaint`, `suggestion` or `report`.
    kind: &'static str,
    received: String,
    title: String,
    address: String,
    /// Unit that has it.
    unit: Option<String>,
    state: &'static str,
    /// Next last day.
    due: Option<String>,
    /// The case it led to.
    case: Option<i64>,
    urgent: bool,
}

/// Tickets that the caller may see.
#[utoipa::path(get, path = "/api/v1/tickets", params(TicketsAsked), responses(
    (status = 200, body = Tickets), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn tickets(
    State(app): State<Arc<App>>,
    caller: Caller,
    query: Result<Query<TicketsAsked>, QueryRejection>,
) -> Result<Response, Fail> {
    let (who, query) = (caller.0, asked(query)?);
    who.need(Right::Tickets)?;
    let channel =
        text(query.channel).map(|c| Channel::parse(&c).ok_or_else(|| Error::Bad(format!("channel 没有“{c}”。"))));
    let stage =
        text(query.state).map(|s| TicketStage::parse(&s).ok_or_else(|| Error::Bad(format!("state 没有“{s}”。"))));
    let filter =
        TicketFilter {
            unit: scope(&who),
            channel: channel.transpose()?,
            stages: stage.transpose()?.into_iter().collect(),
            words: text(query.words),
            order: match query.order.as_str() {
                "" => intake::read::Order::Newest,
                word => intake::read::Order::ALL.iter().find(|o| o.1 == word).map(|o| o.0).ok_or_else(|| {
                    Error::Bad("order 只能是 newest、oldest、due、urgent、updated、follow_up。".into())
                })?,
            },
            after: text(query.after),
            ..TicketFilter::default()
        };
    let page = app.read(move |tx| intake::read::page(tx, &filter)).await?;
    let rows = page.rows.into_iter().map(|r| TicketRow {
        id: r.id,
        order_no: r.order_no,
        channel: r.channel.code(),
        kind: r.kind.code(),
        received: r.received,
        title: r.title,
        address: r.address,
        unit: r.unit,
        state: r.state.code(),
        due: r.due.map(|d| d.to_string()),
        case: r.case,
        urgent: r.urgent,
    });
    Ok(Json(Tickets { rows: rows.collect(), next: page.next }).into_response())
}

/// Which days.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FiguresAsked {
    /// Last day; today, or 31 December of a year that is over, when absent.
    #[serde(default)]
    until: String,
}

/// The figures and claims of a year, as of a journal position.
#[derive(Debug, Serialize, ToSchema)]
struct Figures {
    year: i16,
    period: Days,
    as_of: AsOf,
    figures: Vec<FigureRow>,
    claims: Vec<ClaimRow>,
}

/// Days, both included.
#[derive(Debug, Serialize, ToSchema)]
struct Days {
    from: String,
    until: String,
}

/// An end of the journal.
#[derive(Debug, Serialize, ToSchema)]
struct AsOf {
    position: i64,
    root: String,
}

/// A figure.
#[derive(Debug, Serialize, ToSchema)]
struct FigureRow {
    id: String,
    title: String,
    /// None for a share of nothing.
    value: Option<i64>,
    unit: String,
    /// As the report says it.
    worded: String,
    /// `flow`, `stock` or `ratio`.
    kind: String,
    /// Where its records are opened.
    records_url: String,
}

/// A sentence over a list.
#[derive(Debug, Serialize, ToSchema)]
struct ClaimRow {
    id: String,
    title: String,
    holds: bool,
    worded: String,
    counterexamples: i64,
    records_url: String,
}

fn kind_code(kind: report::Kind) -> String {
    match kind {
        report::Kind::Flow => "flow",
        report::Kind::Stock => "stock",
        report::Kind::Ratio => "ratio",
        report::Kind::Claim => "claim",
    }
    .into()
}

impl From<report::Report> for Figures {
    fn from(r: report::Report) -> Figures {
        Figures {
            year: r.year,
            period: Days { from: r.period.from().to_string(), until: r.period.until().to_string() },
            as_of: AsOf { position: r.as_of.position, root: r.as_of.root },
            figures: r
                .figures
                .into_iter()
                .map(|f| FigureRow {
                    id: f.id,
                    title: f.title,
                    value: f.value,
                    unit: f.unit,
                    worded: f.worded,
                    kind: kind_code(f.kind),
                    records_url: f.records_url,
                })
                .collect(),
            claims: r
                .claims
                .into_iter()
                .map(|c| ClaimRow {
                    id: c.id,
                    title: c.title,
                    holds: c.holds,
                    worded: c.worded,
                    counterexamples: c.counterexamples,
                    records_url: c.records_url,
                })
                .collect(),
        }
    }
}

/// The figures of a year.
#[utoipa::path(get, path = "/api/v1/figures/{year}", params(("year" = i16, Path, description = "The year"), FiguresAsked), responses(
    (status = 200, body = Figures), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn figures(
    State(app): State<Arc<App>>,
    caller: Caller,
    year: Result<Path<i16>, PathRejection>,
    query: Result<Query<FiguresAsked>, QueryRejection>,
) -> Result<Response, Fail> {
    let (who, year, query) = (caller.0, at(year)?, asked(query)?);
    who.need(Right::Report)?;
    let today = app.today();
    let until = match text(query.until) {
        Some(until) => until.parse().map_err(|_| Error::Bad("until 应写成 2024-11-21。".into()))?,
        None => ::law::Day::new(year, 12, 31).map_err(|_| Error::Bad("年度应是四位数，例如 2024。".into()))?.min(today),
    };
    let period = Period::of_year(year, until).map_err(|e| Error::Bad(e.to_string()))?;
    let report = report::yearly(&app.casework.ledger, period).await?;
    Ok(Json(Figures::from(report)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_names_every_path_and_the_way_to_sign_in() {
        let description = Description::openapi();
        let paths: Vec<&String> = description.paths.paths.keys().collect();
        let expected = [
            "/api/v1/cases",
            "/api/v1/cases/{id}",
            "/api/v1/figures/{year}",
            "/api/v1/orders",
            "/api/v1/orders/{order_no}",
            "/api/v1/tickets",
            "/api/v1/transfers/{ticket}",
        ];
        assert_eq!(paths, expected);
        let json = description.to_json().unwrap();
        assert!(json.contains("\"cookie\"") && json.contains("\"xiezhi\"") && json.contains("Problem"));
    }
}
