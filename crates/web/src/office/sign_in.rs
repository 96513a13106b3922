//! Signing in and out.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use office::account::{self, SignIn};
use serde::Deserialize;

use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html_with};
use crate::form::Plain;
use crate::peer::Peer;
use crate::session::{self, Who};

#[derive(Template)]
#[template(path = "office/sign_in.html")]
struct SignInPage {
    banner: Option<String>,
    bureau: String,
    to: String,
    login: String,
    why: Option<String>,
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub(crate) struct To {
    #[serde(default)]
    to: String,
}

async fn draw(app: &App, status: StatusCode, to: String, login: String, why: Option<String>) -> Page {
    let bureau = app.directory().await?.bureau.short.clone();
    html_with(status, &SignInPage { banner: app.banner.clone(), bureau, to: own_path(&to), login, why })
}

/// Only a path of this site: the form must not become a way to send people elsewhere.
fn own_path(to: &str) -> String {
    if to.starts_with("/office") && !to.contains("//") && !to.contains('\\') { to.to_owned() } else { "/office".into() }
}

/// `GET /office/sign-in`.
pub(crate) async fn page(State(app): State<Arc<App>>, Query(to): Query<To>) -> Page {
    draw(&app, StatusCode::OK, to.to, String::new(), None).await
}

/// `POST /office/sign-in`.
pub(crate) async fn submit(State(app): State<Arc<App>>, Peer(address): Peer, Plain(form): Plain) -> Page {
    let (login, password) =
        (form.get("login").unwrap_or("").to_owned(), form.0.get("password").cloned().unwrap_or_default());
    let to = form.get("to").unwrap_or("").to_owned();
    // By address, and by account: neither one guesser with many accounts nor many guessers at one account.
    let (by_address, by_account) = (format!("sign-in {address}"), format!("account {login}"));
    if !app.limits().allow(&by_address, 30, app.now()) || !app.limits().allow(&by_account, 12, app.now()) {
        return Err(Error::TooMany);
    }
    let name = login.clone();
    let (hash, locked) = app.read(move |tx| account::stored(tx, &name)).await?;
    if locked > app.now() {
        let why = format!("账号已锁定，{} 之后可以再试。", civil_minute(locked));
        return draw(&app, StatusCode::TOO_MANY_REQUESTS, to, login, Some(why)).await;
    }
    let right = tokio::task::spawn_blocking(move || account::check(&password, &hash))
        .await
        .map_err(|e| Error::Bug(e.to_string()))?;
    if !right {
        let name = login.clone();
        let outcome = app.casework.ledger.act(move |tx| account::failed(tx, &name)).await?;
        let why = match outcome {
            SignIn::Locked(until) => format!("密码连续错误，账号已锁定，{} 之后可以再试。", civil_minute(until)),
            _ => "账号或者密码不对。".into(),
        };
        return draw(&app, StatusCode::UNAUTHORIZED, to, login, Some(why)).await;
    }
    let (token, csrf) = (account::token()?, account::token()?);
    let kept = token.clone();
    app.casework.ledger.act(move |tx| account::open(tx, &login, &kept, &csrf)).await?;
    let secure = if app.secure { "; Secure" } else { "" };
    let cookie = format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
        session::NAME,
        account::SESSION_MS / 1000
    );
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&own_path(&to))).into_response())
}

/// `POST /office/sign-out`.
pub(crate) async fn leave(State(app): State<Arc<App>>, who: Who, headers: HeaderMap, Plain(form): Plain) -> Page {
    who.checked(form.get("csrf"))?;
    if let Some(token) = session::token(&headers) {
        app.casework.ledger.act(move |tx| account::close(tx, &token)).await?;
    }
    let cookie = format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0", session::NAME);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/office/sign-in")).into_response())
}
