//! Who calls, what they ask, and what goes wrong, in JSON.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use ledger::Fault;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::Error;
use crate::session::Who;

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// A word for programs: `sign_in`, `not_allowed`, `not_found`, `bad_request`, `conflict`, `too_many`, `unavailable`, `internal`.
    error: &'static str,
    /// A sentence for people, in Chinese, that says what to do.
    message: String,
}

/// An error answered in JSON.
#[derive(Debug)]
pub(crate) struct Fail(Error);

impl<E: Into<Error>> From<E> for Fail {
    fn from(error: E) -> Fail {
        Fail(error.into())
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        let (status, error, message) = match self.0 {
            Error::SignIn(_) => (StatusCode::UNAUTHORIZED, "sign_in", "请先登录：没有会话，或者会话已经过期。".into()),
            Error::NotAllowed(why) => (StatusCode::FORBIDDEN, "not_allowed", why.into()),
            Error::NotFound(what) => (StatusCode::NOT_FOUND, "not_found", what.into()),
            Error::Bad(why) => (StatusCode::BAD_REQUEST, "bad_request", why),
            Error::Conflict => (StatusCode::CONFLICT, "conflict", "已有他人办理，请重新读取后再办。".into()),
            Error::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too_many", "一分钟内请求过多，请一分钟后再试。".into()),
            Error::Fault(fault) => {
                tracing::error!(?fault, "ledger");
                match fault {
                    Fault::Bug(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", fault.to_string()),
                    _ => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", fault.to_string()),
                }
            }
            Error::Bug(what) => {
                tracing::error!(what, "bug");
                (StatusCode::INTERNAL_SERVER_ERROR, "internal", "系统内部错误，请把时间和操作告知系统管理员。".into())
            }
        };
        (status, Json(Problem { error, message })).into_response()
    }
}

/// The signed-in caller.
pub(crate) struct Caller(pub(crate) Who);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Caller, Fail> {
        Ok(Caller(Who::from_request_parts(parts, app).await?))
    }
}

/// The query, or what is wrong with it.
pub(crate) fn asked<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Fail> {
    query.map(|Query(q)| q).map_err(|e| Fail(Error::Bad(format!("网址中的参数不对：{}", e.body_text()))))
}

/// The part of the path, or what is wrong with it.
pub(crate) fn at<T>(path: Result<Path<T>, PathRejection>) -> Result<T, Fail> {
    path.map(|Path(p)| p).map_err(|_| Fail(Error::NotFound("网址中的编号不对。")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_status() {
        let status = |e: Error| Fail(e).into_response().status().as_u16();
        assert_eq!(status(Error::SignIn("/".into())), 401);
        assert_eq!(status(Error::NotAllowed("")), 403);
        assert_eq!(status(Error::NotFound("")), 404);
        assert_eq!(status(Error::Bad(String::new())), 400);
        assert_eq!(status(Error::Conflict), 409);
        assert_eq!(status(Error::TooMany), 429);
        assert_eq!(status(Error::Fault(Fault::Full)), 503);
        assert_eq!(status(Error::Bug(String::new())), 500);
    }
}
