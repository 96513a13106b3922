//! Every address, in one table.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::error::Error;
use crate::{api, assets, office, public};

/// The largest request taken: one evidence file and the form around it.
const BODY_MAX: usize = 52 * 1024 * 1024;

/// The site.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(public::home::page))
        .route("/decisions", get(public::decisions::page))
        .route("/v/{code}", get(public::verify::page))
        .route("/v", get(public::verify::look_up))
        .route("/q/{code}", get(public::progress::page).post(public::progress::say))
        .route("/check", get(public::check::page))
        .route("/check/check.js", get(public::check::script))
        .route("/check/check.css", get(public::check::style))
        .route("/assets/{name}", get(assets::asset))
        .route("/office", get(office::workbench::page))
        .route("/office/sign-in", get(office::sign_in::page).post(office::sign_in::submit))
        .route("/office/sign-out", post(office::sign_in::leave))
        .route("/office/search", get(office::search::page))
        .route("/office/spot", get(office::spot::page).post(office::spot::submit))
        .route("/office/spot/{case}", get(office::spot::done::page))
        .route("/office/cases", get(office::cases::list::page))
        .route("/office/cases/import", get(office::cases::import::page).post(office::cases::import::submit))
        .route("/office/cases/new", get(office::cases::new::page).post(office::cases::new::submit))
        .route("/office/cases/{case}", get(office::cases::file::page).post(office::cases::act::submit))
        .route("/office/cases/{case}/preview", post(office::documents::preview::show))
        .route("/office/cases/{case}/dossier", get(office::cases::dossier::page).post(office::cases::dossier::export))
        .route("/office/approvals", get(office::approvals::list::page))
        .route(
            "/office/approvals/{id}",
            get(office::approvals::approval::page).post(office::approvals::approval::submit),
        )
        .route("/office/payments", get(office::payments::page).post(office::payments::submit))
        .route("/office/reviews", get(office::reviews::page))
        .route("/office/reviews/{case}", get(office::reviews::file::page))
        .route("/office/hearings", get(office::reviews::hearings::page))
        .route("/office/delegations", get(office::delegations::page).post(office::delegations::submit))
        .route("/office/documents/seals", get(office::documents::seals::page).post(office::documents::seals::submit))
        .route("/office/documents/seals/{file}", get(office::documents::seals::picture))
        .route("/office/documents/numbers", get(office::documents::numbers::page))
        .route("/office/cases/{case}/evidence", get(office::evidence::page::page))
        .route(
            "/office/cases/{case}/evidence/{id}",
            get(office::evidence::file::page).post(office::evidence::file::verify),
        )
        .route("/office/tickets", get(office::tickets::list::page))
        .route("/office/tickets/new", get(office::tickets::new::page).post(office::tickets::new::submit))
        .route("/office/dispatch", get(office::dispatch::page).post(office::dispatch::submit))
        .route("/office/tickets/model", get(office::tickets::model::page).post(office::tickets::model::submit))
        .route("/office/tickets/understand", post(office::tickets::new::look))
        .route("/office/tickets/{id}/files/{digest}", get(office::tickets::files::file))
        .route("/office/tickets/import", get(office::tickets::import::page).post(office::tickets::import::submit))
        .route("/office/tickets/export", get(office::tickets::list::export))
        .route("/office/tickets/insight", get(office::tickets::insight::page))
        .route("/office/tickets/digest/{monday}", get(office::tickets::digest::page))
        .route("/office/tickets/{id}", get(office::tickets::ticket::page).post(office::tickets::ticket::submit))
        .route("/office/registers", get(office::registers::index::page))
        .route("/office/registers/{name}", get(office::registers::list::page))
        .route("/office/registers/{name}/new", get(office::registers::form::new).post(office::registers::form::submit))
        .route(
            "/office/registers/{name}/import",
            get(office::registers::import::page).post(office::registers::import::submit),
        )
        .route(
            "/office/registers/{name}/{id}",
            get(office::registers::record::page).post(office::registers::record::submit),
        )
        .route("/office/report", get(office::report::latest))
        .route("/office/report/template", get(office::report::template::page).post(office::report::template::submit))
        .route("/office/report/{year}", get(office::report::page).post(office::report::edition::freeze))
        .route("/office/report/{year}/edition/{number}", get(office::report::edition::page))
        .route("/office/report/{year}/{figure}", get(office::report::list))
        .route("/office/law", get(office::law::page))
        .route("/office/law/import", get(office::law::import::page).post(office::law::import::submit))
        .route("/office/law/rules/{id}", get(office::law::rule::page))
        .route("/office/law/statutes/{id}", get(office::law::statute::page))
        .route("/office/law/{code}/decisions", get(office::law::decisions::page))
        .route("/office/law/{code}", get(office::law::matter).post(office::law::verify))
        .route("/office/organs", get(office::organs::page))
        .route("/office/outbox", get(office::outbox::page).post(office::outbox::retry))
        .route("/office/views", axum::routing::post(office::views::submit))
        .route("/office/refusals", get(office::refusals::page))
        .route("/office/lookups", get(office::lookups::page))
        .route("/api/v1/openapi.json", get(api::openapi))
        .route("/api/v1/cases", get(api::cases))
        .route("/api/v1/cases/{id}", get(api::case))
        .route("/api/v1/tickets", get(api::tickets))
        .route("/api/v1/orders", post(api::push::take))
        .route("/api/v1/orders/{order_no}", get(api::push::progress))
        .route("/api/v1/transfers/{ticket}", get(api::push::transferred))
        .route("/api/v1/figures/{year}", get(api::figures))
        .fallback(async || Error::NotFound("没有这个页面。请从导航进入，或者核对网址。"))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60)))
        .merge(papers())
        .merge(files())
        .layer(middleware::from_fn(guard))
        .with_state(app)
}

/// What takes longer than a page may: stacks of scanned papers, of which every page is searched, and documents that programs outside work on.
fn papers() -> Router<Arc<App>> {
    use office::documents::scans::{page, submit};
    Router::new()
        .route("/office/documents/scans", get(page).post(submit))
        .route("/office/documents/{code}", get(office::documents::page::page).post(office::documents::outside::submit))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(660)))
}

/// What is as large as an evidence file: neither bounded in size as a form is, nor in time, nor compressed on its way.
fn files() -> Router<Arc<App>> {
    use office::evidence::{bytes, upload};
    Router::new()
        .route("/office/cases/{case}/files/{id}", get(bytes::file))
        .route("/office/registers/{name}/{id}/files/{file}", get(office::registers::record::file))
        .route("/office/uploads", post(upload::begin))
        .route(
            "/office/uploads/{token}",
            get(upload::state).head(upload::state).patch(upload::append).delete(upload::cancel),
        )
        .layer(DefaultBodyLimit::disable())
}

/// Headers every answer carries: no foreign content, no framing, no guessing of types, nothing of staff pages in shared caches.
async fn guard(request: Request<axum::body::Body>, next: Next) -> Response {
    let staff = request.uri().path().starts_with("/office") || request.uri().path().starts_with("/api");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let set = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'self'; connect-src 'self'; media-src 'self'; frame-src 'self'; \
             object-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ];
    for (name, value) in set {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if staff {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
