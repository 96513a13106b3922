//! From act to receiver and back.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};

use casework::drive::{Step, Team, on_spot, ordinary, perform};
use jiff::civil::{Date, date};
use law::acts::Kind;
use ledger::Project;
use outbox::read::{Filter, Row, State, page};
use outbox::{Http, Outbox, Port, PortName, Ports, Sign, Wecom, signature};
use testkit::{World, by_person, by_unit, workday};

fn world() -> World {
    let tables = intake::tables().into_iter().chain(outbox::tables()).collect();
    World::with(tables, vec![intake::project as Project, outbox::project])
}

fn outbox(world: &World, ports: Vec<(PortName, Port)>) -> Outbox {
    Outbox {
        ledger: world.ledger.clone(),
        casework: world.casework.clone(),
        ports: Arc::new(Ports(ports.into_iter().collect())),
    }
}

fn lead(world: &World, team: &Team, steps: &[Step]) -> i64 {
    let mut case = None;
    for step in steps {
        world.on(step.day);
        case = Some(perform(&world.casework, team, case, None, step).unwrap().case);
    }
    case.unwrap()
}

fn all(world: &World, state: Option<State>) -> Vec<Row> {
    world.ledger.read_blocking(move |tx| page(tx, &Filter { state, ..Filter::default() })).unwrap().0
}

/// Nine in the morning in Shanghai.
fn nine(day: Date) -> i64 {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    day.at(9, 0, 0, 0).to_zoned(zone).unwrap().timestamp().as_millisecond()
}

fn lines(file: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn block<T>(f: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(f)
}

#[test]
fn an_act_is_told_once_and_a_rebuild_tells_nothing_again() {
    let world = world();
    let file = world.folder().join("sent.jsonl");
    let team = world.team("xujing");
    // What was done before the way out was connected is never sent, and the page says so.
    lead(&world, &team, &on_spot(&team, &by_person("A01", date(2024, 3, 5), 20_000), workday));
    let ports = vec![(PortName::Wecom, Port::File(file.clone())), (PortName::Sms, Port::File(file.clone()))];
    let out = outbox(&world, ports);
    let day = date(2024, 4, 1);
    block(out.round(nine(day))).unwrap();
    block(out.round(nine(day))).unwrap();
    assert_eq!(lines(&file).len(), 0);
    assert!(all(&world, None).iter().all(|row| row.state == State::Unconnected));
    // A clue is told to the squad, without the name of the party.
    let matter = by_unit("C09", day, 400_000);
    let steps = ordinary(&team, &matter, false, workday);
    let case = lead(&world, &team, &steps[..1]);
    let round = block(out.round(nine(day))).unwrap();
    assert_eq!((round.sent, round.again, round.dead), (1, 0, 0));
    let sent = lines(&file);
    let text = sent[0]["text"].as_str().unwrap();
    assert!(text.contains("新线索") && text.contains(&matter.place) && text.contains(&case.to_string()), "{text}");
    assert!(!sent[0].to_string().contains("澄岳"), "no party leaves the house");
    // The clue has fifteen working days, to 23 April 2024 (4 and 5 April are holidays, 7 April is worked): told on the 18th, not before.
    let term = || all(&world, None).into_iter().find(|row| row.rule == "期限将至").unwrap();
    assert_eq!((term().day.as_str(), term().state), ("2024-04-23", State::Waiting));
    assert_eq!(block(out.round(nine(date(2024, 4, 17)))).unwrap().sent, 0);
    assert_eq!(block(out.round(nine(date(2024, 4, 18)))).unwrap().sent, 1);
    assert!(lines(&file)[1]["text"].as_str().unwrap().contains("期限"));
    assert_eq!(term().state, State::Sent);
    // A rebuild writes the messages again and sends none.
    block(world.ledger.rebuild()).unwrap();
    assert_eq!(block(out.round(nine(date(2024, 4, 19)))).unwrap(), outbox::Round::default());
    assert_eq!(lines(&file).len(), 2);
    assert_eq!(term().state, State::Sent);
}

#[test]
fn a_term_that_was_kept_is_not_told() {
    let world = world();
    let file = world.folder().join("sent.jsonl");
    let team = world.team("xujing");
    let out = outbox(&world, vec![(PortName::Wecom, Port::File(file.clone()))]);
    block(out.round(0)).unwrap();
    let steps = ordinary(&team, &by_unit("C09", date(2024, 4, 1), 400_000), false, workday);
    let filing = steps.iter().position(|step| step.kind == Kind::Filing).unwrap();
    let mut case = None;
    for step in &steps[..=filing] {
        world.on(step.day);
        case = Some(perform(&world.casework, &team, case, None, step).unwrap().case);
        block(out.round(nine(step.day))).unwrap();
    }
    // On the day on which the clue's term would have been told, only the clue itself was.
    block(out.round(nine(date(2024, 4, 18)))).unwrap();
    assert_eq!(lines(&file).iter().filter(|line| line["text"].as_str().unwrap().contains("线索核查")).count(), 0);
}

/// A receiver that keeps what it gets by its key, as ours asks of one.
struct Receiver {
    url: String,
    /// Every request: key, signature, time, body.
    got: Arc<Mutex<Vec<[String; 4]>>>,
}

fn receiver(answers: Vec<u16>) -> Receiver {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/in", listener.local_addr().unwrap());
    let got = Arc::new(Mutex::new(Vec::new()));
    let kept = got.clone();
    std::thread::spawn(move || {
        for (at, stream) in listener.incoming().enumerate() {
            let Ok(mut stream) = stream else { continue };
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut headers = BTreeMap::new();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some((name, value)) = line.split_once(": ") {
                    headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
                }
            }
            let length = headers["content-length"].parse().unwrap();
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let of = |name: &str| headers.get(name).cloned().unwrap_or_default();
            let body = String::from_utf8(body).unwrap();
            kept.lock().unwrap().push([of("idempotency-key"), of("x-xiezhi-signature"), of("x-xiezhi-time"), body]);
            let status = answers.get(at).copied().unwrap_or(200);
            let _ = write!(stream, "HTTP/1.1 {status} x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
        }
    });
    Receiver { url, got }
}

#[test]
fn a_request_is_signed_and_tried_again_under_the_same_key() {
    let world = world();
    let team = world.team("xujing");
    // Busy, then broken, then it takes; and for the second message it says no.
    let there = receiver(vec![503, 500, 200, 403]);
    let http = Http { url: there.url.clone(), secret: b"secret".to_vec(), sign: Sign::Sm3 };
    let out = outbox(&world, vec![(PortName::Platform, Port::Http(http))]);
    block(out.round(0)).unwrap();
    let day = date(2024, 4, 1);
    let steps = ordinary(&team, &by_unit("C09", day, 400_000), false, workday);
    let case = lead(&world, &team, &steps[..1]);
    let start = nine(day);
    assert_eq!(block(out.round(start)).unwrap().again, 1);
    assert_eq!(block(out.round(start + 30_000)).unwrap(), outbox::Round::default(), "not before a minute is over");
    assert_eq!(block(out.round(start + 60_000)).unwrap().again, 1);
    assert_eq!(block(out.round(start + 60_000 + 300_000)).unwrap().sent, 1);
    let got = there.got.lock().unwrap().clone();
    assert_eq!(got.len(), 3);
    assert!(got.iter().all(|[key, ..]| *key == got[0][0] && !key.is_empty()), "one key for every try");
    for [key, signed, time, body] in &got {
        assert_eq!(*signed, signature(Sign::Sm3, b"secret", time, key, body));
        assert!(body.contains("\"ClueRegistered\"") && !body.contains("澄岳"));
    }
    let row = all(&world, None).into_iter().find(|row| row.rule == "报送平台").unwrap();
    assert_eq!((row.state, row.attempts, row.case), (State::Sent, 3, Some(case)));
    // A refusal is believed: given up at once, seen on the page, and tried again only when somebody says so.
    world.on(steps[1].day);
    perform(&world.casework, &team, Some(case), None, &steps[1]).unwrap();
    assert_eq!(block(out.round(start + 900_000)).unwrap().dead, 1);
    let dead = all(&world, Some(State::Dead)).remove(0);
    assert!(dead.answer.contains("403"));
    assert!(block(out.retry(dead.key, start + 900_000)).unwrap());
    assert_eq!(block(out.round(start + 900_000)).unwrap().sent, 1);
}

#[test]
fn killed_between_sending_and_noting_the_receiver_knows_the_second_by_its_key() {
    let world = world();
    let team = world.team("xujing");
    let there = receiver(Vec::new());
    let http = Http { url: there.url.clone(), secret: b"secret".to_vec(), sign: Sign::Sha256 };
    let out = outbox(&world, vec![(PortName::Platform, Port::Http(http))]);
    block(out.round(0)).unwrap();
    let day = date(2024, 4, 1);
    lead(&world, &team, &ordinary(&team, &by_unit("C09", day, 400_000), false, workday)[..1]);
    assert_eq!(block(out.round(nine(day))).unwrap().sent, 1);
    // What a process leaves behind that sent and died before it noted so: the delivery as it stood before.
    world
        .ledger
        .act_blocking(|tx| tx.execute("UPDATE deliveries SET state = 'waiting', attempts = 0, done_at = NULL", &[]))
        .unwrap();
    assert_eq!(block(out.round(nine(day))).unwrap().sent, 1);
    let got = there.got.lock().unwrap().clone();
    let keys: std::collections::BTreeSet<&String> = got.iter().map(|[key, ..]| key).collect();
    assert_eq!((got.len(), keys.len()), (2, 1), "sent at least once, and the same key says it is the same");
}

#[test]
fn a_party_is_told_of_electronic_service_and_an_unknown_group_is_a_dead_letter() {
    let world = world();
    let file = world.folder().join("sms.jsonl");
    let team = world.team("xujing");
    let out = outbox(
        &world,
        vec![(PortName::Sms, Port::File(file.clone())), (PortName::Wecom, Port::Wecom(Wecom::default()))],
    );
    block(out.round(0)).unwrap();
    let day = date(2024, 4, 1);
    let steps = ordinary(&team, &by_unit("C09", day, 400_000), false, workday);
    let notice = steps.iter().position(|step| step.kind == Kind::PriorNotice).unwrap();
    let case = lead(&world, &team, &steps[..=notice]);
    let at = steps[notice].day;
    let address =
        Step::party(at, Kind::AddressConfirmed, vec![("electronic", "是".into()), ("address", "邮箱".into())]);
    perform(&world.casework, &team, Some(case), None, &address).unwrap();
    let no = u32::try_from(notice + 1).unwrap();
    let sent = Step::document(at, Kind::SentElectronically, no, vec![("channel", "email".into())]);
    perform(&world.casework, &team, Some(case), None, &sent).unwrap();
    let round = block(out.round(nine(at))).unwrap();
    assert_eq!(round.sent, 1);
    let line = &lines(&file)[0];
    assert_eq!(line["phone"], "021-0000 0001");
    let text = line["text"].as_str().unwrap();
    assert!(text.contains("《事先告知》") && !text.contains("澄岳"), "{text}");
    let dead = all(&world, Some(State::Dead));
    assert!(!dead.is_empty() && dead.iter().all(|row| row.answer.contains("没有配置企业微信群")));
}
