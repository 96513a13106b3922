//! Role by page by act: who may open, who may send, who may do. The page `docs/access.md` is drawn from the same table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::http::StatusCode;
use casework::drive;
use jiff::civil::date;
use law::acts::Kind;
use office::Role;
use office::change::{Change, NewPerson, record, record_person};
use office::role::Right;
use testkit::{World, by_unit, workday};
use web::{App, router};

use crate::registers::Site;

/// Who may use an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Anybody, signed in or not.
    Public,
    /// Anybody signed in.
    SignedIn,
    /// Whoever has one of these rights.
    Any(&'static [Right]),
    /// Legal reviewers.
    Reviewer,
    /// Legal officers of squads and legal reviewers.
    Legal,
    /// Whoever may register that a fine was paid.
    Payments,
    /// Heads of organs.
    Heads,
    /// The desk, and whoever sees the tickets of every unit.
    Desk,
    /// Another platform, by its signature: no session opens it.
    Signed,
    /// It is not opened, only sent to.
    Nobody,
}

use Need::{Any, Desk, Heads, Legal, Nobody, Payments, Public, Reviewer, Signed, SignedIn};

const CASES: Need = Any(&[Right::ReadUnit]);
const ACTS: Need = Any(&[Right::Act]);
const TICKETS: Need = Any(&[Right::Tickets]);
const LISTS: Need = Any(&[Right::ReadUnit, Right::Report]);
const WRITES: Need = Any(&[Right::Registers]);
const REPORT: Need = Any(&[Right::Report]);
const FILES: Need = Any(&[Right::Act, Right::Tickets, Right::Registers]);
const FREEZE: Need = Any(&[Right::Freeze]);

/// Every address of the site: what it needs to be opened and to be sent to; none where it is not sent to.
const PAGES: &[(&str, Need, Option<Need>)] = &[
    ("/", Public, None),
    ("/decisions", Public, None),
    ("/v/{code}", Public, None),
    ("/v", Public, None),
    ("/q/{code}", Public, Some(Public)),
    ("/assets/{name}", Public, None),
    ("/check", Public, None),
    ("/check/check.js", Public, None),
    ("/check/check.css", Public, None),
    ("/office/sign-in", Public, Some(Public)),
    ("/office", SignedIn, None),
    ("/office/sign-out", Public, Some(SignedIn)),
    ("/office/search", SignedIn, None),
    ("/office/cases", CASES, None),
    ("/office/spot", ACTS, Some(ACTS)),
    ("/office/spot/{case}", CASES, None),
    ("/office/cases/new", ACTS, Some(ACTS)),
    ("/office/cases/import", Legal, Some(Legal)),
    ("/office/outbox", CASES, Some(ACTS)),
    ("/office/views", Nobody, Some(SignedIn)),
    ("/office/cases/{case}", CASES, Some(ACTS)),
    ("/office/cases/{case}/preview", Nobody, Some(ACTS)),
    ("/office/cases/{case}/dossier", CASES, Some(ACTS)),
    ("/office/cases/{case}/evidence", CASES, None),
    ("/office/cases/{case}/evidence/{id}", CASES, Some(CASES)),
    ("/office/uploads", Nobody, Some(FILES)),
    ("/office/uploads/{token}", FILES, None),
    ("/office/approvals", CASES, None),
    ("/office/approvals/{id}", CASES, Some(CASES)),
    ("/office/payments", CASES, Some(Payments)),
    ("/office/reviews", CASES, None),
    ("/office/reviews/{case}", CASES, None),
    ("/office/hearings", CASES, None),
    ("/office/delegations", CASES, Some(CASES)),
    ("/office/documents/scans", ACTS, Some(ACTS)),
    ("/office/documents/numbers", CASES, None),
    ("/office/documents/seals", Heads, Some(Heads)),
    ("/office/documents/seals/{file}", Heads, None),
    ("/office/documents/{code}", CASES, Some(ACTS)),
    ("/office/cases/{case}/files/{id}", CASES, None),
    ("/office/tickets", TICKETS, None),
    ("/office/tickets/new", TICKETS, Some(TICKETS)),
    ("/office/tickets/import", Desk, Some(Desk)),
    ("/office/tickets/export", TICKETS, None),
    ("/office/tickets/understand", Nobody, Some(TICKETS)),
    ("/office/tickets/model", TICKETS, Some(Desk)),
    ("/office/tickets/{id}/files/{digest}", TICKETS, None),
    ("/office/dispatch", TICKETS, Some(Desk)),
    ("/office/tickets/insight", TICKETS, None),
    ("/office/tickets/digest/{monday}", TICKETS, None),
    ("/office/tickets/{id}", TICKETS, Some(TICKETS)),
    ("/office/registers", LISTS, None),
    ("/office/registers/{name}", LISTS, None),
    ("/office/registers/{name}/new", WRITES, Some(WRITES)),
    ("/office/registers/{name}/import", WRITES, Some(WRITES)),
    ("/office/registers/{name}/{id}", LISTS, Some(WRITES)),
    ("/office/registers/{name}/{id}/files/{file}", LISTS, None),
    ("/office/report", REPORT, None),
    ("/office/report/template", REPORT, Some(REPORT)),
    ("/office/report/{year}", REPORT, Some(FREEZE)),
    ("/office/report/{year}/edition/{number}", REPORT, None),
    ("/office/report/{year}/{figure}", REPORT, None),
    ("/office/law", SignedIn, None),
    ("/office/law/import", Reviewer, Some(Reviewer)),
    ("/office/law/rules/{id}", SignedIn, None),
    ("/office/law/statutes/{id}", SignedIn, None),
    ("/office/law/{code}/decisions", CASES, None),
    ("/office/law/{code}", SignedIn, Some(Reviewer)),
    ("/office/organs", SignedIn, None),
    ("/office/refusals", Any(&[Right::ReadBureau, Right::Audit]), None),
    ("/office/lookups", Any(&[Right::Audit]), None),
    ("/api/v1/openapi.json", Public, None),
    ("/api/v1/cases", CASES, None),
    ("/api/v1/cases/{id}", CASES, None),
    ("/api/v1/tickets", TICKETS, None),
    ("/api/v1/figures/{year}", REPORT, None),
    ("/api/v1/orders", Nobody, Some(Signed)),
    ("/api/v1/orders/{order_no}", Signed, None),
    ("/api/v1/transfers/{ticket}", Signed, None),
];

impl Need {
    fn lets(self, role: Role) -> bool {
        match self {
            Public | SignedIn => true,
            Nobody | Signed => false,
            Any(rights) => rights.iter().any(|right| role.may(*right)),
            Legal => matches!(role, Role::SquadLegalOfficer | Role::LegalReviewer),
            Payments => role.performs(Kind::FinePaid),
            Heads => role == Role::Head,
            Reviewer => role == Role::LegalReviewer,
            Desk => role.may(Right::Tickets) && (role == Role::Desk || role.may(Right::ReadBureau)),
        }
    }
}

/// The addresses the router has, and whether each is sent to.
fn routes() -> BTreeMap<String, (bool, bool)> {
    let source = include_str!("../../src/router.rs");
    source
        .split(".route(")
        .skip(1)
        .map(|line| {
            let path = line.split('"').nth(1).expect("an address").to_owned();
            (path, (line.contains("get("), line.contains("post(")))
        })
        .collect()
}

#[test]
fn every_address_stands_in_the_table_once() {
    let routes = routes();
    let mut told: BTreeMap<&str, bool> = BTreeMap::new();
    for (path, _, send) in PAGES {
        assert!(told.insert(path, send.is_some()).is_none(), "{path} twice");
    }
    for (path, (_, sends)) in &routes {
        assert_eq!(told.get(path.as_str()), Some(sends), "{path}: write down who may open it and who may send to it");
    }
    assert_eq!(told.len(), routes.len(), "an address of the table is gone");
}

/// One person for each role, signed in under the role's code, all of one squad; an open case of that squad, and one of another organ.
struct Bureau {
    site: Site,
    own: i64,
    other: i64,
}

fn open() -> Bureau {
    let mut tables = intake::tables();
    tables.extend(registers::tables());
    tables.extend(outbox::tables());
    let world = World::with(tables, vec![intake::project, registers::project, outbox::project]);
    let day = date(2024, 11, 5);
    world.on(day);
    let begun = |organ: &str| {
        let team = world.team(organ);
        let steps = drive::ordinary(&team, &by_unit("C01", day, 2_000_000), false, workday);
        drive::perform(&world.casework, &team, None, None, &steps[0]).expect("a clue").case
    };
    let (own, other) = (begun("xujing"), begun("zhaoxiang"));
    let (unit, since) = (world.team("xujing").unit, date(2024, 1, 2));
    world.on(date(2024, 11, 21));
    world
        .ledger
        .act_blocking(move |tx| {
            for role in Role::ALL {
                let id = office::change::next_person(tx)?;
                let name = format!("{}甲", role.label());
                let person =
                    NewPerson { id, name, phone: None, unit: unit.clone(), post: role.label().into(), active: true };
                record_person(tx, "test", since, &person)?;
                let held = Change::Role { person: id, role, organ: "xujing".into(), from: since, to: None };
                record(tx, "test", since, &held)?;
                office::account::set(tx, "test", since, role.code(), id, "no password")?;
                office::account::open(tx, role.code(), role.code(), "token")?;
            }
            Ok(())
        })
        .unwrap();
    let intake = intake::Intake::new(world.ledger.clone(), world.casework.clone());
    // Nine in the morning of 2024-11-21 in Shanghai.
    let app = App::new(world.casework.clone(), intake, Arc::new(|| 1_732_150_800_000), None, false);
    Bureau { site: Site { router: router(Arc::new(app)), world }, own, other }
}

fn run<T>(done: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(done)
}

/// An address with something in every place of it: what is there where that can be had, otherwise something of the right shape.
fn filled(path: &str, case: i64) -> String {
    let hash = "0".repeat(64);
    let case = case.to_string();
    let of = |name: &str| match (path, name) {
        (_, "case") | ("/api/v1/cases/{id}", "id") => case.as_str(),
        (path, "name") if path.starts_with("/assets") => "base.css",
        (_, "name") => "outreach",
        (_, "year") => "2024",
        (_, "figure") => "outreach.events",
        ("/office/law/rules/{id}", _) => "I1",
        ("/office/law/statutes/{id}", _) => "apl",
        (path, "code") if path.starts_with("/office/law") => "A01",
        (path, "id") if path.contains("/files/") => hash.as_str(),
        (_, "file") => hash.as_str(),
        (_, "code") => "AAAABBBBCCCCDDDD",
        _ => "1",
    };
    let mut parts = path.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').expect("a closed place");
        text = text + of(name) + rest;
    }
    text
}

/// Turned away for want of a right, as pages and as the interface say it.
fn turned_away(status: StatusCode) -> bool {
    status == StatusCode::FORBIDDEN
}

#[test]
fn every_page_opens_for_the_roles_of_the_table_and_for_nobody_else() {
    let bureau = open();
    run(async {
        for (path, open, send) in PAGES {
            let at = filled(path, bureau.own);
            let (status, to, _) = bureau.site.ask("nobody", &at, None).await;
            let sign_in = status == StatusCode::UNAUTHORIZED || to.starts_with("/office/sign-in");
            assert_eq!(sign_in, ![Public, Nobody, Signed].contains(open), "{at} without signing in: {status} {to}");
            for role in Role::ALL {
                let (status, _, _) = bureau.site.ask(role.code(), &at, None).await;
                let closed = turned_away(status) || *open == Nobody && status == StatusCode::METHOD_NOT_ALLOWED;
                assert_eq!(closed, !open.lets(role), "{} opens {at}: {status}", role.label());
                assert!(!status.is_server_error(), "{} opens {at}: {status}", role.label());
                // Who signs out is out: the last of the list is tried apart.
                let Some(send) = send.filter(|_| !path.starts_with("/office/sign")) else { continue };
                let (status, _, _) = bureau.site.ask(role.code(), &at, Some(&[("csrf", "token")])).await;
                assert_eq!(turned_away(status), !send.lets(role), "{} sends to {at}: {status}", role.label());
                assert!(!status.is_server_error(), "{} sends to {at}: {status}", role.label());
                let (status, _, _) = bureau.site.ask(role.code(), &at, Some(&[("csrf", "forged")])).await;
                assert!(status.is_client_error(), "{} sends to {at} without the token: {status}", role.label());
            }
        }
    });
}

#[test]
fn a_case_of_another_unit_is_closed_to_whoever_reads_only_the_own() {
    let bureau = open();
    run(async {
        for role in Role::ALL {
            for path in ["/office/cases/{case}", "/office/reviews/{case}", "/office/spot/{case}", "/api/v1/cases/{id}"]
            {
                let at = filled(path, bureau.other);
                let (status, _, _) = bureau.site.ask(role.code(), &at, None).await;
                assert_eq!(turned_away(status), !role.may(Right::ReadBureau), "{} opens {at}: {status}", role.label());
            }
            let at = filled("/office/cases/{case}", bureau.other);
            let act = [("csrf", "token"), ("kind", "SceneRecorded"), ("on", "case")];
            let (status, _, _) = bureau.site.ask(role.code(), &at, Some(&act)).await;
            // Legal reviewers act for the whole bureau; everybody else only where their unit or organ does.
            assert_eq!(turned_away(status), role != Role::LegalReviewer, "{} acts in {at}: {status}", role.label());
        }
    });
}

#[test]
fn every_act_is_open_to_the_roles_of_the_table_and_to_nobody_else() {
    let bureau = open();
    let at = filled("/office/cases/{case}", bureau.own);
    run(async {
        for role in Role::ALL {
            for kind in Kind::ALL {
                let form = [("csrf", "token"), ("kind", kind.code()), ("on", "case")];
                let (status, to, body) = bureau.site.ask(role.code(), &at, Some(&form)).await;
                let text = String::from_utf8_lossy(&body);
                let refused = turned_away(status) || text.contains(&format!("不能办理“{}”", kind.label()));
                assert_eq!(refused, !role.performs(*kind), "{} {}: {status} {to}", role.label(), kind.label());
                assert!(!status.is_server_error(), "{} {}: {status}", role.label(), kind.label());
            }
        }
    });
}

/// The page a person reads.
fn page() -> String {
    let mark = |yes: bool| if yes { "●" } else { "" };
    let head: Vec<&str> = Role::ALL.iter().map(|role| role.label()).collect();
    let row = |first: &str, lets: &dyn Fn(Role) -> bool| {
        let cells: Vec<&str> = Role::ALL.iter().map(|role| mark(lets(*role))).collect();
        format!("| {first} | {} |\n", cells.join(" | "))
    };
    let line = format!("| | {} |\n|---|{}\n", head.join(" | "), ":-:|".repeat(head.len()));
    let mut text = String::from(
        "# Who may open, send and do\n\nDrawn from the tables the tests hold every address and every act to. Cases, documents and files are open within the own unit,\n\
         or in the whole bureau to who may read it (法制审核人员、副职负责人、负责人、监督). Whether an act is lawful is another question: the rulebook's.\n\n## Pages\n\n",
    );
    text += &line;
    for (path, open, send) in PAGES {
        let public = if *open == Public { "（公开）" } else { "" };
        text += &row(&format!("`{path}`{public}"), &|role| open.lets(role));
        if let Some(send) = send.filter(|send| send != open) {
            text += &row(&format!("`{path}` 提交"), &|role| send.lets(role));
        }
    }
    let _ = write!(text, "\n## Acts\n\n{line}");
    for kind in Kind::ALL {
        text += &row(kind.label(), &|role| role.performs(*kind));
    }
    text
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test is told by the environment to write what it expects")]
fn the_page_of_access_is_up_to_date() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/access.md");
    let text = page();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(known == text, "docs/access.md is not what the tables say: cargo xtask bless");
}
