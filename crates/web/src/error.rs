//! What goes wrong, mapped to HTTP in this one place; a page for the person, a line for the log.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use ledger::Fault;

/// Why a page is not what was asked for.
#[derive(Debug)]
pub(crate) enum Error {
    /// Nobody is signed in; where they wanted to go.
    SignIn(String),
    /// Signed in, but this is not theirs to see or do.
    NotAllowed(&'static str),
    /// There is nothing here.
    NotFound(&'static str),
    /// The request itself is wrong: which part, and what would be right.
    Bad(String),
    /// Somebody acted in between.
    Conflict,
    /// Too many tries.
    TooMany,
    /// The ledger.
    Fault(Fault),
    /// A template failed, or something that cannot happen did.
    Bug(String),
}

/// What a handler returns.
pub(crate) type Page = Result<Response, Error>;

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Conflict { .. } => Error::Conflict,
            other => Error::Fault(other),
        }
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    code: u16,
    title: &'a str,
    text: &'a str,
}

/// Draws a template.
pub(crate) fn html<T: Template>(template: &T) -> Page {
    html_with(StatusCode::OK, template)
}

/// Draws a template with a status.
pub(crate) fn html_with<T: Template>(status: StatusCode, template: &T) -> Page {
    let page = template.render().map_err(|e| Error::Bug(e.to_string()))?;
    Ok((status, Html(page)).into_response())
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, title, text): (StatusCode, &str, String) = match self {
            Error::SignIn(to) => {
                let to: String = to
                    .bytes()
                    .map(|b| {
                        if b.is_ascii_alphanumeric() || b == b'/' {
                            (b as char).to_string()
                        } else {
                            format!("%{b:02X}")
                        }
                    })
                    .collect();
                return Redirect::to(&format!("/office/sign-in?to={to}")).into_response();
            }
            Error::NotAllowed(why) => (StatusCode::FORBIDDEN, "不能查看或者办理", why.into()),
            Error::NotFound(what) => (StatusCode::NOT_FOUND, "没有找到", what.into()),
            Error::Bad(why) => (StatusCode::BAD_REQUEST, "请求不完整或者有误", why),
            Error::Conflict => (
                StatusCode::CONFLICT,
                "已有他人办理",
                "打开本页以后已有他人办理。请返回上一页刷新，核对后再办；这次没有记录任何内容。".into(),
            ),
            Error::TooMany => {
                (StatusCode::TOO_MANY_REQUESTS, "请稍后再试", "一分钟内尝试次数过多，请一分钟后再试。".into())
            }
            Error::Fault(fault) => {
                tracing::error!(?fault, "ledger");
                let status = match fault {
                    Fault::Full | Fault::ReadOnly | Fault::Unavailable(_) | Fault::Stopped | Fault::Unknown => {
                        StatusCode::SERVICE_UNAVAILABLE
                    }
                    _ => StatusCode::INTERNAL_SERVER_ERROR,
                };
                (status, "现在不能办理", fault.to_string())
            }
            Error::Bug(what) => {
                tracing::error!(what, "bug");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "系统出错",
                    "系统内部错误，没有记录任何内容。请把时间和操作告知系统管理员。".into(),
                )
            }
        };
        let page = ErrorPage { code: status.as_u16(), title, text: &text };
        (status, Html(page.render().unwrap_or_else(|_| text.clone()))).into_response()
    }
}
