//! Accounts and sessions: argon2id, lockout, tokens stored hashed.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use jiff::civil::Date;
use ledger::{Fault, Tx};

use crate::change::{Change, record};
use crate::{BadInput, Role};

/// Wrong passwords in a row before an account is locked for [`LOCK_MS`].
pub const FAILURES: i64 = 5;
/// How long a locked account stays locked, milliseconds.
pub const LOCK_MS: i64 = 15 * 60 * 1000;
/// How long a session lasts, milliseconds.
pub const SESSION_MS: i64 = 12 * 60 * 60 * 1000;

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Sign-in name.
    pub login: String,
    /// Number of the person.
    pub person: u32,
    /// Name of the person.
    pub name: String,
    /// Their unit's id.
    pub unit: String,
    /// Their unit's name.
    pub unit_name: String,
    /// The organ their unit acts for.
    pub organ: String,
    /// Their roles today.
    pub roles: Vec<Role>,
    /// What forms of this session must carry.
    pub csrf: String,
}

impl Session {
    /// Does any role of this person give the right?
    pub fn may(&self, right: crate::role::Right) -> bool {
        self.roles.iter().any(|r| r.may(right))
    }

    /// May any role of this person perform acts of this kind?
    pub fn performs(&self, kind: law::acts::Kind) -> bool {
        self.roles.iter().any(|r| r.performs(kind))
    }
}

/// What became of an attempt to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// The token for the cookie.
    Done(String),
    /// No such name, or a wrong password: deliberately one answer.
    Wrong,
    /// Locked until this time, UTC milliseconds.
    Locked(i64),
}

/// The argon2id hash of a password.
///
/// # Errors
/// The password is shorter than ten characters.
pub fn hash(password: &str) -> Result<String, BadInput> {
    if password.chars().count() < 10 {
        return Err(BadInput::new("密码", "至少十个字符"));
    }
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|e| BadInput::new("密码", format!("无法处理：{e}")))
}

/// Makes an account or gives an existing one a new password. `hash` comes from [`hash()`], made before the
/// transaction because it takes tens of milliseconds by design.
///
/// # Errors
/// The database fails.
pub fn set(tx: &mut Tx<'_>, actor: &str, on: Date, login: &str, person: u32, hash: &str) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let known = tx
        .row(
            "SELECT person FROM accounts WHERE bureau = $1 AND login = $2",
            &[bureau.as_str().into(), login.into()],
            |r| Ok(r.int(0)),
        )?
        .is_some();
    tx.execute(
        "INSERT INTO accounts (bureau, login, person, hash, failures, locked_until, disabled) VALUES ($1, $2, $3, $4, 0, 0, 0) \
         ON CONFLICT (bureau, login) DO UPDATE SET person = $3, hash = $4, failures = 0, locked_until = 0, disabled = 0",
        &[bureau.as_str().into(), login.into(), i64::from(person).into(), hash.into()],
    )?;
    // A new password ends every session opened with the old one.
    tx.execute("DELETE FROM sessions WHERE bureau = $1 AND login = $2", &[bureau.as_str().into(), login.into()])?;
    let what = if known { "password" } else { "created" };
    record(tx, actor, on, &Change::Account { login: login.into(), person, what: what.into() })?;
    Ok(())
}

/// Whose account this is.
///
/// # Errors
/// The database fails.
pub fn person_of(tx: &mut Tx<'_>, login: &str) -> Result<Option<u32>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.row(
        "SELECT person FROM accounts WHERE bureau = $1 AND login = $2",
        &[bureau.as_str().into(), login.into()],
        |row| Ok(u32::try_from(row.int(0)).unwrap_or_default()),
    )
}

/// The hash to compare with when the name is unknown, so that an unknown name takes as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$eGllemhpLW5vYm9keQ$5bCq8nq8TqY0Fh4eJ0m1sQ5b7m0r3yqJ1mX0b2hJ6xA";

/// The stored hash of a name, for [`check`] outside any transaction.
///
/// # Errors
/// The database fails.
pub fn stored(tx: &mut Tx<'_>, login: &str) -> Result<(String, i64), Fault> {
    let bureau = tx.bureau().to_owned();
    Ok(tx
        .row(
            "SELECT hash, locked_until FROM accounts WHERE bureau = $1 AND login = $2 AND disabled = 0",
            &[bureau.as_str().into(), login.into()],
            |row| Ok((row.text(0), row.int(1))),
        )?
        .unwrap_or_else(|| (NOBODY.to_owned(), 0)))
}

/// Is this the password of this hash?
pub fn check(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Counts a wrong password; the fifth in a row locks the account.
///
/// # Errors
/// The database fails.
pub fn failed(tx: &mut Tx<'_>, login: &str) -> Result<SignIn, Fault> {
    let (bureau, now) = (tx.bureau().to_owned(), tx.now_ms());
    let found = tx.row(
        "SELECT failures, locked_until FROM accounts WHERE bureau = $1 AND login = $2",
        &[bureau.as_str().into(), login.into()],
        |row| Ok((row.int(0), row.int(1))),
    )?;
    let Some((failures, locked)) = found else { return Ok(SignIn::Wrong) };
    // Guesses that were under way when the lock fell must not lift it.
    if locked > now {
        return Ok(SignIn::Locked(locked));
    }
    let (failures, until) = if failures + 1 >= FAILURES { (0, now + LOCK_MS) } else { (failures + 1, 0) };
    tx.execute(
        "UPDATE accounts SET failures = $3, locked_until = $4 WHERE bureau = $1 AND login = $2",
        &[bureau.as_str().into(), login.into(), failures.into(), until.into()],
    )?;
    Ok(if until > 0 { SignIn::Locked(until) } else { SignIn::Wrong })
}

/// Opens a session for a name whose password was right, and returns the token for the cookie.
///
/// # Errors
/// The database fails.
pub fn open(tx: &mut Tx<'_>, login: &str, token: &str, csrf: &str) -> Result<(), Fault> {
    let (bureau, now) = (tx.bureau().to_owned(), tx.now_ms());
    let b = bureau.as_str();
    tx.execute(
        "UPDATE accounts SET failures = 0, locked_until = 0 WHERE bureau = $1 AND login = $2",
        &[b.into(), login.into()],
    )?;
    tx.execute("DELETE FROM sessions WHERE bureau = $1 AND until < $2", &[b.into(), now.into()])?;
    tx.execute(
        "INSERT INTO sessions (bureau, token, login, csrf, since, until) VALUES ($1, $2, $3, $4, $5, $6)",
        &[b.into(), digest(token).as_str().into(), login.into(), csrf.into(), now.into(), (now + SESSION_MS).into()],
    )?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// The database fails.
pub fn close(tx: &mut Tx<'_>, token: &str) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    tx.execute(
        "DELETE FROM sessions WHERE bureau = $1 AND token = $2",
        &[bureau.as_str().into(), digest(token).as_str().into()],
    )?;
    Ok(())
}

/// Who holds this token, with their roles on `day`.
///
/// # Errors
/// The database fails.
pub fn session(tx: &mut Tx<'_>, token: &str, now_ms: i64, day: Date) -> Result<Option<Session>, Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let day = day.to_string();
    let rows = tx.rows(
        &format!(
            "SELECT s.login, a.person, p.name, p.unit, u.name, u.organ, s.csrf, r.role FROM sessions s \
             JOIN accounts a ON a.bureau = s.bureau AND a.login = s.login JOIN persons p ON p.bureau = a.bureau AND p.id = a.person \
             JOIN units u ON u.bureau = p.bureau AND u.id = p.unit LEFT JOIN ({ROLES}) r ON r.person = a.person \
             WHERE s.bureau = $1 AND s.token = $3 AND s.until >= $4 AND a.disabled = 0 AND p.active = 1"
        ),
        &[b.into(), day.as_str().into(), digest(token).as_str().into(), now_ms.into()],
        |row| {
            let session = Session {
                login: row.text(0),
                person: u32::try_from(row.int(1)).unwrap_or_default(),
                name: row.text(2),
                unit: row.text(3),
                unit_name: row.text(4),
                organ: row.text(5),
                roles: Vec::new(),
                csrf: row.text(6),
            };
            Ok((session, row.opt_text(7)))
        },
    )?;
    let mut roles: Vec<Role> = rows.iter().filter_map(|(_, code)| Role::parse(code.as_deref()?)).collect();
    roles.sort();
    Ok(rows.into_iter().next().map(|(session, _)| Session { roles, ..session }))
}

/// Who holds which role on the day `$2`, their own and those delegated to them.
const ROLES: &str = "SELECT person, role FROM roles WHERE bureau = $1 AND from_day <= $2 AND (to_day IS NULL OR to_day >= $2) \
     UNION SELECT d.to_person, d.role FROM delegations d JOIN roles r ON r.bureau = d.bureau AND r.person = d.from_person AND r.role = d.role \
     JOIN persons f ON f.bureau = d.bureau AND f.id = d.from_person AND f.active = 1 JOIN persons t ON t.bureau = d.bureau AND t.id = d.to_person \
     JOIN units u ON u.bureau = t.bureau AND u.id = t.unit AND u.organ = r.organ WHERE d.bureau = $1 AND d.from_day <= $2 AND d.to_day >= $2 AND r.from_day <= $2 AND (r.to_day IS NULL OR r.to_day >= $2)";

/// The roles a person holds on a day, their own and those delegated to them.
///
/// # Errors
/// The database fails.
pub fn roles(tx: &mut Tx<'_>, person: u32, day: Date) -> Result<Vec<Role>, Fault> {
    let bureau = tx.bureau().to_owned();
    let day = day.to_string();
    let codes = tx.rows(
        &format!("SELECT role FROM ({ROLES}) r WHERE r.person = $3"),
        &[bureau.as_str().into(), day.as_str().into(), i64::from(person).into()],
        |row| Ok(row.text(0)),
    )?;
    let mut roles: Vec<Role> = codes.iter().filter_map(|code| Role::parse(code)).collect();
    roles.sort();
    Ok(roles)
}

/// Thirty-two random bytes as hexadecimal, for cookies and form tokens.
///
/// # Errors
/// The operating system gives no randomness.
pub fn token() -> Result<String, Fault> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| Fault::Bug(format!("no randomness: {e}")))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// What is stored of a token: a stolen database opens no session.
fn digest(token: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(token).iter().map(|b| format!("{b:02x}")).collect()
}
