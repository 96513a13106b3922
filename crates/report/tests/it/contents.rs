//! The small world: every row that the numbers of these tests count.

use serde_json::{Value as Json, json};

/// Tickets by channel, received day, and what became of them.
pub(crate) fn tickets() -> Vec<(&'static str, Json)> {
    let mut rows = Vec::new();
    let mut ticket = |channel: &str,
                      received: &str,
                      contacted: Option<&str>,
                      answered: Option<&str>,
                      closed: Option<&str>| {
        let id = rows.len() + 1;
        let order = format!("示例{id:04}");
        rows.push((
            "tickets",
            json!({ "id": id, "source": "test", "order_no": order, "channel": channel, "received": received, "title": "占道堆物", "unit": "u3",
                    "contacted": contacted, "answered": answered, "closed": closed }),
        ));
    };
    // Calls: the first and the last day count, the days around them do not.
    ticket("call", "2023-12-31", None, None, None);
    ticket("call", "2024-01-01", Some("2024-01-02"), Some("2024-01-05"), Some("2024-01-05"));
    ticket("call", "2024-11-21", None, None, None);
    ticket("call", "2024-11-22", None, None, None);
    ticket("call", "2024-12-31", None, None, None);
    ticket("call", "2025-01-01", None, None, None);
    // Closed without an answer, answered after closing, closed on the last day, closed after it.
    ticket("visit", "2024-02-28", Some("2024-02-28"), None, Some("2024-03-01"));
    ticket("platform", "2024-02-29", Some("2024-03-01"), Some("2024-03-03"), Some("2024-03-02"));
    ticket("hotline_12345", "2024-11-19", Some("2024-11-19"), Some("2024-11-20"), Some("2024-11-21"));
    ticket("hotline_12345", "2024-11-20", Some("2024-11-22"), None, Some("2024-11-22"));
    // Two on one day.
    ticket("hotline_12345", "2024-11-19", Some("2024-11-20"), None, None);
    ticket("hotline_12319", "2024-07-01", None, None, None);
    ticket("other", "2024-07-01", None, None, None);
    // Another bureau's in the same database.
    rows.push((
        "tickets",
        json!({ "bureau": "别处", "id": 1, "source": "test", "order_no": "别处1", "channel": "call", "received": "2024-06-01" }),
    ));
    rows
}

/// Cases and their decisions.
pub(crate) fn decisions() -> Vec<(&'static str, Json)> {
    let mut rows: Vec<(&'static str, Json)> = (1..=9)
        .map(|id| {
            (
                "cases",
                json!({ "id": id, "organ": "o1", "unit": "u3", "title": format!("第{id}案"), "opened": "2023-12-01" }),
            )
        })
        .collect();
    let mut decision = |case: i64, act: i64, kind: &str, procedure: &str, decided: &str, fen: i64, more: Json| {
        let mut row = json!({ "case_id": case, "act": act, "organ": "o1", "unit": "u3", "kind": kind, "procedure": procedure,
                              "number": format!("示罚决字〔2024〕{case}号"), "decided": decided, "fine": fen, "fine_decided": fen });
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rows.push(("decisions", row));
    };
    decision(1, 8, "PenaltyDecided", "ordinary", "2024-01-01", 1_000_000, json!({ "published": "2024-01-08" }));
    // Decided the year before, published on the first day.
    decision(2, 8, "PenaltyDecided", "ordinary", "2023-12-31", 500_000, json!({ "published": "2024-01-01" }));
    // Decided on the last day; revoked since, never published.
    decision(
        3,
        8,
        "PenaltyDecided",
        "ordinary",
        "2024-11-21",
        2_000_000,
        json!({ "fine": 0, "revoked": "2024-12-05" }),
    );
    // Two parties in one case; the first fine changed and its publication withdrawn.
    decision(
        4,
        9,
        "PenaltyDecided",
        "ordinary",
        "2024-11-20",
        100_050,
        json!({ "fine": 50_000, "published": "2024-11-21", "withdrawn": "2024-11-21" }),
    );
    decision(4, 10, "PenaltyDecided", "ordinary", "2024-11-20", 200_000, json!({ "published": "2024-11-21" }));
    decision(5, 2, "OnSpotPenalty", "simple", "2024-06-01", 5_000, json!({ "published": "2024-06-02" }));
    decision(6, 8, "PenaltyWaived", "ordinary", "2024-05-01", 0, json!({}));
    // The day after the last.
    decision(7, 8, "PenaltyDecided", "ordinary", "2024-11-22", 30_000, json!({ "published": "2024-11-22" }));
    // A confiscation without a fine.
    decision(8, 8, "PenaltyDecided", "ordinary", "2024-03-01", 0, json!({ "published": "2024-03-05" }));
    decision(9, 8, "PenaltyDecided", "ordinary", "2024-12-31", 50, json!({}));
    for (case, act, day, fine) in [(3, 8, "2024-12-05", 0), (4, 9, "2024-11-21", 50_000)] {
        rows.push(("decision_fines", json!({ "case_id": case, "act": act, "day": day, "fine": fine })));
    }
    rows
}

/// Units, persons and certificates around 2024-11-21.
pub(crate) fn persons() -> Vec<(&'static str, Json)> {
    let mut rows: Vec<(&'static str, Json)> = vec![("organs", json!({ "id": "o1", "name": "示例区城管执法局" }))];
    for (id, name, kind) in
        [("u1", "法制科", "department"), ("u2", "执法大队", "brigade"), ("u3", "示例镇综合行政执法队", "squad")]
    {
        rows.push(("units", json!({ "id": id, "organ": "o1", "name": name, "kind": kind })));
    }
    for (id, unit, active) in
        [(1, "u1", 1), (2, "u1", 1), (3, "u2", 1), (4, "u2", 1), (5, "u2", 1), (6, "u3", 1), (7, "u1", 0)]
    {
        rows.push(("persons", json!({ "id": id, "unit": unit, "name": format!("示例{id}"), "active": active })));
    }
    let mut certificate = |person: i64, number: &str, from: &str, to: &str, published: i64| {
        rows.push((
            "certificates",
            json!({ "person": person, "number": number, "from_day": from, "to_day": to, "published": published }),
        ));
    };
    // Ends on the last day; two that overlap on it, of one person; ended the day before; begins the day after.
    certificate(1, "A", "2021-01-01", "2024-11-21", 1);
    certificate(2, "B", "2019-11-22", "2024-11-21", 1);
    certificate(2, "B", "2024-11-21", "2029-11-20", 1);
    certificate(3, "C", "2019-11-21", "2024-11-20", 1);
    certificate(4, "D", "2024-11-22", "2029-11-21", 1);
    certificate(5, "E", "2021-01-01", "2026-01-01", 0);
    certificate(6, "F", "2021-01-01", "2026-01-01", 1);
    certificate(7, "G", "2021-01-01", "2026-01-01", 1);
    let mut role = |person: i64, role: &str, from: &str, to: Option<&str>| {
        rows.push(("roles", json!({ "person": person, "role": role, "organ": "o1", "from_day": from, "to_day": to })));
    };
    // Two duties of one person; ends on the last day; ended before; begins after; another duty; left.
    role(1, "legal_reviewer", "2021-01-01", None);
    role(1, "squad_legal_officer", "2021-01-01", None);
    role(6, "squad_legal_officer", "2024-11-21", Some("2024-11-21"));
    role(5, "squad_legal_officer", "2021-01-01", Some("2024-11-20"));
    role(4, "legal_reviewer", "2024-11-22", None);
    role(3, "head", "2021-01-01", None);
    role(7, "legal_reviewer", "2021-01-01", None);
    let mut qualification = |person: i64, kind: &str, from: &str| {
        rows.push(("qualifications", json!({ "person": person, "kind": kind, "from_day": from })));
    };
    qualification(1, "legal", "2024-11-21");
    qualification(2, "legal", "2024-11-22");
    qualification(3, "reviewed_before_2018", "2015-01-01");
    qualification(7, "legal", "2015-01-01");
    rows
}

pub(crate) fn everything() -> Vec<(&'static str, Json)> {
    [persons(), decisions(), tickets()].concat()
}
