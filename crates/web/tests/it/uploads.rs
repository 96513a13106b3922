//! Files in pieces over real HTTP: the line cut, the server started anew, the right person and nobody else, players that ask for a part.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;

use casework::drive;
use evidence::Evidence;
use jiff::civil::date;
use law::acts::Kind;
use testkit::{World, by_person, workday};
use web::{App, router};

const DAY: jiff::civil::Date = date(2024, 3, 5);

/// A site on the loopback address, gone with the value.
struct Server {
    runtime: Option<tokio::runtime::Runtime>,
    at: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn offset(&self) -> usize {
        self.headers["upload-offset"].parse().unwrap()
    }
}

/// A case in inquiry, with two officers of its unit signed in as `one` and `two`, and one of another unit as `other`.
fn world() -> (World, i64) {
    let world = World::with(intake::tables(), vec![intake::project]);
    let (team, elsewhere) = (world.team("xujing"), world.team("zhaoxiang"));
    let steps = drive::ordinary(&team, &by_person("A01", DAY, 20_000), false, workday);
    let end = steps.iter().position(|s| s.kind == Kind::SceneRecorded).unwrap();
    let mut case = None;
    for step in &steps[..end] {
        world.on(step.day);
        case = Some(drive::perform(&world.casework, &team, case, None, step).unwrap().case);
    }
    let people = [("one", team.officers[0]), ("two", team.officers[1]), ("other", elsewhere.officers[0])];
    world
        .ledger
        .act_blocking(move |tx| {
            for (login, person) in people {
                office::account::set(tx, "test", DAY, login, person, "no password")?;
                office::account::open(tx, login, login, "token")?;
            }
            Ok(())
        })
        .unwrap();
    (world, case.unwrap())
}

/// Starts the site over what lies on the disk, as a new process would.
fn serve(world: &World) -> Server {
    let evidence = Evidence::open(&world.folder().join("evidence")).unwrap();
    let casework = casework::Casework::new(world.ledger.clone(), evidence, None, "https://example.test");
    let intake = intake::Intake::new(world.ledger.clone(), casework.clone());
    // Four in the afternoon of 2024-03-06 in Shanghai, the day after the conduct.
    let app = Arc::new(App::new(casework, intake, Arc::new(|| 1_709_712_000_000), None, false));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let at = listener.local_addr().unwrap();
    runtime.spawn(async move {
        let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
        let _ = axum::serve(listener, service).await;
    });
    Server { runtime: Some(runtime), at }
}

fn write(stream: &mut TcpStream, method: &str, path: &str, login: &str, headers: &[(&str, &str)], length: usize) {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: xiezhi={login}\r\nContent-Length: {length}\r\n"
    );
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all((head + "\r\n").as_bytes()).unwrap();
}

impl Server {
    fn ask(&self, login: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.at).unwrap();
        write(&mut stream, method, path, login, headers, body.len());
        // A server that refuses early closes early: what it said counts.
        let _ = stream.write_all(body);
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        let cut = all.windows(4).position(|w| w == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&all[..cut]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: BTreeMap<String, String> =
            lines.filter_map(|l| l.split_once(": ")).map(|(k, v)| (k.to_lowercase(), v.to_owned())).collect();
        let mut body = all[cut + 4..].to_vec();
        if headers.get("transfer-encoding").is_some_and(|t| t == "chunked") {
            body = dechunk(&body);
        }
        Answer { status, headers, body }
    }

    fn form(&self, login: &str, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let encode = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        let body: Vec<String> = pairs.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
        self.ask(
            login,
            "POST",
            path,
            &[("Content-Type", "application/x-www-form-urlencoded")],
            body.join("&").as_bytes(),
        )
    }

    fn begin(&self, login: &str, name: &str, bytes: usize) -> Answer {
        self.form(login, "/office/uploads", &[("csrf", "token"), ("name", name), ("bytes", &bytes.to_string())])
    }

    fn append(&self, login: &str, at: &str, offset: usize, piece: &[u8]) -> Answer {
        let offset = offset.to_string();
        self.ask(login, "PATCH", at, &[("Upload-Offset", &offset), ("X-CSRF-Token", "token")], piece)
    }

    fn send(&self, login: &str, name: &str, bytes: &[u8]) -> Answer {
        let begun = self.begin(login, name, bytes.len());
        assert_eq!(begun.status, 201, "{}", begun.text());
        self.append(login, &begun.headers["location"], 0, bytes)
    }
}

fn dechunk(mut body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(end) = body.windows(2).position(|w| w == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            break;
        }
        out.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = &body[end + 4 + size..];
    }
    out
}

/// A recording of some length that no two tests share.
fn movie(bytes: usize) -> Vec<u8> {
    let mut movie = b"\0\0\0\x18ftypisom\0\0\0\0isommp42".to_vec();
    movie.extend((movie.len()..bytes).map(|n| (n * 31 % 251) as u8));
    movie
}

#[test]
fn an_upload_killed_half_way_goes_on_after_the_line_was_cut_and_the_server_started_anew() {
    let (world, case) = world();
    let server = serve(&world);
    let sent = movie(6_000_000);
    let begun = server.begin("one", "全程录像.mp4", sent.len());
    assert_eq!(begun.status, 201, "{}", begun.text());
    let at = begun.headers["location"].clone();
    // Half of it announced as the whole, and the line cut in the middle.
    let mut stream = TcpStream::connect(server.at).unwrap();
    write(&mut stream, "PATCH", &at, "one", &[("Upload-Offset", "0"), ("X-CSRF-Token", "token")], sent.len());
    stream.write_all(&sent[..3_000_000]).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    stream.shutdown(Shutdown::Both).unwrap();
    drop(stream);
    let mut stands = 0;
    for _ in 0..50 {
        std::thread::sleep(std::time::Duration::from_millis(50));
        let now = server.ask("one", "HEAD", &at, &[], b"").offset();
        if now > 0 && now == stands {
            break;
        }
        stands = now;
    }
    assert!(stands > 0 && stands <= 3_000_000, "{stands}");
    drop(server);
    let server = serve(&world);
    let resumed = server.ask("one", "HEAD", &at, &[], b"");
    assert_eq!((resumed.status, resumed.offset()), (200, stands));
    assert_eq!(resumed.headers["upload-length"], sent.len().to_string());
    // A second sender that did not ask is told where it stands.
    let wrong = server.append("one", &at, 0, &sent[..10]);
    assert_eq!((wrong.status, wrong.offset()), (409, stands));
    let done = server.append("one", &at, stands, &sent[stands..]);
    assert_eq!(done.status, 204, "{}", done.text());
    let digests = evidence::digests(&sent);
    assert_eq!((&done.headers["upload-file"], &done.headers["upload-sm3"]), (&digests.id, &digests.sm3));
    // The answer was lost: an empty piece asks again.
    assert_eq!(server.append("one", &at, sent.len(), b"").headers["upload-file"], digests.id);

    let path = format!("/office/cases/{case}");
    let team = world.team("xujing");
    let fields = |file: &str| {
        [
            ("csrf", "token".to_owned()),
            ("kind", "EvidenceTaken".into()),
            ("on", "case".into()),
            ("sort", "recording".into()),
            ("name", "现场录像".into()),
            ("source", "执法记录仪".into()),
            ("purpose", "证明占道经营的事实".into()),
            ("files", file.into()),
            ("team1", team.officers[0].to_string()),
            ("team2", team.officers[1].to_string()),
        ]
    };
    let act = |login: &str, file: &str| {
        let fields = fields(file);
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        server.form(login, &path, &pairs)
    };
    let stolen = act("two", &digests.id);
    assert_eq!(stolen.status, 422);
    assert!(stolen.text().contains("不是您上传的"), "{}", stolen.text());
    let recorded = act("one", &digests.id);
    assert_eq!(recorded.status, 303, "{}", recorded.text());

    // The pages, the bytes whole and in part, for those who may see the case and nobody else.
    let page = server.ask("one", "GET", &format!("{path}/evidence"), &[], b"").text();
    for words in ["视听资料", "现场录像（全程录像.mp4）", "证明占道经营的事实", "执法记录仪", "5.7 MB"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let bytes = format!("{path}/files/{}", digests.id);
    let whole = server.ask("two", "GET", &bytes, &[], b"");
    assert_eq!((whole.status, whole.headers["content-type"].as_str()), (200, "video/mp4"));
    assert!(whole.body == sent);
    let part = server.ask("one", "GET", &bytes, &[("Range", "bytes=4000000-4000099")], b"");
    assert_eq!((part.status, part.headers["content-range"].as_str()), (206, "bytes 4000000-4000099/6000000"));
    assert_eq!(part.body, &sent[4_000_000..4_000_100]);
    assert_eq!(server.ask("one", "GET", &bytes, &[("Range", "bytes=6000000-")], b"").status, 416);
    for path in [bytes.clone(), format!("{path}/evidence"), format!("{path}/evidence/{}", digests.id)] {
        assert_eq!(server.ask("other", "GET", &path, &[], b"").status, 403, "{path}");
        assert_eq!(server.ask("nobody", "GET", &path, &[], b"").status, 303, "{path}");
    }

    let one = format!("{path}/evidence/{}", digests.id);
    let verified = server.form("one", &one, &[("csrf", "token")]).text();
    assert!(verified.contains("SHA-256 和 SM3 与登记的一致"), "{verified}");
    assert!(verified.contains(&digests.sm3) && verified.contains("<video controls"));
    assert_eq!(server.form("one", &one, &[]).status, 400, "without the token nothing is read");
    assert_eq!(server.form("other", &one, &[("csrf", "token")]).status, 403);
    let file = world.folder().join("evidence").join(&digests.id[..2]).join(&digests.id);
    let mut changed = sent.clone();
    changed[5_000_000] ^= 1;
    std::fs::write(file, changed).unwrap();
    let verified = server.form("one", &one, &[("csrf", "token")]).text();
    assert!(verified.contains("与登记的校验值不一致，不得作为证据使用"), "{verified}");
    assert!(server.ask("one", "GET", &bytes, &[], b"").body.len() < sent.len(), "a changed file never looks complete");
}

#[test]
fn an_upload_is_the_one_who_began_its_alone_and_needs_the_token() {
    let (world, _) = world();
    let server = serve(&world);
    let at = server.begin("one", "a.mp4", 100).headers["location"].clone();
    assert_eq!(server.ask("two", "HEAD", &at, &[], b"").status, 404);
    assert_eq!(server.append("two", &at, 0, &movie(100)).status, 404);
    assert_eq!(server.ask("one", "PATCH", &at, &[("Upload-Offset", "0")], b"x").status, 400);
    assert_eq!(server.ask("one", "DELETE", &at, &[], b"").status, 400);
    assert_eq!(server.ask("two", "DELETE", &at, &[("X-CSRF-Token", "token")], b"").status, 404);
    assert_eq!(server.form("one", "/office/uploads", &[("name", "a.mp4"), ("bytes", "1")]).status, 400);
    assert_eq!(server.ask("nobody", "HEAD", &at, &[], b"").status, 303);
    assert_eq!(server.ask("one", "DELETE", &at, &[("X-CSRF-Token", "token")], b"").status, 204);
    assert_eq!(server.ask("one", "HEAD", &at, &[], b"").status, 404);
    assert_eq!(server.ask("one", "HEAD", "/office/uploads/..%2F..%2Fledger", &[], b"").status, 404);
}

#[test]
fn every_wrong_file_has_its_sentence_in_pieces_and_in_a_form() {
    let (world, case) = world();
    let server = serve(&world);
    // The templates of the papers made so far.
    let before = world.casework.evidence.list().unwrap();
    let form = |name: &str, bytes: &[u8]| {
        let mut body = b"--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n".to_vec();
        body.extend(
            format!("--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n").as_bytes(),
        );
        body.extend(bytes);
        body.extend(b"\r\n--b--\r\n");
        let kind = [("Content-Type", "multipart/form-data; boundary=b")];
        server.ask("one", "POST", &format!("/office/cases/{case}"), &kind, &body).text()
    };
    let pieces = |name: &str, bytes: &[u8]| {
        let begun = server.begin("one", name, bytes.len());
        if begun.status == 201 {
            server.append("one", &begun.headers["location"], 0, bytes).text()
        } else {
            begun.text()
        }
    };
    let cases: [(&str, &[u8], &str); 7] = [
        ("photo.jpg.exe", b"MZ\x90\0", "“photo.jpg.exe”：有双重扩展名"),
        ("照片.jpg", b"MZ\x90\0", "“照片.jpg”：内容是程序或者网页"),
        ("决定书.pdf", b"\xff\xd8\xff\xe0", "“决定书.pdf”：内容是JPEG 照片，与名称的“.pdf”不符"),
        ("../../x.jpg", b"\xff\xd8\xff\xe0", "“../../x.jpg”：名称里不能有路径"),
        ("空.jpg", b"", "“空.jpg”：是空文件"),
        ("包.zip", b"PK\x03\x04a.jpg", "“包.zip”：是压缩包"),
        ("页.txt", b"<html><script>", "“页.txt”：内容是程序或者网页"),
    ];
    for (name, bytes, words) in cases {
        let said = pieces(name, bytes);
        assert!(said.contains(words), "{name}: {said}");
        let said = form(name, bytes);
        assert!(said.contains(words), "{name} in a form: {said}");
    }
    let large = server.begin("one", "录像.mp4", 2 * 1024 * 1024 * 1024 + 1);
    assert_eq!(large.status, 422);
    assert!(large.text().contains("“录像.mp4”：超过 2 GB"));
    assert_eq!(world.casework.evidence.list().unwrap(), before, "nothing of it was kept");
    assert_eq!(server.send("one", "录像.mp4", &movie(100)).status, 204);
}
