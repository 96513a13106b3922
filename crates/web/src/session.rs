//! Who is signed in, and the token that every form of theirs must carry.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use office::account::{self, Session};
use office::role::Right;

use crate::app::App;
use crate::error::Error;

/// Name of the cookie.
pub(crate) const NAME: &str = "xiezhi";

/// The signed-in person of this request.
#[derive(Debug, Clone)]
pub(crate) struct Who(pub(crate) Session);

impl Who {
    /// Goes on only with this right.
    pub(crate) fn need(&self, right: Right) -> Result<(), Error> {
        if self.0.may(right) {
            Ok(())
        } else {
            Err(Error::NotAllowed("您的角色没有这项权限。需要的，请联系本单位系统管理员。"))
        }
    }

    /// Goes on only when the form carries this session's token.
    pub(crate) fn checked(&self, token: Option<&str>) -> Result<(), Error> {
        if token == Some(self.0.csrf.as_str()) {
            Ok(())
        } else {
            Err(Error::Bad("表单已经失效，请返回上一页刷新后再提交。".into()))
        }
    }

    /// May this person see a case or ticket of this unit?
    pub(crate) fn sees(&self, unit: &str) -> Result<(), Error> {
        if self.0.may(Right::ReadBureau) || (self.0.may(Right::ReadUnit) && self.0.unit == unit) {
            return Ok(());
        }
        Err(Error::NotAllowed("这件不由您的单位办理。需要查阅的，请联系承办单位或者法制部门。"))
    }

    /// May this person act in a case of this organ and unit? Reading further does not mean acting further.
    pub(crate) fn acts(&self, organ: &str, unit: &str) -> Result<(), Error> {
        use office::Role::{DeputyHead, Head, LegalReviewer, SquadLegalOfficer};
        let holds = |roles: &[office::Role]| self.0.roles.iter().any(|r| roles.contains(r));
        let organs = self.0.organ == organ && holds(&[Head, DeputyHead, SquadLegalOfficer]);
        if self.0.may(Right::Act) && (self.0.unit == unit || organs || holds(&[LegalReviewer])) {
            return Ok(());
        }
        Err(Error::NotAllowed("这件不由您的单位办理，您可以查阅，不能办理。"))
    }

    /// The unit that lists of this person are limited to, none when they see the whole bureau.
    pub(crate) fn scope(&self) -> Option<String> {
        if self.0.may(Right::ReadBureau) { None } else { Some(self.0.unit.clone()) }
    }
}

/// The token in the cookie.
pub(crate) fn token(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok());
    cookies.flat_map(|c| c.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == NAME).then(|| value.to_owned())
    })
}

impl FromRequestParts<Arc<App>> for Who {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Who, Error> {
        let wanted = parts.uri.path_and_query().map_or("/office", |p| p.as_str()).to_owned();
        let Some(token) = token(&parts.headers) else { return Err(Error::SignIn(wanted)) };
        let (now, day) = (app.now(), app.today());
        let session = app.read(move |tx| account::session(tx, &token, now, day)).await?;
        session.map(Who).ok_or(Error::SignIn(wanted))
    }
}
